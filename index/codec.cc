#include "index/codec.h"

#include <algorithm>
#include <limits>

#include "base/sha256.h"
#include "index/byte_codec.h"
#include "models/value_dictionary.h"

namespace gmpi {

namespace {

constexpr std::uint8_t kFormat = 1;  // of every value; a changed value gets the next number of its own
constexpr std::uint8_t kStateFormat = 2;
constexpr std::uint8_t kFounderFormat = 2;  // of an identity that names its founder
constexpr std::size_t kEclipsedMax = 2;

ByteWriter begin() {
  ByteWriter out;
  out.byte(kFormat);
  return out;
}

void write_hash(ByteWriter& out, const ContentHash& hash) {
  out.raw({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

ContentHash read_hash(ByteReader& in) {
  ContentHash hash{};
  const std::string_view bytes = in.raw(hash.size());
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(hash.data()));
  return hash;
}

ByteReader begin(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != kFormat) in.refuse();
  return in;
}

template <class Kind>
Kind read_kind(ByteReader& in, Kind first, Kind last) {
  const std::uint8_t value = in.byte();
  if (value >= static_cast<std::uint8_t>(first) && value <= static_cast<std::uint8_t>(last))
    return static_cast<Kind>(value);
  in.refuse();
  return first;
}

void write_key(ByteWriter& out, const RecordKey& key) {
  out.text(key.source);
  out.text(key.local_id);
}

RecordKey read_key(ByteReader& in) {
  RecordKey key;
  key.source = in.text();
  key.local_id = in.text();
  return key;
}

void write_rows(ByteWriter& out, const std::vector<RowId>& rows) {
  out.varint(rows.size());
  RowId before = 0;
  for (const RowId row : rows) {
    out.varint(row - before);
    before = row;
  }
}

std::vector<RowId> read_rows(ByteReader& in) {
  std::vector<RowId> rows(in.count(1));
  std::uint64_t row = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t step = in.varint();
    row += step;
    // Ascending without repeats; a huge step must not wrap around.
    if ((i > 0 && step == 0) || step > std::numeric_limits<RowId>::max() ||
        row > std::numeric_limits<RowId>::max()) {
      in.refuse();
      return {};
    }
    rows[i] = static_cast<RowId>(row);
  }
  return rows;
}

template <class T>
Result<T> finish(const ByteReader& in, std::string_view what, T value) {
  if (auto good = in.finish(what); !good) return good.error();
  return value;
}

}  // namespace

std::string encode_content(const SourceRecord& record, UnixMillis stored_ms) {
  ByteWriter out = begin();
  out.signed_varint(stored_ms);
  out.text(record.version);
  out.signed_varint(record.event_ms);
  out.varint(record.fields.size());
  for (const SourceField& field : record.fields) {
    out.text(field.name);
    out.text(field.value);
  }
  out.byte(static_cast<std::uint8_t>(record.verbatim_format));
  out.text(record.verbatim);
  return out.take();
}

Result<StoredContent> decode_content(std::string_view bytes) {
  ByteReader in = begin(bytes);
  StoredContent content;
  content.stored_ms = in.signed_varint();
  content.record.version = in.text();
  content.record.event_ms = in.signed_varint();
  content.record.fields.resize(in.count(2));
  for (SourceField& field : content.record.fields) {
    field.name = in.text();
    field.value = in.text();
  }
  content.record.verbatim_format = read_kind(in, VerbatimFormat::kNone, VerbatimFormat::kCsvRow);
  content.record.verbatim = in.text();
  return finish(in, "record content", std::move(content));
}

ContentHash content_hash(const SourceRecord& record) {
  SourceRecord said = record;
  std::stable_sort(said.fields.begin(), said.fields.end(),
                   [](const SourceField& a, const SourceField& b) { return a.name < b.name; });
  if (said.verbatim.empty()) said.verbatim_format = VerbatimFormat::kNone;
  const Sha256Digest digest = sha256(encode_content(said, 0));
  ContentHash hash;
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

std::string encode_state(const RecordState& state) {
  ByteWriter out;
  out.byte(kStateFormat);
  out.varint(state.row);
  out.byte(state.live ? 1 : 0);
  out.varint(state.sequence);
  out.varint(state.version);
  out.varint(state.last_version);
  out.signed_varint(state.event_ms);
  write_hash(out, state.hash);
  out.text(state.source_version);
  out.varint(state.eclipsed.size());
  for (const ContentMark& mark : state.eclipsed) {
    out.signed_varint(mark.event_ms);
    out.text(mark.source_version);
    write_hash(out, mark.hash);
    out.varint(mark.record_version);
  }
  out.varint(state.past.size());
  for (const PastContent& past : state.past) {
    out.varint(past.version_tag);
    out.varint(past.content_tag);
  }
  return out.take();
}

bool lacks_order(std::string_view state_bytes) {
  return !state_bytes.empty() && static_cast<std::uint8_t>(state_bytes.front()) < kStateFormat;
}

Result<RecordState> decode_state(std::string_view bytes) {
  constexpr std::size_t kMarkBytesMin = 19, kPastBytesMin = 2;
  ByteReader in(bytes);
  const std::uint8_t format = in.byte();
  if (format < kFormat || format > kStateFormat) in.refuse();
  RecordState state;
  state.row = in.varint32();
  const std::uint8_t live = in.byte();
  if (live > 1) in.refuse();
  state.live = live == 1;
  state.sequence = in.varint();
  state.version = in.varint32();
  state.last_version = in.varint32();
  if (state.version == 0 || state.version > state.last_version) in.refuse();
  state.event_ms = in.signed_varint();
  state.hash = read_hash(in);
  if (format == kFormat) {
    for (auto n = in.count(1); n > 0; --n) (void)in.varint();  // tags that recall_order() finds again
    return finish(in, "record state", std::move(state));
  }
  state.source_version = in.text();
  state.eclipsed.resize(in.count(kMarkBytesMin));
  if (state.eclipsed.size() > kEclipsedMax) in.refuse();
  for (ContentMark& mark : state.eclipsed) {
    mark.event_ms = in.signed_varint();
    mark.source_version = in.text();
    mark.hash = read_hash(in);
    mark.record_version = in.varint32();
    if (mark.plain() || mark.record_version > state.last_version) in.refuse();
  }
  state.past.resize(in.count(kPastBytesMin));
  for (PastContent& past : state.past) {
    past.version_tag = in.varint();
    past.content_tag = in.varint();
  }
  return finish(in, "record state", std::move(state));
}

std::string encode_standard(const StandardRecord& record) {
  ByteWriter out = begin();
  for (const StandardColumn& column : record.columns) {
    if (column.missing()) continue;
    out.text(column.name);
    if (column.is_list) {
      out.text(join_list(column.values));
    } else {
      out.text(column.values.front());
    }
  }
  return out.take();
}

Status decode_standard(std::string_view bytes,
                       const std::function<void(std::string_view name, std::string_view text)>& column) {
  ByteReader in = begin(bytes);
  while (!in.wrong() && !in.at_end()) {
    const std::string_view name = in.text();
    const std::string_view text = in.text();
    if (name.empty() || text.empty()) in.refuse();
    if (!in.wrong()) column(name, text);
  }
  return in.finish("standard columns");
}

std::string encode_ties(const StoredTies& ties) {
  ByteWriter out = begin();
  out.varint(ties.sequence);
  out.varint(ties.ties.size());
  for (const StoredTie& tie : ties.ties) {
    out.varint(tie.other);
    out.varint(tie.other_sequence);
    out.byte(static_cast<std::uint8_t>(tie.kind));
    out.varint(static_cast<std::uint64_t>(tie.guard + 1));
    out.real(tie.weight);
  }
  return out.take();
}

Result<StoredTies> decode_ties(std::string_view bytes) {
  constexpr std::size_t kTieBytesMin = 12;
  ByteReader in = begin(bytes);
  StoredTies ties;
  ties.sequence = in.varint();
  ties.ties.resize(in.count(kTieBytesMin));
  for (StoredTie& tie : ties.ties) {
    tie.other = in.varint32();
    tie.other_sequence = in.varint();
    tie.kind = read_kind(in, TieKind::kLink, TieKind::kDifferent);
    const std::uint64_t guard = in.varint();
    if (guard > static_cast<std::uint64_t>(std::numeric_limits<std::int16_t>::max())) in.refuse();
    tie.guard = static_cast<std::int16_t>(static_cast<std::int64_t>(guard) - 1);
    tie.weight = in.real();
    if (tie.weight != tie.weight) in.refuse();  // NaN has no place in an order of weights
  }
  return finish(in, "ties", std::move(ties));
}

std::string encode_identity(const IdentityState& identity) {
  ByteWriter out;
  out.byte(identity.founder ? kFounderFormat : kFormat);
  out.varint(identity.redirect.value);
  write_rows(out, identity.members);
  if (identity.founder) out.varint(*identity.founder);
  return out.take();
}

Result<IdentityState> decode_identity(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint8_t format = in.byte();
  if (format < kFormat || format > kFounderFormat) in.refuse();
  IdentityState identity;
  identity.redirect.value = in.varint();
  identity.members = read_rows(in);
  if (format == kFounderFormat) {
    identity.founder = in.varint32();
  } else if (!identity.members.empty()) {
    identity.founder = identity.members.front();
  }
  if (identity.redirect && !identity.members.empty()) in.refuse();
  return finish(in, "identity", std::move(identity));
}

std::string encode_lineage(const LineageEntry& entry) {
  ByteWriter out = begin();
  out.varint(entry.sequence);
  out.signed_varint(entry.at_ms);
  out.varint(entry.id.value);
  out.byte(static_cast<std::uint8_t>(entry.kind));
  out.varint(entry.other.value);
  out.byte(entry.record ? 1 : 0);
  if (entry.record) write_key(out, *entry.record);
  out.text(entry.reason);
  return out.take();
}

Result<LineageEntry> decode_lineage(std::string_view bytes) {
  ByteReader in = begin(bytes);
  LineageEntry entry;
  entry.sequence = in.varint();
  entry.at_ms = in.signed_varint();
  entry.id.value = in.varint();
  entry.kind = read_kind(in, LineageKind::kCreated, LineageKind::kRestored);
  entry.other.value = in.varint();
  const std::uint8_t has_record = in.byte();
  if (has_record > 1) in.refuse();
  if (has_record == 1) entry.record = read_key(in);
  entry.reason = in.text();
  return finish(in, "lineage entry", std::move(entry));
}

constexpr std::uint8_t kEventFormat = 2;           // 1: without cuts
constexpr std::uint8_t kAssertionEventFormat = 3;  // of assertions and their undoing: names them

std::string encode_assertion(const Assertion& assertion) {
  ByteWriter out = begin();
  out.varint(assertion.id);
  out.signed_varint(assertion.at_ms);
  write_key(out, assertion.left);
  write_key(out, assertion.right);
  out.byte(static_cast<std::uint8_t>(assertion.kind));
  out.text(assertion.author);
  out.text(assertion.reason);
  write_hash(out, assertion.left_form);
  write_hash(out, assertion.right_form);
  out.byte(assertion.undone ? 1 : 0);
  if (assertion.undone) {
    out.varint(assertion.undone->sequence);
    out.signed_varint(assertion.undone->at_ms);
    out.text(assertion.undone->author);
    out.text(assertion.undone->reason);
  }
  return out.take();
}

Result<Assertion> decode_assertion(std::string_view bytes) {
  ByteReader in = begin(bytes);
  Assertion assertion;
  assertion.id = in.varint();
  assertion.at_ms = in.signed_varint();
  assertion.left = read_key(in);
  assertion.right = read_key(in);
  assertion.kind = read_kind(in, AssertionKind::kSame, AssertionKind::kUnsure);
  assertion.author = in.text();
  assertion.reason = in.text();
  assertion.left_form = read_hash(in);
  assertion.right_form = read_hash(in);
  const std::uint8_t undone = in.byte();
  if (undone > 1 || assertion.id == 0 || !(assertion.left < assertion.right)) in.refuse();
  if (undone == 1) {
    AssertionUndoing& undoing = assertion.undone.emplace();
    undoing.sequence = in.varint();
    undoing.at_ms = in.signed_varint();
    undoing.author = in.text();
    undoing.reason = in.text();
  }
  return finish(in, "assertion", std::move(assertion));
}

std::string encode_event(const LinkageEvent& event) {
  ByteWriter out;
  const bool asserted = event.kind == LinkageEventKind::kAsserted || event.kind == LinkageEventKind::kUndone;
  out.byte(asserted ? kAssertionEventFormat : kEventFormat);
  out.varint(event.sequence);
  out.signed_varint(event.at_ms);
  out.byte(static_cast<std::uint8_t>(event.kind));
  write_key(out, event.key);
  out.byte(static_cast<std::uint8_t>(event.outcome));
  out.text(event.model_version);
  out.varint(event.identities.size());
  for (const TouchedIdentity& identity : event.identities) {
    out.varint(identity.id.value);
    out.varint(identity.redirect.value);
    out.varint(identity.members.size());
    for (const RecordKey& member : identity.members) write_key(out, member);
  }
  out.varint(event.cuts.size());
  for (const RuleCut& cut : event.cuts) {
    out.varint(cut.rule);
    out.varint(cut.keys);
    out.varint(cut.records);
    out.varint(cut.compared);
  }
  if (asserted) {
    write_key(out, event.other);
    out.varint(event.assertion);
  }
  return out.take();
}

Result<LinkageEvent> decode_event(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint8_t format = in.byte();
  if (format < kFormat || format > kAssertionEventFormat) in.refuse();
  LinkageEvent event;
  event.sequence = in.varint();
  event.at_ms = in.signed_varint();
  event.kind = read_kind(in, LinkageEventKind::kRegistered, LinkageEventKind::kUndone);
  event.key = read_key(in);
  event.outcome = read_kind(in, RegisterOutcome::kNew, RegisterOutcome::kSuperseded);
  event.model_version = in.text();
  event.identities.resize(in.count(3));
  for (TouchedIdentity& identity : event.identities) {
    identity.id.value = in.varint();
    identity.redirect.value = in.varint();
    identity.members.resize(in.count(2));
    for (RecordKey& member : identity.members) member = read_key(in);
  }
  if (format == kFormat) return finish(in, "event", std::move(event));
  constexpr std::size_t kCutBytesMin = 4;
  event.cuts.resize(in.count(kCutBytesMin));
  for (RuleCut& cut : event.cuts) {
    const std::uint64_t rule = in.varint();
    if (rule > std::numeric_limits<std::uint16_t>::max()) in.refuse();
    cut.rule = static_cast<std::uint16_t>(rule);
    cut.keys = in.varint32();
    cut.records = in.varint();
    cut.compared = in.varint();
  }
  if (format == kAssertionEventFormat) {
    event.other = read_key(in);
    event.assertion = in.varint();
  }
  return finish(in, "event", std::move(event));
}

}  // namespace gmpi
