#include "base/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <unordered_set>

#include "base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gmpi {
namespace {

constexpr std::size_t kBlockBytes = 256 << 10;  // one read; fits the second-level cache beside its consumer

/// Bit i set: byte i of the 64 at `p` is a comma, a quote or a line feed.
std::uint64_t mark_bits(const char* p) {
#if defined(__SSE2__)
  std::uint64_t bits = 0;
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * part));
    const __m128i hit = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))),
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    bits |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(hit))) << (16 * part);
  }
  return bits;
#else
  std::uint64_t bits = 0;
  for (int i = 0; i < 64; ++i) {
    bits |= static_cast<std::uint64_t>(p[i] == ',' || p[i] == '"' || p[i] == '\n') << i;
  }
  return bits;
#endif
}

/// Walks the marks (comma, quote, line feed) of [begin, end), 64 bytes a step.
class Marks {
 public:
  Marks(const char* begin, const char* end) : block_(begin), end_(end), bits_(load()) {}

  /// The next mark, or `end`.
  const char* next() {
    while (bits_ == 0) {
      if (end_ - block_ <= 64) return end_;
      block_ += 64;
      bits_ = load();
    }
    const char* mark = block_ + std::countr_zero(bits_);
    bits_ &= bits_ - 1;
    return mark;
  }

 private:
  std::uint64_t load() const {
    const auto left = static_cast<std::size_t>(end_ - block_);
    if (left >= 64) return mark_bits(block_);
    char padded[64] = {};  // the text may be borrowed: nothing beyond its end is read
    if (left > 0) std::memcpy(padded, block_, left);
    return mark_bits(padded);
  }

  const char* block_;
  const char* end_;
  std::uint64_t bits_;
};

/// Where a field lies, relative to the row's first byte; without its quotes.
struct FieldSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool has_doubled_quotes = false;
};

enum class ScanEnd {
  kRow,             // a whole row, well quoted
  kBlank,           // nothing on this line
  kMore,            // the text ends inside the row, and more can be read
  kTooLong,         // no end within the limit
  kTextAfterQuote,  // "abc"d
  kOpenQuote,       // the text ends inside quotes, or the quotes swallow more fields than a row can have
  kTooManyFields,
};

struct ScannedRow {
  ScanEnd end = ScanEnd::kMore;
  std::size_t text_bytes = 0;  // of the row without its line end, for kRow
  std::size_t bytes = 0;       // with it
  std::size_t lines = 0;       // line feeds in those bytes
  std::vector<FieldSpan> fields;
};

struct ScanRules {
  std::size_t line_bytes_max = 0;
  std::size_t columns_max = 0;
  std::size_t columns_expected = 0;  // a row over several lines with more than these has lost a quote
};

/// Finds the fields of the row that begins at `text[0]`. `is_last`: nothing follows the text.
class RowScanner {
 public:
  RowScanner(std::string_view text, bool is_last, const ScanRules& rules, ScannedRow& row)
      : begin_(text.data()),
        stop_(begin_ + std::min(text.size(), rules.line_bytes_max + 1)),
        is_last_(is_last),
        rules_(rules),
        marks_(begin_, stop_),
        row_(row) {
    row_.fields.clear();
    row_.lines = 0;
  }

  void scan() {
    for (const char* field = begin_;;) {
      const char* end = field < stop_ && *field == '"' ? quoted_field(field) : plain_field(field);
      if (end == nullptr) return;
      if (end == stop_ || *end == '\n') return finish_row(end);
      if (row_.fields.size() >= rules_.columns_max) {
        give_up(ScanEnd::kTooManyFields);
        return;
      }
      field = end + 1;
    }
  }

 private:
  /// Both return where the field's end mark stands (a comma, a line feed or the end of the last text), or
  /// null when the row's fate is settled.
  const char* plain_field(const char* field) {
    const char* end = marks_.next();
    while (end != stop_ && *end == '"') end = marks_.next();
    if (end == stop_ && !ends_here()) return nullptr;
    const bool ends_row = end == stop_ || *end == '\n';
    const bool has_return = ends_row && end > field && end[-1] == '\r';
    add_field(field, has_return ? end - 1 : end, false);
    return end;
  }

