#include "apps/learn_bundle.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "apps/write_bundle.h"
#include "base/csv.h"
#include "base/random.h"
#include "linkage/batch_link.h"
#include "matcher/compiled_policy.h"
#include "standardize/derive_record.h"

namespace gmpi {
namespace {

constexpr std::size_t kProfileRows = 20'000;
constexpr std::uint64_t kRowsToLearn = 300;  // fewer give no pairs to estimate from: levels would rest on a few dozen
constexpr std::size_t kBatchRows = 8192;
constexpr double kNhsNumbers = 0.5;

std::size_t position(const std::vector<std::string>& headers, const std::string& name) {
  return static_cast<std::size_t>(std::find(headers.begin(), headers.end(), name) - headers.begin());
}

/// Reads files of one or more headers as rows over the union of their columns; a column a file lacks is missing.
class UnionReader {
 public:
  explicit UnionReader(const std::vector<std::string>& files) : files_(files) {}

  Status find_headers() {
    for (const auto& file : files_) {
      auto reader = CsvReader::open(file, {});
      if (!reader) return reader.error();
      for (const auto& header : reader->header())
        if (position(headers, header) == headers.size()) headers.push_back(header);
    }
    return Done{};
  }

  template <class See>
  Status each_row(See see) {
    for (const auto& file : files_) {
      auto reader = CsvReader::open(file, {});
      if (!reader) return reader.error();
      std::vector<std::size_t> at;
      for (const auto& header : reader->header()) at.push_back(position(headers, header));
      std::vector<std::string_view> cells(headers.size());
      while (const CsvRow* row = reader->next()) {
        for (std::size_t i = 0; i < at.size(); ++i) cells[at[i]] = row->fields[i];
        see(file, std::span<const std::string_view>(cells));
      }
      if (!reader->status()) return reader->status().error();
    }
    return Done{};
  }

  std::vector<std::string> headers;

 private:
  const std::vector<std::string>& files_;
};

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else out += c;
  }
  return out + "\"";
}

std::string policy_toml(const std::vector<Derivation>& derivations, const ZeroSetUp& set_up) {
  std::string toml = fmt::format(
      "# Made by gmpi from the files it was given. Edit and use with --model.\n\n"
      "[thresholds]  # bits\nlink = {:.2f}\nreview = {:.2f}\nconflict_margin = 0.0\n",
      set_up.link_weight, set_up.review_weight);
  if (set_up.join_mean)
    toml += fmt::format("\n[grouping]    # groups join when the mean weight between them is at least this\njoin_mean = {:.2f}\n",
                        *set_up.join_mean);
  for (const auto& d : derivations) {
    std::string from;
    for (const auto& header : d.from) from += (from.empty() ? "" : ", ") + toml_text(header);
    toml += fmt::format("\n[[derive]]\ncolumn = {}\nfrom = [{}]\nas = {}\n", toml_text(d.column), from, toml_text(d.as));
  }
  return toml;
}

/// The record's cells as columns of a model, on all cores.
class Packer {
 public:
  Packer(const RecordDeriver& deriver, PackedRecords& records) : deriver_(deriver), records_(records) {}

  void add(std::span<const std::string_view> cells) {
    std::vector<std::string> row(cells.begin(), cells.end());
    rows_.push_back(std::move(row));
    if (rows_.size() == kBatchRows) flush();
  }

  void flush() {
    std::vector<StandardRecord> derived(rows_.size());
    tbb::parallel_for(std::size_t{0}, rows_.size(), [&](std::size_t i) {
      const std::vector<std::string_view> cells(rows_[i].begin(), rows_[i].end());
      derived[i] = deriver_.derive(cells);
    });
    for (const auto& record : derived) records_.append(record);
    rows_.clear();
  }

 private:
  const RecordDeriver& deriver_;
  PackedRecords& records_;
  std::vector<std::vector<std::string>> rows_;
};

/// Frequencies of the values that levels adjust for, as the model was trained with them.
std::vector<TermFrequencyTable> count_tables(const LinkageModel& model, const PackedRecords& records) {
  std::vector<std::string> columns;
  for (const auto& comparison : model.comparisons)
    for (const auto& level : comparison.levels)
      if (adjusts_for_frequency(level)) columns.push_back(level.tf_column);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  std::vector<TermFrequencyTable> tables;
  for (const auto& name : columns) {
    const ColumnId column = *records.find_column(name);
    std::vector<std::uint64_t> counts(records.dictionary(column).size(), 0);
    double all = 0;
    for (RowId row = 0; row < records.rows(); ++row)
      if (const ValueId id = records.view(row).line[column]; id != kMissing) ++counts[id], all += 1;
    TermFrequencyTable table{name, {}};
    for (ValueId id = 1; id < counts.size(); ++id)
      if (counts[id] > 0)
        table.frequencies.emplace_back(records.dictionary(column).text(id), static_cast<double>(counts[id]) / all);
    tables.push_back(std::move(table));
  }
  return tables;
}

