#include "apps/repeated_ids.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.h"
#include "index/codec.h"
#include "index/store_keys.h"

namespace gmpi {

Status RepeatedIds::check(const SourceRecord& record, std::uint64_t line) {
  if (record.event_ms != 0 || !record.version.empty()) return Done{};
  Hash id;
  std::copy_n(sha256(key_text(record.key)).begin(), id.size(), id.begin());
  const auto found = firsts_.find(id);
  if (found == firsts_.end()) {
    if (firsts_.size() == ids_max_)
      ++unchecked_;
    else
      firsts_.emplace(id, First{content_hash(record), line});
    return Done{};
  }
  if (found->second.content == content_hash(record)) return Done{};
  return make_error(ErrorCode::kContradiction,
                    fmt::format("the id is in line {} already, with other content, and neither version nor event date "
                                "says which is newer",
                                found->second.line));
}

}  // namespace gmpi
