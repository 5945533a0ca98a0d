#include "apps/link_set.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "apps/row_versions.h"
#include "base/csv_chunks.h"
#include "base/nearest_name.h"
#include "index/codec.h"
#include "linkage/person_columns.h"
#include "standardize/derive_record.h"
#include "standardize/person.h"

namespace gmpi {

namespace {

constexpr std::size_t kBatchRows = 8192;
constexpr std::size_t kChunksAtOnce = 8;
constexpr unsigned kLineBits = 44;

// What stands between source and id where rows are ordered: a table with the model's own columns as Splink orders it,
// people as the living index does, which settles ties by its keys ("a" before "a-b", whatever follows).
constexpr std::string_view kSplinkSeparator = "-__-";
constexpr std::string_view kKeySeparator("\0", 1);

/// How a model over a file's own columns uses them: what DuckDB would know from their types.
struct ColumnUses {
  std::unordered_set<std::string> lists;    // exploded in a rule, or an argument of a list function
  std::unordered_set<std::string> numbers;  // calculated with, or compared with a number
};

bool is_number_literal(const Expression& expression) {
  return expression.kind == ExpressionKind::kInteger || expression.kind == ExpressionKind::kDouble;
}

bool needs_numbers(const Expression& call) {
  static const std::unordered_set<std::string_view> kCalculations = {
      "+",   "-",   "*",   "/",   "//",  "%",     "neg",   "abs", "acos",    "asin",    "atan", "atan2", "ceil",
      "cos", "exp", "floor", "ln", "log10", "log2", "power", "sin", "sqrt", "radians", "degrees", "tan"};
  static const std::unordered_set<std::string_view> kComparisons = {"=", "<>", "<", "<=", ">", ">=", "between", "in"};
  if (kCalculations.contains(call.text)) return true;
  return kComparisons.contains(call.text) &&
         std::any_of(call.arguments.begin(), call.arguments.end(), is_number_literal);
}

void collect_uses(const Expression& expression, ColumnUses& uses) {
  const bool call = expression.kind == ExpressionKind::kCall;
  const bool lists = call && (expression.text.starts_with("list_") || expression.text.starts_with("array_"));
  const bool numbers = call && needs_numbers(expression);
  for (const auto& argument : expression.arguments) {
    if (argument.kind == ExpressionKind::kColumn && lists) uses.lists.insert(argument.text);
    if (argument.kind == ExpressionKind::kColumn && numbers) uses.numbers.insert(argument.text);
    collect_uses(argument, uses);
  }
}

ColumnUses column_uses(const LinkageModel& model) {
  ColumnUses uses;
  for (const auto& comparison : model.comparisons)
    for (const auto& level : comparison.levels)
      if (!level.is_else) collect_uses(level.condition, uses);
  for (const auto& rule : model.blocking_rules) {
    collect_uses(rule.condition, uses);
    uses.lists.insert(rule.arrays_to_explode.begin(), rule.arrays_to_explode.end());
  }
  return uses;
}

/// Where a row stands in its file.
struct Place {
  const std::string& file;
  std::uint64_t line;
};

/// Some chunks of a file on their way through: filled, parsed, their rows numbered, packed.
struct CellBatch {
  std::array<CsvChunk, kChunksAtOnce> chunks;
  std::size_t filled = 0;  // chunks
  std::size_t rows = 0;    // of all, once numbered
  RowId first = 0;
};

/// Cells of a list column, in which '|' stands between elements, with the separator of lists.
class ListCells {
 public:
  std::span<const std::string_view> of(std::span<const std::string_view> cells) {
    bytes_.clear();
    views_.assign(cells.begin(), cells.end());
    std::size_t size = 0;
    for (const auto cell : cells) size += cell.size();
    bytes_.reserve(size);  // before any view of it
    for (auto& view : views_) {
      const std::size_t begin = bytes_.size();
      bytes_ += view;
      std::replace(bytes_.begin() + static_cast<std::ptrdiff_t>(begin), bytes_.end(), '|', kListSeparator);
      view = std::string_view(bytes_).substr(begin);
    }
    return views_;
  }

