#include "models/version_order.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <optional>

#include "base/sha256.h"
#include "models/changeset.h"

namespace gmpi {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// ---- moments

/// Reads a text from its front; false, and nothing taken, when it is something else.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : left_(text) {}

  bool number(std::size_t digits, int& value) {
    if (left_.size() < digits ||
        !std::all_of(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(digits), is_digit))
      return false;
    value = 0;
    for (const char c : left_.substr(0, digits)) value = value * 10 + (c - '0');
    left_.remove_prefix(digits);
    return true;
  }
  bool one_of(std::string_view characters) {
    if (left_.empty() || characters.find(left_.front()) == std::string_view::npos) return false;
    taken_ = left_.front();
    left_.remove_prefix(1);
    return true;
  }
  std::string_view digits() {
    const auto end = std::find_if_not(left_.begin(), left_.end(), is_digit);
    const auto run = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    left_.remove_prefix(run.size());
    return run;
  }
  char taken() const { return taken_; }  // by one_of
  bool at_end() const { return left_.empty(); }

 private:
  std::string_view left_;
  char taken_ = 0;
};

struct Moment {
  std::int64_t seconds = 0;
  std::string_view fraction;  // without zeros at its end, so that bytes order it

  auto operator<=>(const Moment&) const = default;
};

/// +hh:mm, +hhmm, +hh or Z, to seconds; nothing at the end of the text stands for Z.
bool read_offset(TextReader& in, int& seconds) {
  seconds = 0;
  if (in.at_end() || in.one_of("Z")) return true;
  if (!in.one_of("+-")) return false;
  const int sign = in.taken() == '-' ? -1 : 1;
  int hours = 0, minutes = 0;
  if (!in.number(2, hours)) return false;
  if (in.one_of(":") || !in.at_end())
    if (!in.number(2, minutes)) return false;
  seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

std::optional<Moment> read_moment(std::string_view text) {
  using namespace std::chrono;
  TextReader in(text);
  int y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0, offset = 0;
  if (!in.number(4, y) || !in.one_of("-") || !in.number(2, m) || !in.one_of("-") || !in.number(2, d))
    return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  Moment moment{duration_cast<std::chrono::seconds>(sys_days{date}.time_since_epoch()).count(), {}};
  if (in.at_end()) return moment;
  if (!in.one_of("T ") || !in.number(2, hour) || !in.one_of(":") || !in.number(2, minute) ||
      !in.one_of(":") || !in.number(2, second))
    return std::nullopt;
  if (in.one_of(".,")) {
    moment.fraction = in.digits();
    if (moment.fraction.empty()) return std::nullopt;
    moment.fraction = moment.fraction.substr(0, moment.fraction.find_last_not_of('0') + 1);
  }
  if (!read_offset(in, offset) || !in.at_end() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  moment.seconds += hour * 3600 + minute * 60 + second - offset;
  return moment;
}

// ---- other versions

/// Takes a run of digits off the front, without its leading zeros.
std::string_view take_number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view run = text.substr(0, end);
  text.remove_prefix(end);
  run.remove_prefix(std::min(run.find_first_not_of('0'), run.size()));
  return run;
}

std::strong_ordering compare_naturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view left = take_number(a), right = take_number(b);
      if (left.size() != right.size()) return left.size() <=> right.size();
      if (const auto order = left.compare(right) <=> 0; order != 0) return order;
    } else if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) <=> static_cast<unsigned char>(b.front());
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() <=> b.size();
}

// ---- marks

/// Of two marks of one kind, both dated or both numbered.
bool below(const ContentMark& a, const ContentMark& b) {
  if (a.event_ms != b.event_ms) return a.event_ms < b.event_ms;
  if (const auto order = compare_source_versions(a.source_version, b.source_version); order != 0)
    return order < 0;
  return a.hash < b.hash;
}

ContentMark current_mark(const RecordState& held) {
  return {held.event_ms, held.source_version, held.hash, held.version};
}

/// The greatest of each kind.
struct Peaks {
  std::optional<ContentMark> dated, numbered;

  void raise(const ContentMark& mark) {
    if (mark.plain()) return;
    auto& peak = mark.dated() ? dated : numbered;
    if (!peak || below(*peak, mark)) peak = mark;
  }
  bool hold(std::uint32_t record_version) const {
    return (dated && dated->record_version == record_version) ||
           (numbered && numbered->record_version == record_version);
  }
};

Peaks peaks_of(const RecordState& held) {
  Peaks peaks;
  for (const ContentMark& mark : held.eclipsed) peaks.raise(mark);
  if (held.live) peaks.raise(current_mark(held));
  return peaks;
}

/// Whether the version of a dated content says that it is older than a numbered one. Without one it says
/// nothing.
bool version_is_lower(const ContentMark& dated, const ContentMark& numbered) {
  return !dated.source_version.empty() &&
         compare_source_versions(dated.source_version, numbered.source_version) < 0;
}

bool wins(const Peaks& peaks, const ContentMark& sent) {
  const auto& rival = sent.dated() ? peaks.dated : peaks.numbered;
  if (rival && !below(*rival, sent)) return false;
  if (sent.dated()) return !peaks.numbered || !version_is_lower(sent, *peaks.numbered);
  return !peaks.dated || peaks.dated->source_version.empty() || version_is_lower(*peaks.dated, sent);
}

