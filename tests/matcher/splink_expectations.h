// tests/matcher/splink_expectations.h - the records and pairs that scripts/make-splink-expectations stored.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/linkage_model.h"
#include "tests/reference/score.h"

namespace gmpi {

using CsvRecord = std::map<std::string, std::string>;  // a cell "\N" is left out

/// Named by GMPI_EXPECTATIONS, else the folder beside this file.
std::string expectations_folder();

/// Fails the test when the file cannot be read.
std::vector<CsvRecord> read_csv_records(const std::string& path);

/// The record as Splink saw it: coordinates are numbers, "phones" is a list, the rest is text.
reference::Row row_of(const CsvRecord& record);

/// "source-__-id" of the record, or of one side of a pair (suffix "_l" or "_r").
std::string record_name(const CsvRecord& record, const std::string& suffix);

/// What the generation wrote: its model, its records and the pairs it predicted, by "left right".
struct SplinkRun {
  LinkageModel model;
  std::vector<CsvRecord> records;
  std::vector<reference::Row> rows;
  std::map<std::string, CsvRecord> pairs;
};

/// `generation` is "3", "4" or "5". Fails the test when a file cannot be read.
SplinkRun read_splink_run(const std::string& generation);

}  // namespace gmpi
