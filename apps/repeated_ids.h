// apps/repeated_ids.h - ids that stand in one file twice with different content and nothing that orders them.
//
// A row with neither version nor event date replaces what its id had: of two in one file the later would win, the
// file imported again would swap them back and forth for ever, and neither row says that it is right. So the first
// stays and the others are refused. The same content again is no trouble.
//
// External lock needed. Cost: two hashes a row, and 40 bytes of memory for each id without version or date, up
// to kIdsMax of them; what comes behind is not looked at, and counted. Tested by tests/apps/repeated_ids_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/result.h"
#include "models/source_record.h"

namespace gmpi {

class RepeatedIds {
 public:
  static constexpr std::size_t kIdsMax = 25'000'000;  // 1 to 2 GB, the load of the table included

  explicit RepeatedIds(std::size_t ids_max = kIdsMax) : ids_max_(ids_max) {}

  /// Rows in the order of the file. Errors: kContradiction, naming the line of the row that stays.
  Status check(const SourceRecord& record, std::uint64_t line);

  std::uint64_t unchecked() const { return unchecked_; }

 private:
  using Hash = std::array<std::uint8_t, 16>;
  struct FirstBytes {  // of a SHA-256: even already
    std::size_t operator()(const Hash& hash) const {
      std::size_t first = 0;
      std::memcpy(&first, hash.data(), sizeof first);
      return first;
    }
  };
  struct First {
    Hash content{};
    std::uint64_t line = 0;
  };

  std::size_t ids_max_;
  std::uint64_t unchecked_ = 0;
  boost::unordered_flat_map<Hash, First, FirstBytes> firsts_;
};

}  // namespace gmpi