  const char* quoted_field(const char* field) {
    marks_.next();  // the opening quote
    bool doubled = false;
    const char* close = nullptr;
    while (close == nullptr) {
      const char* mark = marks_.next();
      if (mark == stop_) {
        if (ends_here()) give_up(ScanEnd::kOpenQuote);
        return nullptr;
      }
      if (*mark == '\n') {
        ++row_.lines;
        if (row_.fields.size() >= rules_.columns_expected) return give_up(ScanEnd::kOpenQuote);
      } else if (*mark == '"') {
        if (mark + 1 < stop_ && mark[1] == '"') {
          doubled = true;
          marks_.next();
        } else {
          close = mark;
        }
      }
    }
    return after_quote(field, close, doubled);
  }

  const char* after_quote(const char* field, const char* close, bool doubled) {
    const char* end = close + 1;
    if (end < stop_ && *end == '\r' && (end + 1 == stop_ || end[1] == '\n')) ++end;
    if (end == stop_) {
      if (!ends_here()) return nullptr;
    } else if (*end != '\n' && *end != ',') {
      return give_up(ScanEnd::kTextAfterQuote);
    } else {
      marks_.next();  // the comma or line feed
    }
    add_field(field + 1, close, doubled);
    return end;
  }

  /// At `stop_`: true when the row may end here; otherwise says why not.
  bool ends_here() {
    const bool is_too_long = static_cast<std::size_t>(stop_ - begin_) > rules_.line_bytes_max;
    if (is_last_ && !is_too_long) return true;
    give_up(is_too_long ? ScanEnd::kTooLong : ScanEnd::kMore);
    return false;
  }

  void finish_row(const char* end) {
    const bool has_feed = end != stop_;
    row_.text_bytes = static_cast<std::size_t>(end - begin_);
    row_.bytes = row_.text_bytes + (has_feed ? 1 : 0);
    row_.lines += has_feed ? 1 : 0;
    const bool is_empty = row_.text_bytes == 0 || (row_.text_bytes == 1 && *begin_ == '\r');
    row_.end = is_empty ? ScanEnd::kBlank : ScanEnd::kRow;
  }

  void add_field(const char* begin, const char* end, bool doubled) {
    row_.fields.push_back(
        {static_cast<std::size_t>(begin - begin_), static_cast<std::size_t>(end - begin_), doubled});
  }

  const char* give_up(ScanEnd why) {
    row_.end = why;
    return nullptr;
  }

  const char* begin_;
  const char* stop_;
  bool is_last_;
  const ScanRules& rules_;
  Marks marks_;
  ScannedRow& row_;
};

}  // namespace

struct CsvReader::Impl {
  CsvLimits limits;
  std::string name;  // of the input, in errors
  std::optional<InputBytes> file;
  std::vector<char> buffer;  // of a file: the unread bytes are window
  std::string_view window;
  bool is_last = true;              // nothing follows the window
  std::uint64_t window_offset = 0;  // of window[0] in the uncompressed bytes
  std::uint64_t line = 1;           // of window[0]
  ScanRules rules;
  ScannedRow scanned;
  std::string unquoted;  // fields whose doubled quotes were halved
  std::vector<std::string> header;
  CsvRow row;
  std::uint64_t rejected = 0;
  std::function<void(const CsvReject&)> report;
  Status status = Done{};

  Status start();
  bool scan_row();
  std::optional<CsvReject> judge_row(bool is_header) const;
  void fill_row();
  void consume(std::size_t bytes, std::size_t lines);
  bool skip_line();
  bool read_more();
  CsvReject describe_bad_scan() const;
  std::size_t field_at(std::size_t offset) const;
  Error at(std::uint64_t at_line, std::uint64_t column, const std::string& reason) const {
    return make_error(ErrorCode::kInvalidInput, fmt::format("{}:{}:{}: {}", name, at_line, column, reason));
  }
};

