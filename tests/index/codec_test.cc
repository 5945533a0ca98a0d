// Stored values: what is written is read back, and no byte string does harm.

#include "index/codec.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "index/byte_codec.h"
#include "index/store_keys.h"
#include "models/value_dictionary.h"

namespace gmpi {
namespace {

std::string random_text(Random& random, std::size_t longest) {
  std::string text(random.below(longest + 1), '\0');
  for (char& c : text) c = static_cast<char>(random.below(256));
  return text;
}

std::int64_t random_time(Random& random) {
  return static_cast<std::int64_t>(random.next()) >> random.below(64);
}
std::uint64_t random_number(Random& random) {
  return random.next() >> random.below(64);
}
RecordKey random_key(Random& random) {
  return {random_text(random, 8), random_text(random, 8)};
}

SourceRecord random_record(Random& random) {
  SourceRecord record;
  record.version = random_text(random, 6);
  record.event_ms = random_time(random);
  for (auto n = random.below(6); n > 0; --n)
    record.fields.push_back({random_text(random, 9), random_text(random, 40)});
  record.verbatim_format = static_cast<VerbatimFormat>(random.below(4));
  record.verbatim = random_text(random, 300);
  return record;
}

ContentHash random_hash(Random& random) {
  ContentHash hash;
  for (auto& byte : hash) byte = static_cast<std::uint8_t>(random.below(256));
  return hash;
}

RecordState random_state(Random& random) {
  RecordState state;
  state.row = static_cast<RowId>(random.next());
  state.live = random.chance(0.5);
  state.sequence = random_number(random);
  state.version = 1 + static_cast<std::uint32_t>(random.below(1000));
  state.last_version = state.version + static_cast<std::uint32_t>(random.below(5));
  state.event_ms = random_time(random);
  state.hash = random_hash(random);
  state.source_version = random_text(random, 6);
  for (auto n = random.below(3); n > 0; --n)
    state.eclipsed.push_back({random_time(random) | 1, random_text(random, 6), random_hash(random),
                              static_cast<std::uint32_t>(random.below(state.last_version + 1))});
  for (auto n = random.below(4); n > 0; --n) state.past.push_back({random.next(), random.next()});
  return state;
}

StoredTies random_ties(Random& random) {
  StoredTies ties;
  ties.sequence = random_number(random);
  for (auto n = random.below(5); n > 0; --n)
    ties.ties.push_back({static_cast<RowId>(random.next()), random_number(random),
                         static_cast<TieKind>(1 + random.below(5)),
                         static_cast<std::int16_t>(random.between(-1, 40)), random.uniform() * 80 - 40});
  return ties;
}

IdentityState random_identity(Random& random) {
  IdentityState identity;
  if (random.chance(0.2)) {
    identity.redirect.value = random_number(random) | 1;
    if (random.chance(0.5)) identity.founder = static_cast<RowId>(random.next());
    return identity;
  }
  RowId row = 0;
  for (auto n = random.below(6); n > 0; --n)
    identity.members.push_back(row += 1 + static_cast<RowId>(random.below(100'000)));
  if (!identity.members.empty()) identity.founder = identity.members[random.below(identity.members.size())];
  return identity;
}

LineageEntry random_lineage(Random& random) {
  LineageEntry entry;
  entry.sequence = random_number(random);
  entry.at_ms = random_time(random);
  entry.id.value = random_number(random);
  entry.kind = static_cast<LineageKind>(1 + random.below(8));
  entry.other.value = random_number(random);
  if (random.chance(0.5)) entry.record = random_key(random);
  entry.reason = random_text(random, 30);
  return entry;
}

Assertion random_assertion(Random& random) {
  Assertion assertion;
  assertion.id = random_number(random) | 1;
  assertion.at_ms = random_time(random);
  assertion.left = random_key(random);
  assertion.right = {assertion.left.source + "z", random_text(random, 5)};
  assertion.kind = static_cast<AssertionKind>(1 + random.below(3));
  assertion.author = random_text(random, 9);
  assertion.reason = random_text(random, 30);
  assertion.left_form = random_hash(random);
  assertion.right_form = random_hash(random);
  if (random.chance(0.5))
    assertion.undone =
        AssertionUndoing{random_number(random), random_time(random), random_text(random, 9), random_text(random, 30)};
  return assertion;
}

LinkageEvent random_event(Random& random) {
  LinkageEvent event;
  event.sequence = random_number(random);
  event.at_ms = random_time(random);
  event.kind = static_cast<LinkageEventKind>(1 + random.below(6));
  if (event.kind == LinkageEventKind::kAsserted || event.kind == LinkageEventKind::kUndone) {
    event.other = random_key(random);
    event.assertion = random_number(random);
  }
  event.key = random_key(random);
  event.outcome = static_cast<RegisterOutcome>(1 + random.below(5));
  event.model_version = random_text(random, 16);
  for (auto n = random.below(4); n > 0; --n) {
    TouchedIdentity identity{
        .id = {random_number(random)}, .redirect = {random_number(random)}, .members = {}};
    for (auto m = random.below(4); m > 0; --m) identity.members.push_back(random_key(random));
    event.identities.push_back(identity);
  }
  for (auto n = random.below(3); n > 0; --n)
    event.cuts.push_back({.rule = static_cast<std::uint16_t>(random.below(1 << 16)),
                          .keys = static_cast<std::uint32_t>(random.below(1ull << 32)),
                          .records = random_number(random),
                          .compared = random_number(random)});
  return event;
}

TEST(Codec, WhatIsWrittenIsReadBack) {
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    Random random(seed);
    const SourceRecord record = random_record(random);
    const auto content = decode_content(encode_content(record, 17));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->stored_ms, 17);
    EXPECT_EQ(content->record.version, record.version);
    EXPECT_EQ(content->record.event_ms, record.event_ms);
    EXPECT_EQ(content->record.fields, record.fields);
    EXPECT_EQ(content->record.verbatim_format, record.verbatim_format);
    EXPECT_EQ(content->record.verbatim, record.verbatim);
    const RecordState state = random_state(random);
    ASSERT_EQ(*decode_state(encode_state(state)), state);
    const StoredTies ties = random_ties(random);
    ASSERT_EQ(*decode_ties(encode_ties(ties)), ties);
    const IdentityState identity = random_identity(random);
    ASSERT_EQ(*decode_identity(encode_identity(identity)), identity);
    const Assertion assertion = random_assertion(random);
    const std::string asserted = encode_assertion(assertion);
    ASSERT_EQ(*decode_assertion(asserted), assertion);
    for (std::size_t bytes = 0; bytes < asserted.size(); ++bytes)
      ASSERT_FALSE(decode_assertion(std::string_view(asserted).substr(0, bytes)));
    const LinkageEvent event = random_event(random);
    ASSERT_EQ(*decode_event(encode_event(event)), event);
    const LineageEntry entry = random_lineage(random);
    const auto read = decode_lineage(encode_lineage(entry));
    ASSERT_TRUE(read);
    EXPECT_EQ(encode_lineage(*read), encode_lineage(entry));
    EXPECT_EQ(read->record, entry.record);
    EXPECT_EQ(read->reason, entry.reason);
  }
}

TEST(Codec, AStateOfTheFirstFormatIsReadWithoutItsOrder) {
  Random random(3);
  for (int round = 0; round < 100; ++round) {
    RecordState state = random_state(random);
    ByteWriter out;  // as the first release wrote it
    out.byte(1);
    out.varint(state.row);
    out.byte(state.live ? 1 : 0);
    out.varint(state.sequence);
    out.varint(state.version);
    out.varint(state.last_version);
    out.signed_varint(state.event_ms);
    out.raw({reinterpret_cast<const char*>(state.hash.data()), state.hash.size()});
    out.varint(2);
    for (int i = 0; i < 2; ++i) out.varint(random.next());
    const std::string bytes = out.take();
    state.source_version.clear();
    state.eclipsed.clear();
    state.past.clear();
    EXPECT_TRUE(lacks_order(bytes));
    EXPECT_FALSE(lacks_order(encode_state(state)));
    ASSERT_EQ(*decode_state(bytes), state);
    EXPECT_FALSE(decode_state(bytes + "x"));
    EXPECT_FALSE(decode_state(bytes.substr(0, bytes.size() - 1)));
  }
}

TEST(Codec, AnEventOfTheFirstFormatIsReadWithoutCuts) {
  Random random(5);
  for (int round = 0; round < 100; ++round) {
    LinkageEvent event = random_event(random);
    event.cuts.clear();
    event.kind = LinkageEventKind::kRegistered;
    event.other = {};
    event.assertion = 0;
    std::string bytes = encode_event(event);
    ASSERT_EQ(bytes.back(), '\0') << "the number of cuts";
    bytes.pop_back();  // as the first release wrote it
    bytes[0] = 1;
    ASSERT_EQ(*decode_event(bytes), event);
    bytes[0] = 2;
    EXPECT_FALSE(decode_event(bytes));
    bytes[0] = 3;
    EXPECT_FALSE(decode_event(bytes));
  }
}

TEST(Codec, AnIdentityOfTheFirstFormatHasItsFirstMemberAsFounder) {
  IdentityState identity{.id = {}, .redirect = {}, .members = {4, 9, 17}, .founder = 9};
  std::string bytes = encode_identity(identity);
  bytes.pop_back();
  bytes[0] = 1;  // as the first release wrote it
  identity.founder = 4;
  EXPECT_EQ(*decode_identity(bytes), identity);
}

TEST(Codec, AStateOfALaterFormatIsCorrupt) {
  Random random(4);
  std::string bytes = encode_state(random_state(random));
  bytes[0] = 3;
  EXPECT_EQ(decode_state(bytes).error().code, ErrorCode::kCorrupt);
}

TEST(Codec, StandardColumnsAreReadBackAsTexts) {
  StandardRecord record;
  record.columns = {{"surname", false, {"shaw"}}, {"phones", true, {"+441", "+442"}}, {"dob", false, {}}};
  std::vector<std::pair<std::string, std::string>> columns;
  ASSERT_TRUE(decode_standard(encode_standard(record), [&](std::string_view name, std::string_view text) {
    columns.emplace_back(name, text);
  }));
  EXPECT_THAT(columns,
              testing::ElementsAre(testing::Pair("surname", "shaw"),
                                   testing::Pair("phones", std::string("+441") + kListSeparator + "+442")));
}

/// Reads the bytes as everything they could be.
void read_as_everything(std::string_view bytes) {
  (void)decode_content(bytes);
  (void)decode_state(bytes);
  (void)decode_standard(bytes, [](std::string_view, std::string_view) {});
  (void)decode_ties(bytes);
  (void)decode_identity(bytes);
  (void)decode_lineage(bytes);
  (void)decode_event(bytes);
}

std::vector<std::string> sample_values(Random& random) {
  return {encode_content(random_record(random), random_time(random)),
          encode_state(random_state(random)),
          encode_ties(random_ties(random)),
          encode_identity(random_identity(random)),
          encode_lineage(random_lineage(random)),
          encode_event(random_event(random))};
}

TEST(CodecHostile, AnyBytesGiveAValueOrAnError) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    Random random(seed);
    std::string bytes = random_text(random, 60);
    if (!bytes.empty()) bytes[0] = random.chance(0.7) ? 1 : 2;
    read_as_everything(bytes);
  }
}

TEST(CodecHostile, MutatedValuesGiveAValueOrAnError) {
  for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
    Random random(seed);
    for (std::string value : sample_values(random)) {
      for (auto n = random.below(4); n > 0; --n)
        value[random.below(value.size())] = static_cast<char>(random.below(256));
      read_as_everything(value);
    }
  }
}

