#include "apps/link_set.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <boost/unordered/unordered_flat_set.hpp>
#include <tbb/parallel_for.h>

#include "apps/row_versions.h"
#include "base/nearest_name.h"
#include "index/codec.h"
#include "linkage/person_columns.h"
#include "standardize/derive_record.h"
#include "standardize/person.h"

namespace gmpi {

namespace {

constexpr std::size_t kBatchRows = 8192;

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

/// Cells of some rows, column by column, outlasting the rows they were read from.
class CellBatch {
 public:
  explicit CellBatch(std::size_t columns) : columns_(columns) {}

  /// A list is written with '|' between its elements.
  void add(std::size_t column, std::string_view cell, bool is_list) {
    Column& to = columns_[column];
    to.bytes += cell;
    if (is_list) std::replace(to.bytes.end() - static_cast<std::ptrdiff_t>(cell.size()), to.bytes.end(), '|', kListSeparator);
    to.ends.push_back(to.bytes.size());
  }
  void end_row() { ++rows_; }
  std::size_t rows() const { return rows_; }
  std::vector<std::string_view> texts(std::size_t column) const {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (const std::size_t end : columns_[column].ends) {
      out.push_back(std::string_view(columns_[column].bytes).substr(begin, end - begin));
      begin = end;
    }
    return out;
  }
  void clear() {
    for (Column& column : columns_) column.bytes.clear(), column.ends.clear();
    rows_ = 0;
  }

 private:
  struct Column {
    std::string bytes;
    std::vector<std::size_t> ends;  // of each cell
  };
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

// A set of rows by their order keys, without a second copy of the keys.
struct KeyHash {
  const std::vector<std::string>* keys;
  std::size_t operator()(RowId row) const { return std::hash<std::string>{}((*keys)[row]); }
};
struct KeyEqual {
  const std::vector<std::string>* keys;
  bool operator()(RowId a, RowId b) const { return (*keys)[a] == (*keys)[b]; }
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
    set_->rank = ranks_of(set_->order_keys);
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
    const Status done = !policy_.derivations.empty() ? read_derived(path, *reader)
                        : as_they_are_              ? read_cells(path, *reader)
                                                    : read_people(path, *reader);
    if (!done) return done;
    return reader->status();
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

  Status read_cells(const std::string& path, CsvReader& reader) {
    std::vector<std::size_t> at;
    for (const auto& name : columns_) {
      const auto found = std::find(reader.header().begin(), reader.header().end(), name);
      if (found == reader.header().end())
        return make_error(ErrorCode::kInvalidInput, path + ":1: no column '" + name + "', which the model reads");
      at.push_back(static_cast<std::size_t>(found - reader.header().begin()));
    }
    const auto key_columns = find_key_columns(path, reader.header());
    if (!key_columns) return key_columns.error();
    const auto [id, source] = *key_columns;
    CellBatch batch(columns_.size());
    while (const CsvRow* row = reader.next()) {
      if (auto reason = why_unusable(*row, at, id); !reason.empty()) {
        reject(path, row->line, std::move(reason));
        continue;
      }
      if (!add_id({path, row->line}, source < row->fields.size() ? row->fields[source] : std::string_view(path),
                  kSplinkSeparator, row->fields[id]))
        continue;
      for (std::size_t i = 0; i < at.size(); ++i)
        batch.add(i, row->fields[at[i]], set_->records->column(static_cast<ColumnId>(i)).is_list);
      batch.end_row();
      if (batch.rows() == kBatchRows) pack(batch);
    }
    pack(batch);
    return Done{};
  }