Result<LoadedModel> bundle_of(const LearnedBundle& learned, const PackedRecords& records) {
  ModelBundle made;
  made.model = learned.set_up.model;
  made.policy_text = policy_toml(learned.columns.derivations, learned.set_up);
  made.term_frequencies = count_tables(made.model, records);
  auto bundle = bundle_from_files(files_of_bundle(made), "learned model");
  if (!bundle) return bundle.error();
  auto policy = read_policy(bundle->policy_text, "learned model/policy.toml");
  if (!policy) return policy.error();
  return LoadedModel{std::move(*bundle), std::move(*policy)};
}

}  // namespace

void add_without(CLI::App& command, std::vector<std::string>& without) {
  std::vector<std::string> names;
  for (const auto& device : accuracy_devices()) names.emplace_back(device.name);
  command
      .add_option("--without", without,
                  "Where a model is learnt: do without a device of accuracy (docs/accuracy.md); may be repeated")
      ->type_name("DEVICE")
      ->check(CLI::IsMember(names).description(""));  // their names are too many for a line of help
}

Result<FileProfile> profile_files(const LearnOptions& options) {
  UnionReader reader(options.files);
  if (Status found = reader.find_headers(); !found) return found.error();
  FileProfile profile;
  profile.headers = reader.headers;
  std::vector<std::vector<std::string>> sample;
  Random random(options.set_up.seed);
  const Status read = reader.each_row([&](const std::string&, std::span<const std::string_view> cells) {
    const std::uint64_t row = profile.rows++;
    if (row < kProfileRows) {
      sample.emplace_back(cells.begin(), cells.end());
    } else if (const auto at = random.below(row + 1); at < kProfileRows) {
      sample[at].assign(cells.begin(), cells.end());
    }
  });
  if (!read) return read.error();
  if (profile.rows == 0) return make_error(ErrorCode::kInvalidInput, "the files hold no rows");
  std::vector<std::vector<std::string_view>> columns(profile.headers.size());
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (const auto& row : sample) columns[i].push_back(row[i]);
  profile.columns = profile_table(profile.headers, columns);
  for (auto& column : profile.columns) {
    if (column.header == options.id_column) column.kind = ColumnKind::kRecordId, column.why = "by --id-column";
    else if (column.header == options.source_column) column.kind = ColumnKind::kSource, column.why = "by --source-column";
    else if (column.kind == ColumnKind::kRecordId && !options.id_column.empty()) column.kind = ColumnKind::kIgnored;
    else if (column.kind == ColumnKind::kSource && !options.source_column.empty()) column.kind = ColumnKind::kIgnored;
  }
  return profile;
}

bool suits_person_model(const FileProfile& profile) {
  if (profile.rows < kRowsToLearn) return true;
  return std::any_of(profile.columns.begin(), profile.columns.end(), [](const ColumnProfile& column) {
    return column.kind == ColumnKind::kIdentifier && column.measures.nhs_number >= kNhsNumbers;
  });
}

Result<LearnedBundle> learn_bundle(const LearnOptions& options, FileProfile profile, ProgressStyle style) {
  LearnedBundle learned;
  ZeroSetUpOptions how = options.set_up;
  for (const auto& device : options.without)
    if (Status known = switch_off(device, how); !known) return known.error();
  auto columns = suggest_columns(profile.columns, how.suggest);
  if (!columns) return columns.error();
  learned.columns = std::move(*columns);
  learned.profile = std::move(profile);
  auto deriver = RecordDeriver::plan(learned.columns.derivations, learned.profile.headers);
  if (!deriver) return deriver.error();
  std::vector<ColumnSpec> specs;
  for (const auto& column : deriver->columns()) specs.push_back({.name = column.name, .is_list = column.is_list});
  PackedRecords records(std::move(specs));

  Progress progress({.task = "learn", .unit = "records", .total = learned.profile.rows, .style = style});
  UnionReader reader(options.files);
  reader.headers = learned.profile.headers;
  Packer packer(*deriver, records);
  const std::size_t id = position(reader.headers, learned.columns.record_id);
  const std::size_t source = position(reader.headers, learned.columns.source);
  std::vector<std::string> keys;
  std::vector<std::uint32_t> sources;
  std::map<std::string, std::uint32_t, std::less<>> numbers;
  const Status read = reader.each_row([&](const std::string& file, std::span<const std::string_view> cells) {
    packer.add(cells);
    const std::string_view from = source < cells.size() ? cells[source] : std::string_view(file);
    sources.push_back(numbers.try_emplace(std::string(from), static_cast<std::uint32_t>(numbers.size())).first->second);
    // Rows of one id are told apart by their place: here they only need an order.
    keys.push_back(fmt::format("{}\x01{}\x01{:012}", from, id < cells.size() ? cells[id] : "", keys.size()));
    progress.add(1);
  });
  if (!read) return read.error();
  packer.flush();
  progress.finish();
  const auto rank = ranks_of(keys);
  Progress training({.task = "train", .unit = "pairs", .style = style});
  auto set_up = set_up_from_nothing({learned.columns.derivations, records, rank, sources}, how, training);
  training.finish();
  if (!set_up) return set_up.error();
  learned.set_up = std::move(*set_up);
  if (!learned.columns.record_id.empty()) learned.set_up.model.unique_id_column = learned.columns.record_id;
  if (!learned.columns.source.empty()) learned.set_up.model.source_column = learned.columns.source;
  auto model = bundle_of(learned, records);
  if (!model) return model.error();
  learned.model = std::move(*model);
  return learned;
}

}  // namespace gmpi
