#include "tests/reference/version_order.h"

#include <algorithm>

namespace gmpi::reference {

namespace {

bool less(const ContentMark& a, const ContentMark& b) {
  if (a.event_ms != b.event_ms) return a.event_ms < b.event_ms;
  const auto versions = compare_source_versions(a.source_version, b.source_version);
  return versions != 0 ? versions < 0 : a.hash < b.hash;
}

}  // namespace

std::pair<const ContentMark*, const ContentMark*> PlainVersionOrder::greatest() const {
  const ContentMark *dated = nullptr, *numbered = nullptr;
  for (const ContentMark& mark : standing_) {
    const ContentMark*& best = mark.event_ms != 0 ? dated : numbered;
    if (best == nullptr || less(*best, mark)) best = &mark;
  }
  return {dated, numbered};
}

const ContentMark* PlainVersionOrder::winner() const {
  const auto [dated, numbered] = greatest();
  if (dated == nullptr || numbered == nullptr) return dated == nullptr ? numbered : dated;
  if (dated->source_version.empty()) return std::max(dated, numbered);  // the later to come
  return compare_source_versions(dated->source_version, numbered->source_version) < 0 ? numbered : dated;
}

Placement PlainVersionOrder::put(ContentMark mark) {
  const auto came = [&](auto condition) { return std::any_of(came_.begin(), came_.end(), condition); };
  if (!mark.source_version.empty() && came([&](const ContentMark& other) {
        return other.source_version == mark.source_version && other.hash != mark.hash;
      }))
    return Placement::kClash;
  const bool deleted = !current_ && !standing_.empty();
  if (mark.plain() && current_ && current_->hash == mark.hash) return Placement::kRepeat;
  if (!mark.plain() && (current_ || deleted) &&
      came([&](const ContentMark& other) { return other.hash == mark.hash; }))
    return deleted ? Placement::kDeleted : Placement::kRepeat;

  mark.record_version = static_cast<std::uint32_t>(came_.size() + 1);
  const bool free_place = !current_ && standing_.empty();
  if (mark.plain()) {
    came_.push_back(mark);
    current_ = mark;
    return Placement::kCurrent;
  }
  standing_.push_back(mark);
  const ContentMark first = *winner();
  if (free_place || first.record_version == mark.record_version) {
    came_.push_back(mark);
    current_ = mark;
    return Placement::kCurrent;
  }
  if (deleted) {
    standing_.pop_back();
    return Placement::kDeleted;
  }
  came_.push_back(mark);
  if (!current_->plain()) current_ = first;
  return Placement::kOlder;
}

void PlainVersionOrder::erase(UnixMillis at_ms) {
  ContentMark deletion{
      .event_ms = std::max<UnixMillis>(at_ms, 1), .source_version = {}, .hash = {}, .record_version = 0};
  deletion.hash.fill(0xff);
  const auto [dated, numbered] = greatest();
  for (const ContentMark* mark : {dated, numbered}) {
    if (mark == nullptr) continue;
    deletion.event_ms = std::max(deletion.event_ms, mark->event_ms);
    if (compare_source_versions(deletion.source_version, mark->source_version) < 0)
      deletion.source_version = mark->source_version;
  }
  standing_ = {deletion};
  current_.reset();
}

void PlainVersionOrder::undo_erase() {
  if (!current_) standing_.clear();
}

}  // namespace gmpi::reference