/// Moves the unread bytes to the front and reads a block behind them. False at the end or on an error.
bool CsvReader::Impl::read_more() {
  if (is_last) return false;
  const std::size_t kept = window.size();
  if (buffer.size() < kept + kBlockBytes) {
    std::vector<char> wider(kept + kBlockBytes);
    if (kept > 0) std::memcpy(wider.data(), window.data(), kept);
    buffer.swap(wider);
  } else if (kept > 0) {
    std::memmove(buffer.data(), window.data(), kept);
  }
  auto got = file->read(buffer.data() + kept, kBlockBytes);
  if (!got) {
    status = got.error();
    window = {};
    is_last = true;
    return false;
  }
  window = {buffer.data(), kept + *got};
  is_last = *got == 0;
  return true;
}

void CsvReader::Impl::consume(std::size_t bytes, std::size_t lines) {
  window.remove_prefix(bytes);
  window_offset += bytes;
  line += lines;
}

/// Passes over the rest of this line, however long, without keeping it.
bool CsvReader::Impl::skip_line() {
  for (;;) {
    const std::size_t feed = window.find('\n');
    if (feed != std::string_view::npos) {
      consume(feed + 1, 1);
      return true;
    }
    consume(window.size(), 0);
    if (!read_more()) return status.ok();
  }
}

/// Scans the row at the window's begin, reading on as needed. False: no row is left, or an error.
bool CsvReader::Impl::scan_row() {
  for (;;) {
    if (window.empty() && is_last) return false;
    RowScanner(window, is_last, rules, scanned).scan();
    if (scanned.end == ScanEnd::kBlank) {
      consume(scanned.bytes, scanned.lines);
    } else if (scanned.end != ScanEnd::kMore) {
      return true;
    } else if (!read_more() && !status) {
      return false;
    }
  }
}

CsvReject CsvReader::Impl::describe_bad_scan() const {
  const std::uint64_t column = scanned.fields.size() + 1;
  switch (scanned.end) {
    case ScanEnd::kTextAfterQuote: return {line, column, "text after a closing quote"};
    case ScanEnd::kOpenQuote: return {line, column, "quote not closed"};
    case ScanEnd::kTooManyFields: return {line, 0, fmt::format("more than {} fields", limits.columns_max)};
    default: break;
  }
  const bool one_line = window.substr(0, limits.line_bytes_max + 1).find('\n') == std::string_view::npos;
  if (one_line) return {line, 0, fmt::format("line longer than {} bytes", limits.line_bytes_max)};
  return {line, column, fmt::format("row longer than {} bytes: quote not closed?", limits.line_bytes_max)};
}

/// 1-based number of the field that holds the row's byte `offset` (a quote or comma belongs to the one
/// before).
std::size_t CsvReader::Impl::field_at(std::size_t offset) const {
  std::size_t number = 1;
  while (number < scanned.fields.size() && scanned.fields[number].begin <= offset) ++number;
  return number;
}

/// What is wrong with the scanned row, if anything.
std::optional<CsvReject> CsvReader::Impl::judge_row(bool is_header) const {
  if (scanned.end != ScanEnd::kRow) return describe_bad_scan();
  const std::string_view text = window.substr(0, scanned.text_bytes);
  if (const void* nul = std::memchr(text.data(), 0, text.size())) {
    return CsvReject{line, field_at(static_cast<std::size_t>(static_cast<const char*>(nul) - text.data())),
                     "NUL byte"};
  }
  const std::size_t invalid = find_invalid_utf8(text);
  if (invalid != std::string_view::npos) return CsvReject{line, field_at(invalid), "invalid UTF-8"};
  if (!is_header && scanned.fields.size() != header.size()) {
    return CsvReject{line, 0,
                     fmt::format("{} fields where the header has {}", scanned.fields.size(), header.size())};
  }
  return std::nullopt;
}

/// The scanned row's fields, as views into the window or, where quotes are doubled, into `unquoted`.
void CsvReader::Impl::fill_row() {
  row.line = line;
  row.byte_offset = window_offset;
  row.fields.clear();
  unquoted.clear();
  for (const FieldSpan& span : scanned.fields) {
    std::string_view field = window.substr(span.begin, span.end - span.begin);
    if (span.has_doubled_quotes) {
      if (unquoted.capacity() < scanned.text_bytes)
        unquoted.reserve(scanned.text_bytes);  // before any view of it
      const std::size_t begin = unquoted.size();
      for (std::size_t i = 0; i < field.size(); ++i) {
        unquoted += field[i];
        if (field[i] == '"') ++i;
      }
      field = std::string_view(unquoted).substr(begin);
    }
    row.fields.push_back(field);
  }
}