 private:
  std::string bytes_;
  std::vector<std::string_view> views_;
};

struct PersonRow {
  std::uint64_t line = 0;
  SourceRecord record;
};

/// Reads files into one set, row by row or in standardised batches.
class Loader {
 public:
  Loader(const ModelBundle& bundle, const Policy& policy, const LinkSetOptions& options, Progress& progress)
      : bundle_(bundle), policy_(policy), options_(options), progress_(progress), set_(std::make_unique<LinkSet>()) {}

  Result<std::unique_ptr<LinkSet>> load() {
    for (std::size_t i = 0; i < options_.files.size(); ++i)
      if (Status read = read_file(options_.files[i]); !read) return read.error();
    if (!set_->records) return make_error(ErrorCode::kInvalidInput, "no file to link");
    settle_versions();
    rank_rows();
    return compile();
  }

 private:
  Status read_file(const std::string& path) {
    auto reader = CsvReader::open(path, {});
    if (!reader) return reader.error();
    files_.push_back(path);
    reader->on_reject([&](const CsvReject& reject) { this->reject(path, reject.line, reject.reason); });
    if (!set_->records)
      if (Status made = make_records(reader->header()); !made) return made;
    if (policy_.derivations.empty() && as_they_are_) return read_cells(path, CsvChunks::rest_of(std::move(*reader), {}));
    const Status done = !policy_.derivations.empty() ? read_derived(path, *reader) : read_people(path, *reader);
    if (!done) return done;
    return reader->status();
  }

  /// People as the living index ranks them; a model's own columns as Splink does, which compares ids natively.
  void rank_rows() {
    const RecordIds& ids = set_->ids;
    const auto local = [&](std::size_t row) { return ids.local(static_cast<RowId>(row)); };
    const bool as_splink = as_they_are_ || !policy_.derivations.empty();
    if (sources_.size() < 2) {
      const auto numbers = as_they_are_ ? ids.as_integers() : std::nullopt;
      set_->rank = numbers ? ranks_of(*numbers, local) : ranks_of(ids.size(), local);
      return;
    }
    std::vector<std::string> keys(ids.size());
    std::vector<std::string> begin(sources_.size());
    for (const auto& [name, number] : sources_) begin[number] = name + std::string(as_splink ? kSplinkSeparator : kKeySeparator);
    for (RowId row = 0; row < keys.size(); ++row) keys[row].append(begin[ids.sources()[row]]).append(local(row));
    set_->rank = ranks_of(keys);
  }

  /// The file's own columns when it has all that the model reads; else a person's.
  Status make_records(const std::vector<std::string>& header) {
    if (!policy_.derivations.empty()) {
      auto columns = RecordDeriver::columns_of(policy_.derivations);
      if (!columns) return columns.error();
      std::vector<ColumnSpec> specs;
      for (const auto& column : *columns) specs.push_back({.name = column.name, .is_list = column.is_list});
      set_->records = std::make_unique<PackedRecords>(std::move(specs));
      return prepare();
    }
    const auto names = columns_of(bundle_.model);
    as_they_are_ = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::find(header.begin(), header.end(), name) != header.end();
    });
    if (as_they_are_) {
      const ColumnUses uses = column_uses(bundle_.model);
      std::vector<ColumnSpec> specs;
      for (const auto& name : names) {
        const bool is_list = uses.lists.contains(name);
        specs.push_back({.name = name, .is_list = is_list, .is_number = !is_list && uses.numbers.contains(name)});
      }
      columns_ = names;
      set_->records = std::make_unique<PackedRecords>(std::move(specs));
    } else {
      auto specs = person_columns(bundle_.model, policy_);
      if (!specs) return specs.error();
      set_->records = std::make_unique<PackedRecords>(std::move(*specs));
    }
    return prepare();
  }

  /// Terms are registered before the first row, so that each value is derived as it is met.
  Status prepare() {
    auto plan = BlockingPlan::compile(bundle_.model, *set_->records);
    if (!plan) return plan.error();
    set_->plan = std::make_unique<BlockingPlan>(std::move(*plan));
    for (RuleId rule = 0; rule < set_->plan->rules(); ++rule) {
      if (!set_->plan->residual(rule)) continue;
      auto test = CompiledCondition::compile(*set_->plan->residual(rule), *set_->records);
      if (!test) return test.error();
      set_->plan->set_residual_test(rule, [condition = std::move(*test), records = set_->records.get()](
                                              RecordView l, RecordView r) { return condition.is_true(*records, l, r); });
    }
    auto model = CompiledModel::compile(bundle_.model, *set_->records);
    if (!model) return model.error();
    set_->model = std::make_unique<CompiledModel>(std::move(*model));
    auto policy = CompiledPolicy::compile(policy_, *set_->records, as_they_are_);
    if (!policy) return policy.error();
    set_->policy = std::make_unique<CompiledPolicy>(std::move(*policy));
    for (const auto& guard : set_->policy->skipped()) set_->notes.push_back("guard left out: " + guard);
    return Done{};
  }

