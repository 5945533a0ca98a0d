// The writes of the crash tests: from (writer, number) to a request and back, so that a reader can say for
// any key what must be there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "index/store/bytes.h"
#include "index/store/store.h"

namespace gmpi {

/// One acknowledged commit. Written to a pipe in one piece (16 < PIPE_BUF bytes).
struct Ack {
  std::uint64_t id;  // writer and number
  std::uint64_t seq;
};

inline std::string crash_value(std::uint64_t id, std::uint64_t salt) {
  Random random(id * 2 + salt);
  std::string value(100 + random.below(200), '\0');
  for (char& byte : value) byte = static_cast<char>(random.next());
  return value;
}

/// Two keys in two tables, one shared key that every writer overwrites, an event that names the id.
inline CommitRequest crash_request(std::uint64_t id) {
  return {.lock_keys = {},
          .expected = {},
          .batch = {Put{Table::kRecord, be64(id), crash_value(id, 0)},
                    Put{Table::kIdentity, be64(id), crash_value(id, 1)}, Put{Table::kMeta, "last", be64(id)}},
          .event = be64(id)};
}

/// What is wrong with the two rows of `id`, if anything. seq 0: any version will do, but both the same.
inline std::optional<std::string> crash_fault(const Store& store, std::uint64_t id, std::uint64_t seq) {
  const auto record = store.get(Table::kRecord, be64(id));
  const auto identity = store.get(Table::kIdentity, be64(id));
  if (!record || !identity) return "unreadable";
  if (!*record && !*identity) return "lost";
  if (!*record || !*identity) return "half written";
  if ((*record)->bytes != crash_value(id, 0) || (*identity)->bytes != crash_value(id, 1))
    return "wrong value";
  if ((*record)->version != (*identity)->version) return "half written";
  if (seq != 0 && (*record)->version != seq) return "not under its sequence number";
  return std::nullopt;
}

struct CrashFindings {
  std::size_t lost = 0;
  std::vector<std::string> broken;  // anything but a plain loss
};

/// Every ack against the store, then every log entry against its rows and every row against the log.
inline CrashFindings check_acks(const Store& store, const std::vector<Ack>& acks) {
  CrashFindings findings;
  const auto note = [&](std::uint64_t id, const std::string& fault) {
    if (findings.broken.size() < 20) findings.broken.push_back(std::to_string(id) + " " + fault);
  };
  for (const Ack& ack : acks) {
    const auto fault = crash_fault(store, ack.id, ack.seq);
    if (!fault) continue;
    if (*fault == "lost")
      ++findings.lost;
    else
      note(ack.id, *fault);
  }
  std::uint64_t logged = 0, rows = 0;
  const Status read_log = store.scan_log(1, [&](const LogEntry& entry) {
    ++logged;
    const std::uint64_t id = read_be64(entry.event);
    if (const auto fault = crash_fault(store, id, entry.seq)) note(id, "in the log but " + *fault);
    return true;
  });
  const Status read_rows = store.scan(Table::kRecord, "", [&](const Row&) { return ++rows, true; });
  if (!read_log) note(0, read_log.error().message);
  if (!read_rows) note(0, read_rows.error().message);
  if (logged != rows) note(0, std::to_string(logged) + " log entries but " + std::to_string(rows) + " rows");
  return findings;
}

}  // namespace gmpi
