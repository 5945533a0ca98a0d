// models/linkage_event.h - what the log says of one change: who asked for what, and which people are now who.
//
// One event a log entry, with the same sequence number. Feeds and caches read it; it holds record keys and
// enterprise ids, and nothing a record says about its person. Bytes: index/codec.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "models/identity.h"
#include "models/record_key.h"
#include "models/rule_cut.h"

namespace gmpi {

/// What became of a record that was sent.
enum class RegisterOutcome : std::uint8_t {  // stored: never renumber
  kNew = 1,         // first record of a new identity
  kLinked = 2,      // joined an identity
  kReview = 3,      // an identity of its own for now; a possible match waits for a steward
  kUnchanged = 4,   // the same content was here already
  kSuperseded = 5,  // older than what is held: kept as history
};

enum class LinkageEventKind : std::uint8_t {  // stored: never renumber
  kRegistered = 1,  // new content of a record became current
  kSuperseded = 2,  // content older than the current one was kept as history
  kRetracted = 3,   // a record was taken out
  kRelinked = 4,    // another model or standard form: part of linking everything anew
  kAsserted = 5,    // a steward said something of two records
  kUndone = 6,      // a steward took it back
};

/// An identity whose members, or the content of one of them, changed. Its new version is the event's sequence.
struct TouchedIdentity {
  EnterpriseId id;
  EnterpriseId redirect;           // set: merged into that one for ever
  std::vector<RecordKey> members;  // by key; empty: redirected or retired

  bool operator==(const TouchedIdentity&) const = default;
};

struct LinkageEvent {
  std::uint64_t sequence = 0;
  UnixMillis at_ms = 0;
  LinkageEventKind kind = LinkageEventKind::kRegistered;
  RecordKey key;  // empty for kRelinked
  RecordKey other;              // of kAsserted and kUndone: the second record
  std::uint64_t assertion = 0;  // of these two: its id
  RegisterOutcome outcome = RegisterOutcome::kNew;  // of kRegistered and kSuperseded
  std::string model_version;
  std::vector<TouchedIdentity> identities;  // by id
  std::vector<RuleCut> cuts;  // of kRegistered: what the record was not compared with; by rule

  bool operator==(const LinkageEvent&) const = default;
};

}  // namespace gmpi