  Status read_cells(const std::string& path, CsvChunks csv) {
    const auto& header = csv.header();
    std::vector<std::size_t> wanted;
    for (const auto& name : columns_) {
      const auto found = std::find(header.begin(), header.end(), name);
      if (found == header.end())
        return make_error(ErrorCode::kInvalidInput, path + ":1: no column '" + name + "', which the model reads");
      wanted.push_back(static_cast<std::size_t>(found - header.begin()));
    }
    const auto key_columns = find_key_columns(path, header);
    if (!key_columns) return key_columns.error();
    wanted.push_back(key_columns->id);
    const bool has_source = key_columns->source < header.size();
    if (has_source) wanted.push_back(key_columns->source);
    csv.want(wanted, [this, wanted](const CsvRow& row) { return why_unusable(row, wanted); });
    pass_batches(path, csv, has_source);
    return csv.status();
  }

  /// Four batches are on their way at a time, each a step further in every round: steps run beside each other.
  void pass_batches(const std::string& path, CsvChunks& csv, bool has_source) {
    std::array<CellBatch, 4> batches;
    bool more = true;
    for (std::size_t round = 0; more || std::any_of(batches.begin(), batches.end(), [](const CellBatch& b) { return b.filled > 0; });
         ++round) {
      CellBatch& filling = batches[round % 4];
      CellBatch& parsing = batches[(round + 3) % 4];
      CellBatch& numbering = batches[(round + 2) % 4];
      CellBatch& packing = batches[(round + 1) % 4];
      const std::size_t chunk_tasks = columns_.size() + 2;
      tbb::parallel_for(
          tbb::blocked_range<std::size_t>(0, chunk_tasks + parsing.filled, 1),
          [&](const auto& range) {
            for (std::size_t task = range.begin(); task != range.end(); ++task) {
              if (task < columns_.size()) pack(packing, static_cast<ColumnId>(task));
              else if (task == columns_.size()) number_rows(path, csv, has_source, numbering);
              else if (task < chunk_tasks) more = more && fill(csv, filling);
              else csv.parse(parsing.chunks[task - chunk_tasks]);
            }
          },
          tbb::simple_partitioner());
      set_->records->derive_rows(packing.first, packing.rows);
      progress_.add(packing.rows);
      packing.filled = packing.rows = 0;
      reserve_rows(csv, numbering.rows, round + 1);
      numbering.first = set_->records->add_rows(numbering.rows);
    }
  }

  static bool fill(CsvChunks& csv, CellBatch& batch) {
    while (batch.filled < kChunksAtOnce && csv.fill(batch.chunks[batch.filled])) ++batch.filled;
    return batch.filled == kChunksAtOnce;
  }

  /// Room for as many rows as the file will have, by the first batch of it: lines are then never moved.
  void reserve_rows(const CsvChunks& csv, std::size_t rows, std::size_t batches_filled) {
    if (rows == 0 || batches_filled != 3 || csv.file_bytes() == 0) return;
    const double share = static_cast<double>(csv.file_bytes_read()) / static_cast<double>(batches_filled * csv.file_bytes());
    const double wanted = std::min(static_cast<double>(rows) / share * 1.12, static_cast<double>(csv.file_bytes()));
    set_->records->reserve(set_->records->rows() + static_cast<std::size_t>(wanted));
  }