  /// Each column's dictionary is its own: columns are packed side by side.
  void pack(CellBatch& batch) {
    const RowId first = set_->records->add_rows(batch.rows());
    tbb::parallel_for(std::size_t{0}, columns_.size(), [&](std::size_t column) {
      set_->records->fill_column(static_cast<ColumnId>(column), first, batch.texts(column));
    });
    set_->records->derive_rows(first, batch.rows());
    progress_.add(batch.rows());
    batch.clear();
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
      if (!add_id({path, row->line}, source < row->fields.size() ? row->fields[source] : std::string_view(path),
                  kSplinkSeparator, name))
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

  /// Empty when the row can be used: it has an id, and numbers where the model calculates.
  std::string why_unusable(const CsvRow& row, const std::vector<std::size_t>& at, std::size_t id) const {
    if (row.fields[id].empty()) return "no id";
    for (std::size_t i = 0; i < at.size(); ++i) {
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
      if (!add_id(place, key.source, kKeySeparator, key.local_id)) continue;
      if (!mark.plain()) versions_.remember_first(static_cast<RowId>(set_->ids.size() - 1), mark);
      set_->records->append(standard[i]);
    }
    progress_.add(batch.size());
    batch.clear();
  }

  /// True: the row is a further content of a record that stands further up; settle_versions() has the last word.
  bool keep_as_version(const Place& place, const RecordKey& key, const ContentMark& mark, StandardRecord& standard) {
    if (mark.plain()) return false;
    const auto held = row_of(key.source, kKeySeparator, key.local_id);
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

  /// The row that has this id in its source, if there is one.
  std::optional<RowId> row_of(std::string_view source, std::string_view separator, std::string_view id) {
    set_->order_keys.push_back(std::string(source).append(separator).append(id));
    const auto held = known_.find(static_cast<RowId>(set_->order_keys.size() - 1));
    const auto row = held == known_.end() ? std::nullopt : std::optional<RowId>(*held);
    set_->order_keys.pop_back();
    return row;
  }

  /// False when the id stands further up in its source: the row is rejected, the earlier one counts.
  bool add_id(const Place& place, std::string_view source, std::string_view separator, std::string_view id) {
    set_->order_keys.push_back(std::string(source).append(separator).append(id));
    const auto [held, is_new] = known_.insert(static_cast<RowId>(set_->order_keys.size() - 1));
    if (!is_new) {
      set_->order_keys.pop_back();
      const auto& [file, line] = places_[*held];
      reject(place.file, place.line, "the id stands further up in its source: " + files_[file] + ":" + std::to_string(line));
      return false;
    }
    set_->ids.emplace_back(id);
    if (set_->source.empty() || source != last_source_) {
      last_source_ = source;
      sources_.emplace(last_source_, static_cast<std::uint32_t>(sources_.size()));
    }
    set_->source.push_back(sources_.at(last_source_));
    places_.emplace_back(static_cast<std::uint32_t>(files_.size() - 1), place.line);
    return true;
  }

  void reject(const std::string& file, std::uint64_t line, std::string reason) {
    set_->rejects.push_back({file, line, std::move(reason)});
    progress_.reject(1);
  }

  /// An id that two sources use names neither record: every id is then written as source/id.
  void qualify_shared_ids() {
    if (sources_.size() < 2) return;
    boost::unordered_flat_set<std::string_view> seen(set_->ids.begin(), set_->ids.end());
    if (seen.size() == set_->ids.size()) return;
    std::vector<std::string_view> names(sources_.size());
    for (const auto& [name, number] : sources_) names[number] = name;
    for (RowId row = 0; row < set_->ids.size(); ++row)
      set_->ids[row] = std::string(names[set_->source[row]]).append("/").append(set_->ids[row]);
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
  std::vector<std::string> files_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> places_;  // of each row: number of its file, line
  RowVersions versions_;
  boost::unordered_flat_set<RowId, KeyHash, KeyEqual> known_{64, KeyHash{&set_->order_keys}, KeyEqual{&set_->order_keys}};
};

}  // namespace

Result<std::unique_ptr<LinkSet>> load_link_set(const ModelBundle& bundle, const Policy& policy,
                                               const LinkSetOptions& options, Progress& progress) {
  return Loader(bundle, policy, options, progress).load();
}

}  // namespace gmpi