/// Reads the byte-order mark and the header.
Status CsvReader::Impl::start() {
  rules = {limits.line_bytes_max, limits.columns_max, limits.columns_max};
  while (window.size() < 3 && read_more()) {
  }
  if (!status) return status.error();
  if (window.empty()) return at(1, 1, "empty file");
  if (window.starts_with("\xFF\xFE") || window.starts_with("\xFE\xFF"))
    return at(1, 1, "UTF-16; UTF-8 is needed");
  if (window.starts_with("\xEF\xBB\xBF")) consume(3, 0);
  if (!scan_row()) return status ? at(line, 1, "no header") : Status(status.error());
  if (const auto problem = judge_row(true))
    return at(problem->line, std::max<std::uint64_t>(problem->column, 1), problem->reason);
  fill_row();
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const std::string_view field = row.fields[i];
    if (field.empty()) return at(line, i + 1, "column without a name");
    if (field.find('\r') != std::string_view::npos)
      return at(line, i + 1, "line ends are bare carriage returns; LF or CRLF is needed");
    if (!seen.insert(field).second) return at(line, i + 1, "a column of this name stands further left");
    header.emplace_back(field);
  }
  rules.columns_expected = header.size();
  consume(scanned.bytes, scanned.lines);
  return Done{};
}

Result<CsvReader> CsvReader::open(const std::string& path, CsvLimits limits) {
  auto bytes = InputBytes::open(path);
  if (!bytes) return make_error(ErrorCode::kIo, bytes.error().message);
  return read(std::move(*bytes), limits);
}

Result<CsvReader> CsvReader::read(InputBytes bytes, CsvLimits limits) {
  auto impl = std::make_unique<Impl>();
  impl->limits = limits;
  impl->name = bytes.name();
  impl->file.emplace(std::move(bytes));
  impl->is_last = false;
  if (auto started = impl->start(); !started) return started.error();
  return CsvReader(std::move(impl));
}

Result<CsvReader> CsvReader::from_memory(std::string_view text, CsvLimits limits) {
  auto impl = std::make_unique<Impl>();
  impl->limits = limits;
  impl->name = "input";
  impl->window = text;
  if (auto started = impl->start(); !started) return started.error();
  return CsvReader(std::move(impl));
}

CsvReader::CsvReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

const CsvRow* CsvReader::next() {
  Impl& in = *impl_;
  while (in.scan_row()) {
    const auto problem = in.judge_row(false);
    if (!problem) {
      in.fill_row();
      in.consume(in.scanned.bytes, in.scanned.lines);
      return &in.row;
    }
    ++in.rejected;
    if (in.report) in.report(*problem);
    if (in.scanned.end == ScanEnd::kRow) {
      in.consume(in.scanned.bytes, in.scanned.lines);
    } else if (!in.skip_line()) {
      break;
    }
  }
  return nullptr;
}

const std::vector<std::string>& CsvReader::header() const {
  return impl_->header;
}
void CsvReader::on_reject(std::function<void(const CsvReject&)> handler) {
  impl_->report = std::move(handler);
}
std::uint64_t CsvReader::rejected_rows() const {
  return impl_->rejected;
}
const Status& CsvReader::status() const {
  return impl_->status;
}
std::uint64_t CsvReader::bytes_read() const {
  return impl_->window_offset;
}
std::uint64_t CsvReader::file_bytes_read() const {
  return impl_->file ? impl_->file->taken() : impl_->window_offset;
}
std::uint64_t CsvReader::file_bytes() const {
  return impl_->file ? impl_->file->size() : impl_->window_offset + impl_->window.size();
}

void append_csv_field(std::string& out, std::string_view field) {
  const auto is_special = [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; };
  if (std::none_of(field.begin(), field.end(), is_special)) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_row(std::string& out, const std::vector<std::string_view>& fields) {
  if (fields.size() == 1 && fields[0].empty()) {
    out += "\"\"\n";
    return;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_field(out, fields[i]);
  }
  out += '\n';
}

}  // namespace gmpi