  /// Gives the rows of a batch their ids; those whose id stands further up are taken out.
  void number_rows(const std::string& path, CsvChunks& csv, bool has_source, CellBatch& batch) {
    for (std::size_t i = 0; i < batch.filled; ++i) {
      CsvChunk& chunk = batch.chunks[i];
      csv.settle(chunk);
      std::vector<ValueId> numbers(chunk.rows());
      set_->ids.number_all(chunk.cells(columns_.size()), numbers.data());
      std::vector<CsvReject> repeated;
      std::size_t kept = 0;
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        const std::uint64_t line = chunk.lines()[row];
        const std::string_view source = has_source ? chunk.cells(columns_.size() + 1)[row] : std::string_view(path);
        const auto [held, is_new] = set_->ids.add(number_of_source(source), numbers[row]);
        if (is_new) {
          places_.push_back(place_of(line));
          if (kept < row)
            for (std::size_t column = 0; column < columns_.size(); ++column)
              chunk.cells(column)[kept] = chunk.cells(column)[row];
          ++kept;
        } else {
          repeated.push_back({line, 0, stands_further_up(held)});
        }
      }
      for (std::size_t column = 0; column < columns_.size(); ++column) chunk.cells(column).resize(kept);
      reject_in_order(path, chunk.rejects(), repeated);
      batch.rows += kept;
    }
  }

  void reject_in_order(const std::string& path, std::vector<CsvReject>& rejects, std::vector<CsvReject>& repeated) {
    std::vector<CsvReject> all;
    std::merge(rejects.begin(), rejects.end(), repeated.begin(), repeated.end(), std::back_inserter(all),
               [](const CsvReject& a, const CsvReject& b) { return a.line < b.line; });
    for (CsvReject& bad : all) reject(path, bad.line, std::move(bad.reason));
  }

  /// Each column's dictionary is its own: columns are packed side by side.
  void pack(CellBatch& batch, ColumnId column) {
    ListCells lists;
    RowId first = batch.first;
    for (std::size_t i = 0; i < batch.filled; ++i) {
      const std::span<const std::string_view> cells = batch.chunks[i].cells(column);
      set_->records->fill_column(column, first, set_->records->column(column).is_list ? lists.of(cells) : cells);
      first += static_cast<RowId>(cells.size());
    }
  }

  struct KeyColumns {
    std::size_t id;
    std::size_t source;  // the number of columns: there is none, and the file is its own source
  };

  Result<KeyColumns> find_key_columns(const std::string& path, const std::vector<std::string>& header) {
    const PersonTableOptions& table = options_.table;
    const auto position = [&](const std::string& asked, const std::string& otherwise) {
      const std::string& name = asked.empty() ? otherwise : asked;
      return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
    };
    const auto lacks = [&](const std::string& asked, const std::string& what) {
      return make_error(ErrorCode::kConflict,
                        path + ":1: no column '" + asked + "' to take " + what + " from" + did_you_mean(asked, header));
    };
    const KeyColumns found{position(table.id_column, bundle_.model.unique_id_column),
                           position(table.source_column, bundle_.model.source_column)};
    if (found.id == header.size() && !table.id_column.empty()) return lacks(table.id_column, "ids");
    if (found.source == header.size() && !table.source_column.empty()) return lacks(table.source_column, "sources");
    if (found.id == header.size())
      return make_error(ErrorCode::kInvalidInput, path + ":1: no id column '" + bundle_.model.unique_id_column + "'");
    if (!table.column_map.empty())
      set_->notes.push_back(path + ": --map is not used: the file has the columns that the model reads");
    return found;
  }

  /// Rows of any file, by the bundle's derivations. A header that this file lacks is missing in all its rows.
  Status read_derived(const std::string& path, CsvReader& reader) {
    std::vector<std::string> headers = reader.header();
    for (const auto& derivation : policy_.derivations)
      for (const auto& from : derivation.from)
        if (std::find(headers.begin(), headers.end(), from) == headers.end()) {
          headers.push_back(from);
          set_->notes.push_back(path + ": column " + from + ", which the model's derivations read, is not there");
        }
    if (headers.size() == reader.header().size() + derived_from())
      return make_error(ErrorCode::kInvalidInput, path + ":1: none of the columns that the model's derivations read is there");
    auto deriver = RecordDeriver::plan(policy_.derivations, headers);
    if (!deriver) return deriver.error();
    const auto position = [&](const std::string& name) {
      return static_cast<std::size_t>(std::find(headers.begin(), headers.end(), name) - headers.begin());
    };
    const std::string& asked = options_.table.id_column;
    const std::size_t id = position(asked.empty() ? bundle_.model.unique_id_column : asked);
    if (id == headers.size() && !asked.empty())
      return make_error(ErrorCode::kConflict, path + ":1: no column '" + asked + "' to take ids from" + did_you_mean(asked, headers));
    const std::string& system = options_.table.source_column;
    const std::size_t source = position(system.empty() ? bundle_.model.source_column : system);
    if (id == headers.size()) set_->notes.push_back(path + ": no id column: records are named by their line");
    std::vector<std::vector<std::string>> batch;
    while (const CsvRow* row = reader.next()) {
      const std::string name = id < row->fields.size() ? std::string(row->fields[id]) : std::to_string(row->line);
      if (name.empty()) {
        reject(path, row->line, "no id");
        continue;
      }
      if (!add_id({path, row->line}, source < row->fields.size() ? row->fields[source] : std::string_view(path), name))
        continue;
      batch.emplace_back(row->fields.begin(), row->fields.end());
      batch.back().resize(headers.size());
      if (batch.size() == kBatchRows) flush(*deriver, batch);
    }
    flush(*deriver, batch);
    return Done{};
  }

  /// How many different headers the derivations read.
  std::size_t derived_from() const {
    std::unordered_set<std::string> headers;
    for (const auto& derivation : policy_.derivations) headers.insert(derivation.from.begin(), derivation.from.end());
    return headers.size();
  }

  void flush(const RecordDeriver& deriver, std::vector<std::vector<std::string>>& batch) {
    std::vector<StandardRecord> derived(batch.size());
    tbb::parallel_for(std::size_t{0}, batch.size(), [&](std::size_t i) {
      const std::vector<std::string_view> cells(batch[i].begin(), batch[i].end());
      derived[i] = deriver.derive(cells);
    });
    for (const StandardRecord& record : derived) set_->records->append(record);
    progress_.add(batch.size());
    batch.clear();
  }

  /// Empty when the row can be used: it has an id, and numbers where the model calculates. `at`: where the model's
  /// columns stand, and then the id. Called on many threads.
  std::string why_unusable(const CsvRow& row, const std::vector<std::size_t>& at) const {
    if (row.fields[at[columns_.size()]].empty()) return "no id";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string_view cell = row.fields[at[i]];
      if (!set_->records->column(static_cast<ColumnId>(i)).is_number || cell.empty()) continue;
      if (number_from_text(cell).is_null())
        return "column '" + columns_[i] + "' holds no number, and the model calculates with it";
    }
    return {};
  }

  Status read_people(const std::string& path, CsvReader& reader) {
    auto table = PersonTable::plan(reader.header(), with_default_source(path));
    if (!table) return make_error(table.error().code, path + ":1: " + table.error().message);
    for (const auto& [header, field] : table->recognised()) set_->notes.push_back(path + ": " + header + " taken as " + field);
    for (const auto& header : table->ignored()) set_->notes.push_back(path + ": column " + header + " not used");
    std::vector<PersonRow> batch;
    while (const CsvRow* row = reader.next()) {
      auto record = table->record(*row);
      if (!record) {
        reject(path, row->line, record.error().message);
        continue;
      }
      batch.push_back({row->line, std::move(*record)});
      if (batch.size() == kBatchRows) flush(path, table->has_versions(), batch);
    }
    flush(path, table->has_versions(), batch);
    return Done{};
  }

  PersonTableOptions with_default_source(const std::string& path) const {
    PersonTableOptions table = options_.table;
    if (table.default_source.empty()) table.default_source = path;
    return table;
  }

  void flush(const std::string& path, bool has_versions, std::vector<PersonRow>& batch) {
    std::vector<StandardRecord> standard(batch.size());
    std::vector<ContentHash> hashes(has_versions ? batch.size() : 0);
    const StandardizeOptions how{.as_of_date = {}, .test_nhs_numbers = true};
    tbb::parallel_for(std::size_t{0}, batch.size(), [&](std::size_t i) {
      standard[i] = standardize_person(batch[i].record, how);
      if (has_versions) hashes[i] = content_hash(batch[i].record);
    });
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Place place{path, batch[i].line};
      const RecordKey& key = batch[i].record.key;
      ContentMark mark;
      if (has_versions) mark = {batch[i].record.event_ms, batch[i].record.version, hashes[i], 0};
      if (keep_as_version(place, key, mark, standard[i])) continue;
      if (!add_id(place, key.source, key.local_id)) continue;
      if (!mark.plain()) versions_.remember_first(static_cast<RowId>(set_->ids.size() - 1), mark);
      set_->records->append(standard[i]);
    }
    progress_.add(batch.size());
    batch.clear();
  }

  /// True: the row is a further content of a record that stands further up; settle_versions() has the last word.
  bool keep_as_version(const Place& place, const RecordKey& key, const ContentMark& mark, StandardRecord& standard) {
    if (mark.plain()) return false;
    const auto source = sources_.find(key.source);
    const auto held = source == sources_.end() ? std::nullopt : set_->ids.find(source->second, key.local_id);
    return held && versions_.add(*held, {place.line, static_cast<std::uint32_t>(files_.size() - 1), mark, std::move(standard)});
  }

  /// Of records with several contents the current one is linked, as the living index does.
  void settle_versions() {
    std::size_t others = 0;
    versions_.settle([&](RowId row, StandardRecord& current) { set_->records->replace(row, current); },
                     [&](const RowVersion& refused) {
                       reject(files_[refused.file], refused.line,
                              "version: stands further up with other content; one version names one content");
                     },
                     others);
    if (others > 0)
      set_->notes.push_back(std::to_string(others) + " rows are other versions of a record, or repeat one: the current one is linked");
  }

  /// False when the id stands further up in its source: the row is rejected, the earlier one counts.
  bool add_id(const Place& place, std::string_view source, std::string_view id) {
    const auto [held, is_new] = set_->ids.add(number_of_source(source), id);
    if (is_new) places_.push_back(place_of(place.line));
    else reject(place.file, place.line, stands_further_up(held));
    return is_new;
  }

  std::uint32_t number_of_source(std::string_view source) {
    if (sources_.empty() || source != last_source_) {
      last_source_ = source;
      last_source_number_ = sources_.emplace(last_source_, static_cast<std::uint32_t>(sources_.size())).first->second;
    }
    return last_source_number_;
  }

  /// A row's file and line in one number: a file has fewer than 2^44 lines, a run fewer than 2^20 files.
  std::uint64_t place_of(std::uint64_t line) const { return std::uint64_t{files_.size() - 1} << kLineBits | line; }

  std::string stands_further_up(RowId held) const {
    const std::uint64_t line = places_[held] & ((std::uint64_t{1} << kLineBits) - 1);
    return "the id stands further up in its source: " + files_[places_[held] >> kLineBits] + ":" + std::to_string(line);
  }

  void reject(const std::string& file, std::uint64_t line, std::string reason) {
    set_->rejects.push_back({file, line, std::move(reason)});
    progress_.reject(1);
  }

  /// An id that two sources use names neither record: every id is then written as source/id.
  void qualify_shared_ids() {
    if (!set_->ids.shared()) return;
    set_->ids.qualify(set_->source_names);
    set_->notes.push_back("two sources use one id: records are named source/id in what is written");
  }

  Result<std::unique_ptr<LinkSet>> compile() {
    set_->source_names.resize(sources_.size());
    for (const auto& [name, number] : sources_) set_->source_names[number] = name;
    qualify_shared_ids();
    if (options_.count_frequencies || bundle_.term_frequencies.empty()) {
      set_->model->count_frequencies();
    } else {
      set_->model->use_frequencies(bundle_.term_frequencies);
    }
    if (options_.prior) {
      const double by_size = 1.0 / static_cast<double>(std::max<std::size_t>(set_->ids.size(), 2));
      set_->model->set_prior(*options_.prior > 0 ? *options_.prior : by_size);
    }
    return std::move(set_);
  }

  const ModelBundle& bundle_;
  const Policy& policy_;
  const LinkSetOptions& options_;
  Progress& progress_;
  std::unique_ptr<LinkSet> set_;
  bool as_they_are_ = false;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::uint32_t> sources_;
  std::string last_source_;
  std::uint32_t last_source_number_ = 0;
  std::vector<std::string> files_;
  std::vector<std::uint64_t> places_;  // of each row: place_of()
  RowVersions versions_;
};

}  // namespace

Result<std::unique_ptr<LinkSet>> load_link_set(const ModelBundle& bundle, const Policy& policy,
                                               const LinkSetOptions& options, Progress& progress) {
  return Loader(bundle, policy, options, progress).load();
}

}  // namespace gmpi