TEST(CodecHostile, EveryCutAndEveryTailIsCorrupt) {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    const std::string state = encode_state(random_state(random)), event = encode_event(random_event(random));
    const std::string ties = encode_ties(random_ties(random)),
                      identity = encode_identity(random_identity(random));
    const std::string content = encode_content(random_record(random), 5),
                      entry = encode_lineage(random_lineage(random));
    const auto cut = [](const std::string& value, auto decode) {
      for (std::size_t size = 0; size < value.size(); ++size) {
        const auto read = decode(std::string_view(value).substr(0, size));
        ASSERT_FALSE(read) << size << " of " << value.size();
        ASSERT_EQ(read.error().code, ErrorCode::kCorrupt);
      }
      ASSERT_FALSE(decode(value + "x"));
    };
    cut(state, decode_state);
    cut(event, decode_event);
    cut(ties, decode_ties);
    cut(identity, decode_identity);
    cut(content, decode_content);
    cut(entry, decode_lineage);
  }
}

TEST(CodecHostile, AHugeCountAsksForNoMemory) {
  ByteWriter out;
  out.byte(1);
  out.varint(0);
  out.varint(std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(decode_ties(out.take()));
}

TEST(ByteCodec, NumbersHaveOneSpelling) {
  for (const std::string& overlong : {std::string("\x80\x00", 2), std::string("\xff\x80\x00", 3)}) {
    ByteReader in(overlong);
    in.varint();
    EXPECT_TRUE(in.wrong());
  }
  ByteReader too_large("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  too_large.varint();
  EXPECT_TRUE(too_large.wrong());
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, ~std::uint64_t{0}}) {
    ByteWriter out;
    out.varint(value);
    const std::string bytes = out.take();
    ByteReader in(bytes);
    EXPECT_EQ(in.varint(), value);
    EXPECT_TRUE(in.finish("number"));
  }
}

TEST(ByteCodec, SignedNumbersAndDoublesAreExact) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    ByteWriter out;
    out.signed_varint(value);
    out.real(-0.1);
    const std::string bytes = out.take();
    ByteReader in(bytes);
    EXPECT_EQ(in.signed_varint(), value);
    EXPECT_EQ(in.real(), -0.1);
  }
}

TEST(StoreKeys, SortAsRecordKeysDo) {
  std::vector<RecordKey> keys = {{"a", "1"},  {"a", "10"},       {"a", "2"},
                                 {"ab", "1"}, {"b", "\xc3\xbc"}, {"b", "z"}};
  std::sort(keys.begin(), keys.end());
  for (std::size_t i = 1; i < keys.size(); ++i) EXPECT_LT(key_text(keys[i - 1]), key_text(keys[i]));
  for (const auto& key : keys) EXPECT_EQ(parse_key_text(key_text(key)), key);
  EXPECT_EQ(parse_key_text("nothing"), std::nullopt);
  EXPECT_EQ(parse_key_text(std::string("a\0b\0c", 5)), std::nullopt);
}

}  // namespace
}  // namespace gmpi
