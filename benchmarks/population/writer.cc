#include "benchmarks/population/writer.h"

#include <algorithm>
#include <filesystem>

#include "base/csv.h"
#include "base/file.h"
#include "base/json_text.h"
#include "benchmarks/population/permutation.h"
#include "benchmarks/population/sources.h"

namespace gmpi::population {
namespace {

enum FileIndex : std::size_t {
  kRecordsFile,
  kTruthFile,
  kPeopleFile,
  kHouseholdsFile,
  kEventsFile,
  kSourcesFile,
  kHardCasesFile
};
constexpr std::array<std::string_view, 7> kFiles = {"records.csv",    "truth.csv",  "people.csv",
                                                    "households.csv", "events.csv", "sources.csv",
                                                    "hard_cases.csv"};
constexpr std::array<std::string_view, 7> kHeaders = {
    "",  // records.csv: from kFieldNames
    "record_id,entity_id\n",
    "entity_id,household_id,locality,origin,sex,birth_date,death_date,present_from,present_to,age_band,given_"
    "name,"
    "middle_names,surname,birth_surname,known_as,address_line,town,postcode,gp_practice,nhs_number,mother_id,"
    "birth_set,birth_order\n",
    "household_id,kind,locality,address_line,town,postcode,members\n",
    "event_date,event,source,local_id,other_local_id,field,old_value,new_value\n",
    "source,kind,ods_code,locality,sector\n",
    "kind,entity_a,entity_b,expected\n"};

std::string padded(char letter, std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return letter + digits;
}

std::string household_id(std::uint64_t block, std::int32_t household) {
  return padded('H', block * kBlockPeople + static_cast<std::uint64_t>(household), 8);
}

std::string_view age_band(const Person& p) {
  static constexpr std::array<std::string_view, 7> kBands = {"0-4",   "5-17",  "18-34", "35-49",
                                                             "50-64", "65-79", "80+"};
  static constexpr std::array kEnds = {5, 18, 35, 50, 65, 80};
  const int age = age_on(p.birth, std::min(p.death, kWindowEnd));
  std::size_t band = 0;
  while (band < kEnds.size() && age >= kEnds[band]) ++band;
  return kBands[band];
}

void append_number(std::string& json, std::string_view name, std::uint64_t value, bool last = false) {
  json += "    ";
  append_json_string(json, name);
  json += ": " + std::to_string(value) + (last ? "\n" : ",\n");
}

}  // namespace

std::string entity_id(std::uint64_t entity) {
  return padded('P', entity, 8);
}

PopulationWriter::PopulationWriter(const World& world, std::string out_dir)
    : world_(world),
      out_dir_(std::move(out_dir)),
      arrivals_(out_dir_ + "/.arrivals"),
      event_arrivals_(out_dir_ + "/.events") {}

Result<std::unique_ptr<PopulationWriter>> PopulationWriter::create(const World& world,
                                                                   const std::string& out_dir) {
  std::unique_ptr<PopulationWriter> writer(new PopulationWriter(world, out_dir));
  if (auto opened = writer->open(); !opened) return opened.error();
  return writer;
}

Status PopulationWriter::open() {
  std::error_code error;
  std::filesystem::create_directories(out_dir_, error);
  if (error) return make_error(ErrorCode::kIo, "cannot create " + out_dir_ + ": " + error.message());
  // An old manifest must not vouch for files that are half written.
  std::filesystem::remove(out_dir_ + "/manifest.json", error);
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    auto file = OutputFile::create(out_dir_ + "/" + std::string(kFiles[i]));
    if (!file) return file.error();
    files_.emplace_back(std::string(kFiles[i]), *std::move(file));
    files_.back().second.write(kHeaders[i]);
  }
  std::vector<std::string_view> header = {"record_id", "source", "local_id", "event_date"};
  header.insert(header.end(), kFieldNames.begin(), kFieldNames.end());
  line_.clear();
  append_csv_row(line_, header);
  files_[kRecordsFile].second.write(line_);
  return Done{};
}

Status PopulationWriter::add(const Block& block, const BlockRecords& records) {
  add_people(block);
  add_households(block);
  add_hard_cases(block);
  for (std::size_t kind = 0; kind < kSourceKinds; ++kind) {
    auto& sum = summary_.by_source[kind];
    const auto& part = records.counts[kind];
    sum.records += part.records;
    sum.nhs_valid += part.nhs_valid;
    sum.dob_wrong += part.dob_wrong;
    sum.name_differs += part.name_differs;
    sum.postcode_differs += part.postcode_differs;
  }
  return add_records(block, records);
}

