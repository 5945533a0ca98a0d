// The verb check: is what is in memory what the store says, and is the partition what its rule says?
//
// Everything derived is derived again from what it is derived from and compared: standard columns from
// contents, postings and ties from standard columns, identities from ties. Changes wait meanwhile. Cost: the
// size of the store, a second index in memory, and a decision for every proposed pair.

#include <algorithm>
#include <numeric>
#include <shared_mutex>

#include "index/codec.h"
#include "index/load_index.h"
#include "index/store_keys.h"
#include "linkage/limits.h"
#include "linkage/linker_impl.h"
#include "linkage/rebuild.h"

namespace gmpi {

namespace {

class Check {
 public:
  explicit Check(const Linker::Impl& linker) : linker_(linker), index_(linker.index) {}

  CheckReport run() {
    report_.records = index_.live_records();
    report_.identities = index_.live_identities();
    if (auto verified = linker_.store.verify(); !verified) fault(verified.error().message);
    check_log();
    check_contents();
    check_against_store();
    check_postings();
    check_ties();
    check_partition();
    return std::move(report_);
  }

 private:
  void fault(std::string what) {
    if (report_.faults.size() < kFaultsMax) report_.faults.push_back(std::move(what));
  }
  static std::string name(RowId row) { return "row " + std::to_string(row); }

  void check_log() {
    const Status scanned = linker_.store.scan_log(1, [&](const LogEntry& entry) {
      ++report_.log_entries;
      const auto event = decode_event(entry.event);
      if (!event || event->sequence != entry.seq)
        fault("log entry " + std::to_string(entry.seq) + " has a wrong event");
      return true;
    });
    if (!scanned) fault(scanned.error().message);
  }

  /// Current contents: there, of the hash that is remembered, and standardised to what is stored.
  void check_contents() {
    const StandardizeOptions options = linker_.standardize_options();
    for (RowId row = 0; row < index_.rows(); ++row) {
      auto stored = linker_.read_version(index_.key(row), index_.row(row).version);
      if (!stored) {
        fault(name(row) + ": " + stored.error().message);
        continue;
      }
      if (content_hash(stored->record) != index_.row(row).hash)
        fault(name(row) + ": content differs from its hash");
      if (!index_.row(row).live) continue;
      const auto columns = linker_.store.get(Table::kStandard, row_store_key(row));
      if (!columns || !*columns ||
          (*columns)->bytes != encode_standard(standardize_person(stored->record, options)))
        fault(name(row) + ": standard columns differ from what its content gives");
    }
  }

  std::string texts_of(const PersonIndex& index, RowId row) const {
    std::string texts;
    const PackedRecords& records = index.records();
    for (std::size_t c = 0; c < records.given_columns(); ++c) {
      const auto column = static_cast<ColumnId>(c);
      const ValueId value = records.view(row).line[c];
      if (value != kMissing) texts += records.dictionary(column).text(value);
      texts += '\n';
    }
    return texts;
  }

  void check_against_store() {
    auto columns = std::vector<ColumnSpec>();
    for (std::size_t c = 0; c < index_.records().given_columns(); ++c)
      columns.push_back(index_.records().column(static_cast<ColumnId>(c)));
    PersonIndex stored(std::move(columns));
    Status loaded = load_people(linker_.store, IdentityLoad::kStrict, stored);
    if (loaded) loaded = load_assertions(linker_.store, stored);
    if (loaded) loaded = load_ties(linker_.store, stored);
    if (!loaded) return fault(loaded.error().message);
    if (stored.rows() != index_.rows()) return fault("the store has another number of records than memory");
    for (RowId row = 0; row < index_.rows(); ++row) {
      if (stored.key_text(row) != index_.key_text(row)) fault(name(row) + ": stored key differs");
      if (stored.state(row) != index_.state(row)) fault(name(row) + ": stored state differs");
      if (stored.row(row).identity != index_.row(row).identity)
        fault(name(row) + ": stored identity differs");
      if (index_.row(row).live && texts_of(stored, row) != texts_of(index_, row))
        fault(name(row) + ": stored columns differ");
      if (!std::ranges::equal(stored.ties(row), index_.ties(row))) fault(name(row) + ": stored ties differ");
    }
    if (stored.assertions().all() != index_.assertions().all()) fault("stored assertions differ");
    check_identities(stored);
  }

