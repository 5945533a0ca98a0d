#include "benchmarks/population/builtin_tables.h"

namespace gmpi::population {

// Districts as served on the ground; unit counts rounded to tens from OS Code-Point Open 2014.
// Contains OS data (c) Crown copyright and database right 2014.
const std::array<District, 109> kDistricts = {{
    {Locality::kBolton, "BL1", "Bolton", 1860},
    {Locality::kBolton, "BL2", "Bolton", 1040},
    {Locality::kBolton, "BL3", "Bolton", 1360},
    {Locality::kBolton, "BL4", "Farnworth", 830},
    {Locality::kBolton, "BL5", "Westhoughton", 660},
    {Locality::kBolton, "BL6", "Horwich", 980},
    {Locality::kBolton, "BL7", "Bromley Cross", 300},
    {Locality::kBolton, "M26", "Kearsley", 100},
    {Locality::kBolton, "M46", "Atherton", 20},
    {Locality::kBury, "BL0", "Ramsbottom", 400},
    {Locality::kBury, "BL2", "Ainsworth", 100},
    {Locality::kBury, "BL8", "Tottington", 1020},
    {Locality::kBury, "BL9", "Bury", 1240},
    {Locality::kBury, "M24", "Simister", 20},
    {Locality::kBury, "M25", "Prestwich", 780},
    {Locality::kBury, "M26", "Radcliffe", 720},
    {Locality::kBury, "M45", "Whitefield", 650},
    {Locality::kBury, "M8", "Crumpsall", 10},
    {Locality::kManchester, "M1", "Manchester", 490},
    {Locality::kManchester, "M2", "Manchester", 230},
    {Locality::kManchester, "M3", "Manchester", 270},
    {Locality::kManchester, "M4", "Ancoats", 390},
    {Locality::kManchester, "M7", "Broughton", 40},
    {Locality::kManchester, "M8", "Cheetham Hill", 790},
    {Locality::kManchester, "M9", "Blackley", 1060},
    {Locality::kManchester, "M11", "Openshaw", 720},
    {Locality::kManchester, "M12", "Ardwick", 500},
    {Locality::kManchester, "M13", "Longsight", 500},
    {Locality::kManchester, "M14", "Fallowfield", 1070},
    {Locality::kManchester, "M15", "Hulme", 460},
    {Locality::kManchester, "M16", "Whalley Range", 400},
    {Locality::kManchester, "M18", "Gorton", 560},
    {Locality::kManchester, "M19", "Levenshulme", 790},
    {Locality::kManchester, "M20", "Didsbury", 1130},
    {Locality::kManchester, "M21", "Chorlton", 740},
    {Locality::kManchester, "M22", "Wythenshawe", 1210},
    {Locality::kManchester, "M23", "Baguley", 800},
    {Locality::kManchester, "M33", "Sale", 20},
    {Locality::kManchester, "M40", "Newton Heath", 1370},
    {Locality::kManchester, "M43", "Droylsden", 10},
    {Locality::kManchester, "WA15", "Ringway", 20},
    {Locality::kOldham, "M24", "Chadderton", 40},
    {Locality::kOldham, "M35", "Failsworth", 510},
    {Locality::kOldham, "OL1", "Oldham", 810},
    {Locality::kOldham, "OL2", "Shaw", 1060},
    {Locality::kOldham, "OL3", "Saddleworth", 570},
    {Locality::kOldham, "OL4", "Lees", 1030},
    {Locality::kOldham, "OL8", "Oldham", 820},
    {Locality::kOldham, "OL9", "Chadderton", 950},
    {Locality::kRochdale, "BL9", "Heap Bridge", 60},
    {Locality::kRochdale, "M24", "Middleton", 1150},
    {Locality::kRochdale, "OL10", "Heywood", 820},
    {Locality::kRochdale, "OL11", "Rochdale", 1030},
    {Locality::kRochdale, "OL12", "Rochdale", 930},
    {Locality::kRochdale, "OL15", "Littleborough", 520},
    {Locality::kRochdale, "OL16", "Rochdale", 1100},
    {Locality::kSalford, "M27", "Swinton", 1100},
    {Locality::kSalford, "M28", "Worsley", 950},
    {Locality::kSalford, "M3", "Salford", 240},
    {Locality::kSalford, "M30", "Eccles", 900},
    {Locality::kSalford, "M38", "Little Hulton", 310},
    {Locality::kSalford, "M44", "Irlam", 480},
    {Locality::kSalford, "M5", "Salford", 540},
    {Locality::kSalford, "M50", "Salford Quays", 190},
    {Locality::kSalford, "M6", "Pendleton", 780},
    {Locality::kSalford, "M7", "Broughton", 720},
    {Locality::kSalford, "WA3", "Cadishead", 10},
    {Locality::kStockport, "M19", "Heaton Chapel", 20},
    {Locality::kStockport, "SK1", "Stockport", 490},
    {Locality::kStockport, "SK12", "High Lane", 20},
    {Locality::kStockport, "SK2", "Offerton", 590},
    {Locality::kStockport, "SK3", "Edgeley", 600},
    {Locality::kStockport, "SK4", "Heaton Moor", 830},
    {Locality::kStockport, "SK5", "Reddish", 600},
    {Locality::kStockport, "SK6", "Marple", 1280},
    {Locality::kStockport, "SK7", "Bramhall", 990},
    {Locality::kStockport, "SK8", "Cheadle", 1340},
    {Locality::kTameside, "M34", "Denton", 1250},
    {Locality::kTameside, "M43", "Droylsden", 580},
    {Locality::kTameside, "OL5", "Mossley", 360},
    {Locality::kTameside, "OL6", "Ashton-under-Lyne", 930},
    {Locality::kTameside, "OL7", "Ashton-under-Lyne", 420},
    {Locality::kTameside, "SK13", "Hollingworth", 10},
    {Locality::kTameside, "SK14", "Hyde", 1240},
    {Locality::kTameside, "SK15", "Stalybridge", 670},
    {Locality::kTameside, "SK16", "Dukinfield", 460},
    {Locality::kTameside, "SK5", "Haughton Green", 10},
    {Locality::kTrafford, "M15", "Old Trafford", 60},
    {Locality::kTrafford, "M16", "Old Trafford", 470},
    {Locality::kTrafford, "M17", "Trafford Park", 20},
    {Locality::kTrafford, "M23", "Brooklands", 10},
    {Locality::kTrafford, "M31", "Partington", 250},
    {Locality::kTrafford, "M32", "Stretford", 680},
    {Locality::kTrafford, "M33", "Sale", 1580},
    {Locality::kTrafford, "M41", "Urmston", 1030},
    {Locality::kTrafford, "WA13", "Lymm", 50},
    {Locality::kTrafford, "WA14", "Altrincham", 1090},
    {Locality::kTrafford, "WA15", "Hale", 1210},
    {Locality::kWigan, "M28", "Boothstown", 50},
    {Locality::kWigan, "M29", "Tyldesley", 550},
    {Locality::kWigan, "M46", "Atherton", 540},
    {Locality::kWigan, "WA3", "Golborne", 690},
    {Locality::kWigan, "WN1", "Wigan", 720},
    {Locality::kWigan, "WN2", "Hindley", 1210},
    {Locality::kWigan, "WN3", "Wigan", 690},
    {Locality::kWigan, "WN4", "Ashton-in-Makerfield", 500},
    {Locality::kWigan, "WN5", "Orrell", 780},
    {Locality::kWigan, "WN6", "Standish", 760},
    {Locality::kWigan, "WN7", "Leigh", 1120},
}};

const std::string_view kStreetWords =
    "Station Church Park Victoria Manor Mill Albert Queen King School Chapel Bridge George York New High "
    "Green Springfield Grange "
    "Windsor Stanley Alexandra Highfield Moor Oxford Cross Lime Beech Oak Ash Elm Cedar Hawthorn Birch Rowan "
    "Sycamore Holly Willow "
    "Wellington Waterloo Nelson Cambridge Lancaster Chester Derby Bolton Bury Rochdale Oldham Stockport "
    "Wigan Cheetham Rusholme Ashton "
    "Hulme Moss Platt Heaton Crompton Hollins Whitworth Industry Union Cotton Spinners Weavers Shuttle Canal "
    "Navigation Wharf Tib Deansgate "
    "Brook River Irwell Mersey Tame Medlock Meadow Field Orchard Heather Bramble Fern Primrose Poplar "
    "Chestnut Laburnum Hazel Woodland "
    "Hillside Fairfield Greenfield Bankfield Brookfield Broadoak Kingsway Princess Duke Earl Clarence Edward "
    "Edmund Arthur William Henry "
    "Thomas James John Peter Gladstone Peel Cobden Bright Cromwell Milton Byron Shelley Tennyson Ruskin "
    "Wordsworth Coniston Ullswater "
    "Windermere Grasmere Derwent Thirlmere Buttermere Kendal Keswick Ambleside Ripon Whitby Scarborough "
    "Harrogate Skipton Clitheroe";
const std::string_view kStreetEndings =
    "Street Road Avenue Road Street Close Lane Drive Grove Street Crescent Road Avenue Terrace Place Way "
    "Court Gardens Walk Square";

}  // namespace gmpi::population
