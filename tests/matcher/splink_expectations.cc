#include "tests/matcher/splink_expectations.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/csv.h"
#include "base/file.h"
#include "matcher/model_file.h"

namespace gmpi {

std::string expectations_folder() {
  const char* folder = std::getenv("GMPI_EXPECTATIONS");
  return folder != nullptr ? folder : GMPI_EXPECTED_FOLDER;
}

std::vector<CsvRecord> read_csv_records(const std::string& path) {
  auto reader = CsvReader::open(path, {});
  if (!reader) {
    ADD_FAILURE() << reader.error().message;
    return {};
  }
  reader->on_reject(
      [&](const CsvReject& reject) { ADD_FAILURE() << path << ":" << reject.line << ": " << reject.reason; });
  std::vector<CsvRecord> records;
  while (const CsvRow* row = reader->next()) {
    CsvRecord record;
    for (std::size_t i = 0; i < row->fields.size(); ++i)
      if (row->fields[i] != "\\N") record[reader->header()[i]] = row->fields[i];
    records.push_back(std::move(record));
  }
  return records;
}

reference::Row row_of(const CsvRecord& record) {
  reference::Row row;
  for (const auto& [name, cell] : record) {
    if (name == "lat" || name == "lng") {
      row[name] = {std::stod(cell)};
    } else if (name == "phones") {
      SqlList list;
      for (std::size_t at = 0; !cell.empty() && at <= cell.size();) {
        const std::size_t end = std::min(cell.find('|', at), cell.size());
        list.push_back({cell.substr(at, end - at)});
        at = end + 1;
      }
      row[name] = {std::move(list)};
    } else {
      row[name] = {cell};
    }
  }
  if (!row.contains("phones")) row["phones"] = {};
  return row;
}

std::string record_name(const CsvRecord& record, const std::string& suffix) {
  const auto source = record.find("source_dataset" + suffix);
  return (source == record.end() ? "" : source->second + "-__-") + record.at("record_id" + suffix);
}

SplinkRun read_splink_run(const std::string& generation) {
  SplinkRun run;
  const std::string prefix = expectations_folder() + "/splink" + generation;
  const auto json = read_file(prefix + "_model.json", 1 << 20);
  auto model = json ? read_model(*json, "model.json") : Result<LinkageModel>(json.error());
  if (!model) {
    ADD_FAILURE() << model.error().message;
    return run;
  }
  run.model = std::move(*model);
  run.records = read_csv_records(prefix + "_records.csv");
  for (const auto& record : run.records) run.rows.push_back(row_of(record));
  for (auto& pair : read_csv_records(prefix + "_pairs.csv")) {
    const auto name = record_name(pair, "_l") + " " + record_name(pair, "_r");
    run.pairs[name] = std::move(pair);
  }
  return run;
}

}  // namespace gmpi