  void check_identities(const PersonIndex& stored) {
    if (stored.next_identity() != index_.next_identity())
      fault("the store has another number of identities than memory");
    for (EnterpriseId id{1}; id < index_.next_identity(); ++id.value) {
      const auto* a = stored.identity_entry(id);
      const auto* b = index_.identity_entry(id);
      if ((a == nullptr) != (b == nullptr) ||
          (a != nullptr &&
           (a->version != b->version || a->redirect != b->redirect || a->founder != b->founder || a->members != b->members)))
        fault("identity " + to_string(id) + " differs from the stored one");
    }
  }

  void check_postings() {
    boost::unordered_flat_map<BlockingKey, std::size_t> sizes;
    for (RowId row = 0; row < index_.rows(); ++row) {
      if (!index_.row(row).live) continue;
      for (const BlockingKey key : posting_keys(linker_.rules->keys(index_.records().view(row)))) {
        const auto rows = index_.postings().rows(key);
        if (std::find(rows.begin(), rows.end(), row) == rows.end()) fault(name(row) + " lacks a posting");
        --sizes.try_emplace(key, rows.size()).first->second;
      }
    }
    if (sizes.size() != index_.postings().keys()) fault("postings hold keys that no record has");
    for (const auto& [key, left] : sizes)
      if (left != 0) return fault("postings hold records that do not have the key");
    check_parts();
  }

  /// Of the keys that are too common, and of no others.
  void check_parts() {
    boost::unordered_flat_map<BlockingKey, std::size_t> sizes;
    std::vector<BlockingKey> parts;
    const std::size_t limit = linker_.rules->policy().block_records_max;
    const auto common = limit == 0 ? std::vector<BlockingKey>() : index_.postings().above(limit);
    for (const BlockingKey key : common)
      for (const RowId row : index_.postings().rows(key)) {
        parts.clear();
        linker_.rules->split().append_parts(key, index_.records().view(row), parts);
        for (const BlockingKey part : parts) {
          const auto rows = index_.parts().rows(part);
          if (std::find(rows.begin(), rows.end(), row) == rows.end()) fault(name(row) + " lacks a part of a key");
          --sizes.try_emplace(part, rows.size()).first->second;
        }
      }
    if (sizes.size() != index_.parts().keys()) fault("parts are held of keys that are not too common");
    for (const auto& [part, left] : sizes)
      if (left != 0) return fault("a part of a key holds records that do not have it");
    if (common.size() != index_.postings().keys_above()) fault("the number of too common keys is wrong");
  }

  void check_ties() {
    const auto expected = all_ties(*linker_.rules, index_);
    for (RowId row = 0; row < index_.rows(); ++row) {
      const auto held = index_.ties(row);
      const bool same = std::ranges::equal(held, expected[row], [](const RecordTie& a, const RecordTie& b) {
        return a.other == b.other && a.kind == b.kind && a.guard == b.guard && a.weight == b.weight;
      });
      if (!same) fault(name(row) + ": ties differ from what its content gives");
    }
  }

  void check_partition() {
    const PendingIndex now(index_, *linker_.rules, nullptr);
    const TieChanges ties(index_);
    std::vector<RowId> rows(index_.rows());
    std::iota(rows.begin(), rows.end(), RowId{0});
    const ComponentGroups expected = assign_components(now, ties, rows);
    for (const auto& group : expected.groups)
      if (index_.identity_entry(index_.row(group.front()).identity)->members != group)
        fault(name(group.front()) + ": its identity is not what the rule of assignment gives");
    if (expected.groups.size() != index_.live_identities())
      fault("the number of identities is not what the rule gives");
  }

  const Linker::Impl& linker_;
  const PersonIndex& index_;
  CheckReport report_;
};

}  // namespace

CheckReport Linker::check() const {
  const std::shared_lock lock(impl_->mutex);
  if (auto durable = impl_->wait_durable(impl_->last_sequence); !durable) {
    CheckReport report;
    report.faults.push_back(durable.error().message);
    return report;
  }
  return Check(*impl_).run();
}

}  // namespace gmpi