void PopulationWriter::add_people(const Block& block) {
  line_.clear();
  for (const auto& p : block.people) {
    const Home& home = p.home_on(p.present_to);
    const auto& unit = world_.tables->units[home.unit];
    const auto& name = p.names.back();
    const auto relative = [&](std::int32_t index) {
      return index == kNobody ? std::string()
                              : entity_id(block.people[static_cast<std::size_t>(index)].entity);
    };
    const auto id = entity_id(p.entity), household = household_id(block.index, p.household);
    const auto birth = format_day(p.birth), death = p.death == kNever ? "" : format_day(p.death);
    const auto from = format_day(p.present_from), to = format_day(p.present_to);
    const auto address = address_line_of(world_, home), set = relative(p.birth_set),
               mother = relative(p.mother);
    const auto number = p.nhs_number == 0 ? "" : std::to_string(p.nhs_number);
    const auto order = p.birth_order == 0 ? "" : std::to_string(p.birth_order);
    append_csv_row(line_, {id,
                           household,
                           kLocalityNames[static_cast<std::size_t>(unit.locality)],
                           kOriginPoolNames[static_cast<std::size_t>(p.origin)],
                           p.sex_on(kWindowEnd) == kMale ? "male" : "female",
                           birth,
                           death,
                           from,
                           to,
                           age_band(p),
                           name.given,
                           name.middle,
                           name.surname,
                           p.names.front().surname,
                           p.known_as,
                           address,
                           unit.town,
                           unit.postcode,
                           p.registered ? world_.sources->at(p.practices.back().source).ods_code : "",
                           number,
                           mother,
                           set,
                           order});
    summary_.people += 1;
    summary_.people_by_locality[static_cast<std::size_t>(unit.locality)] += 1;
    summary_.people_by_origin[static_cast<std::size_t>(p.origin)] += 1;
    if (p.born_here) {
      summary_.maternities += p.birth_order <= 1;
      summary_.multiple_maternities += p.birth_order == 1;
    }
  }
  files_[kPeopleFile].second.write(line_);
}

void PopulationWriter::add_households(const Block& block) {
  line_.clear();
  for (std::size_t h = 0; h < block.households.size(); ++h) {
    const auto& household = block.households[h];
    const auto& unit = world_.tables->units[household.home.unit];
    append_csv_row(line_, {household_id(block.index, static_cast<std::int32_t>(h)),
                           kHouseholdKindNames[static_cast<std::size_t>(household.kind)],
                           kLocalityNames[static_cast<std::size_t>(household.locality)],
                           address_line_of(world_, household.home), unit.town, unit.postcode,
                           std::to_string(household.members.size())});
    summary_.households += 1;
  }
  files_[kHouseholdsFile].second.write(line_);
}

void PopulationWriter::add_hard_cases(const Block& block) {
  line_.clear();
  for (const auto& pair : block.hard_cases) {
    const auto& quota = kHardCaseQuotas[static_cast<std::size_t>(pair.kind)];
    append_csv_row(line_, {quota.kind, entity_id(pair.a), entity_id(pair.b), quota.expected});
    summary_.hard_cases[static_cast<std::size_t>(pair.kind)] += 1;
  }
  files_[kHardCasesFile].second.write(line_);
}

Status PopulationWriter::add_records(const Block& block, const BlockRecords& records) {
  for (const auto count : records.per_person) {
    if (people_with_records_.size() <= count) people_with_records_.resize(count + 1);
    people_with_records_[count] += 1;
  }
  for (const auto& record : records.records) {
    line_.clear();
    append_csv_field(line_, world_.sources->at(record.source).id);
    line_ += ',' + record.local_id + ',' + format_day(record.event) + ',';
    append_csv_row(line_, std::vector<std::string_view>(record.fields.begin(), record.fields.end()));
    // Local ids are distinct and scrambled: a fair order for the rows of one day.
    const auto order = std::stoull(record.local_id);
    if (auto added = arrivals_.add(record.event, order, record.entity, line_); !added) return added;
    const auto& person = block.people[static_cast<std::size_t>(record.entity - block.index * kBlockPeople)];
    const auto locality = world_.tables->units[person.home_on(person.present_to).unit].locality;
    summary_.records_by_locality[static_cast<std::size_t>(locality)] += 1;
  }
  std::uint64_t nth = 0;
  for (const auto& event : records.events) {
    line_.clear();
    append_csv_row(line_,
                   {format_day(event.day), event.kind, world_.sources->at(event.source).id, event.local_id,
                    event.other_local_id, event.field, event.old_value, event.new_value});
    const auto order = block.index * 1'000'000 + nth++;
    if (auto added = event_arrivals_.add(event.day, order, 0, line_); !added) return added;
    summary_.events += 1;
  }
  return Done{};
}