std::uint64_t tag(const std::uint8_t* bytes) {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

PastContent past_of(const ContentMark& mark) {
  PastContent past{.version_tag = 0, .content_tag = tag(mark.hash.data())};
  if (!mark.source_version.empty()) past.version_tag = tag(sha256(mark.source_version).data());
  return past;
}

void remember(std::vector<PastContent>& past, const ContentMark& mark) {
  const PastContent content = past_of(mark);
  if (std::find(past.begin(), past.end(), content) != past.end()) return;
  past.push_back(content);
  if (past.size() > kPastContentsMax) past.erase(past.begin());
}

bool clashes(const RecordState& held, const ContentMark& sent) {
  if (sent.source_version.empty() || held.version == 0) return false;
  const auto differs = [&](const ContentMark& mark) {
    return mark.record_version != 0 && mark.source_version == sent.source_version && mark.hash != sent.hash;
  };
  if (differs(current_mark(held)) || std::any_of(held.eclipsed.begin(), held.eclipsed.end(), differs))
    return true;
  const PastContent asked = past_of(sent);
  return std::any_of(held.past.begin(), held.past.end(), [&](const PastContent& past) {
    return past.version_tag == asked.version_tag && past.content_tag != asked.content_tag;
  });
}

bool is_known(const RecordState& held, const ContentMark& sent) {
  return held.hash == sent.hash ||
         std::find(held.past.begin(), held.past.end(), past_of(sent)) != held.past.end();
}

void set_current(RecordState& held, const ContentMark& mark) {
  held.live = true;
  held.version = mark.record_version;
  held.event_ms = mark.event_ms;
  held.source_version = mark.source_version;
  held.hash = mark.hash;
}

void set_eclipsed(RecordState& held, const Peaks& peaks) {
  held.eclipsed.clear();
  for (const auto& peak : {peaks.dated, peaks.numbered})
    if (peak && !(held.live && peak->record_version == held.version)) held.eclipsed.push_back(*peak);
}

}  // namespace

std::strong_ordering compare_source_versions(std::string_view a, std::string_view b) {
  const auto left = read_moment(a), right = read_moment(b);
  if (left.has_value() != right.has_value()) return left.has_value() <=> right.has_value();
  const auto order = left ? *left <=> *right : compare_naturally(a, b);
  return order != 0 ? order : a.compare(b) <=> 0;
}

Placement place_content(const RecordState& held, const ContentMark& sent) {
  if (clashes(held, sent)) return Placement::kClash;
  if (!held.live && held.eclipsed.empty()) return Placement::kCurrent;  // unknown, or no longer deleted
  if (sent.plain()) return held.live && held.hash == sent.hash ? Placement::kRepeat : Placement::kCurrent;
  if (is_known(held, sent)) return held.live ? Placement::kRepeat : Placement::kDeleted;
  if (wins(peaks_of(held), sent)) return Placement::kCurrent;
  return held.live ? Placement::kOlder : Placement::kDeleted;
}

void accept_content(RecordState& held, const ContentMark& content, Placement place) {
  assert(place == Placement::kCurrent || place == Placement::kOlder);
  ContentMark sent = content;
  sent.record_version = ++held.last_version;
  Peaks peaks = peaks_of(held);
  const ContentMark before = current_mark(held);
  const bool was_peak = peaks.hold(before.record_version);
  peaks.raise(sent);
  const bool overtaken = was_peak && !peaks.hold(before.record_version);
  if (place == Placement::kCurrent) {
    if (before.record_version != 0) remember(held.past, before);
    set_current(held, sent);
  } else {
    remember(held.past, sent);
    if (overtaken && peaks.numbered) {
      remember(held.past, before);
      set_current(held, *peaks.numbered);
    }
  }
  set_eclipsed(held, peaks);
}

void accept_deletion(RecordState& held, UnixMillis at_ms) {
  // Always dated: 0 would say that it has no time.
  ContentMark deletion{
      .event_ms = std::max<UnixMillis>(at_ms, 1), .source_version = {}, .hash = {}, .record_version = 0};
  deletion.hash.fill(0xff);
  std::vector<ContentMark> covered = held.eclipsed;
  covered.push_back(current_mark(held));
  for (const ContentMark& mark : covered) {
    deletion.event_ms = std::max(deletion.event_ms, mark.event_ms);
    if (compare_source_versions(deletion.source_version, mark.source_version) < 0)
      deletion.source_version = mark.source_version;
  }
  held.live = false;
  held.eclipsed = {deletion};
}

void undo_deletion(RecordState& held) {
  if (!held.live) held.eclipsed.clear();
}

void recall_order(RecordState& held, std::span<const ContentMark> history, UnixMillis newest_ms) {
  Peaks peaks;
  held.past.clear();
  for (const ContentMark& mark : history) {
    peaks.raise(mark);
    if (mark.record_version == held.version)
      held.source_version = mark.source_version;
    else
      remember(held.past, mark);
  }
  set_eclipsed(held, peaks);
  if (!held.live) accept_deletion(held, newest_ms);
}

}  // namespace gmpi