Status PopulationWriter::write_records() {
  summary_.records = arrivals_.size();
  const Permutation shuffle(10'000, seed_for(world_, 'i', 0));  // of 10^8 ids
  std::uint64_t nth = 0;
  std::string rows, truth;
  auto taken = arrivals_.take_all([&](std::uint64_t entity, std::string_view row) {
    const std::string id = padded('R', shuffle(nth++), 8);
    rows += id + ',';
    rows += row;
    truth += id + ',' + entity_id(entity) + '\n';
    if (rows.size() < (1U << 20)) return;
    files_[kRecordsFile].second.write(rows);
    files_[kTruthFile].second.write(truth);
    rows.clear();
    truth.clear();
  });
  files_[kRecordsFile].second.write(rows);
  files_[kTruthFile].second.write(truth);
  return taken;
}

Status PopulationWriter::write_events() {
  return event_arrivals_.take_all(
      [&](std::uint64_t, std::string_view row) { files_[kEventsFile].second.write(row); });
}

Status PopulationWriter::write_sources() {
  line_.clear();
  for (const auto& source : world_.sources->all())
    append_csv_row(line_,
                   {source.id, kSourceKindNames[static_cast<std::size_t>(source.kind)], source.ods_code,
                    kLocalityNames[static_cast<std::size_t>(source.locality)], source.sector});
  files_[kSourcesFile].second.write(line_);
  return Done{};
}

Status PopulationWriter::close_files() {
  for (auto& [name, file] : files_) {
    auto digest = file.close();
    if (!digest) return digest.error();
    summary_.sha256.emplace_back(name, *std::move(digest));
  }
  return Done{};
}

void PopulationWriter::settle_summary() {
  summary_.records_per_person = static_cast<double>(summary_.records) / static_cast<double>(summary_.people);
  std::uint64_t seen = 0;
  bool p10_found = false, p90_found = false;
  for (std::size_t count = 0; count < people_with_records_.size(); ++count) {
    seen += people_with_records_[count];
    if (!p10_found && seen * 10 >= summary_.people)
      summary_.records_p10 = static_cast<std::uint32_t>(count), p10_found = true;
    if (!p90_found && seen * 10 >= summary_.people * 9)
      summary_.records_p90 = static_cast<std::uint32_t>(count), p90_found = true;
  }
}

Status PopulationWriter::write_manifest() {
  std::string json = "{\n  \"generator\": \"gmpi synth\",\n  \"seed\": " + std::to_string(world_.seed) +
                     ",\n  \"people\": " + std::to_string(summary_.people) +
                     ",\n  \"households\": " + std::to_string(summary_.households) +
                     ",\n  \"records\": " + std::to_string(summary_.records) +
                     ",\n  \"events\": " + std::to_string(summary_.events) + ",\n  \"rates_version\": ";
  append_json_string(json, kRatesVersion);
  json += ",\n  \"hard_cases\": {\n";
  for (std::size_t i = 0; i < kHardCases; ++i)
    append_number(json, kHardCaseQuotas[i].kind, summary_.hard_cases[i], i + 1 == kHardCases);
  json += "  },\n  \"records_by_source_kind\": {\n";
  for (std::size_t i = 0; i < kSourceKinds; ++i)
    append_number(json, kSourceKindNames[i], summary_.by_source[i].records, i + 1 == kSourceKinds);
  const auto digests = [&](std::string_view name, const auto& list) {
    json += "  },\n  \"" + std::string(name) + "\": {\n";
    for (std::size_t i = 0; i < list.size(); ++i) {
      json += "    ";
      append_json_string(json, list[i].first);
      json += ": ";
      append_json_string(json, list[i].second);
      json += i + 1 == list.size() ? "\n" : ",\n";
    }
  };
  digests("tables_sha256", world_.tables->versions);
  digests("files_sha256", summary_.sha256);
  json += "  }\n}\n";
  return write_file_atomically(out_dir_ + "/manifest.json", json);
}

Result<SynthSummary> PopulationWriter::finish() {
  for (auto step : {&PopulationWriter::write_records, &PopulationWriter::write_events,
                    &PopulationWriter::write_sources, &PopulationWriter::close_files}) {
    if (auto done = (this->*step)(); !done) return done.error();
  }
  settle_summary();
  if (auto written = write_manifest(); !written) return written.error();
  return summary_;
}

}  // namespace gmpi::population
