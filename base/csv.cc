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
  Marks() = default;
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

  const char* block_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t bits_ = 0;
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
  std::vector<std::string_view> fields;  // as they stand in the text, without their quotes
  std::vector<std::uint32_t> doubled;    // numbers of those that hold doubled quotes
};

struct ScanRules {
  std::size_t line_bytes_max = 0;
  std::size_t columns_max = 0;
  std::size_t columns_expected = 0;  // a row over several lines with more than these has lost a quote
};

/// Finds the fields of the row that begins at `text[0]`. `is_last`: nothing follows the text. `marks` stand at the
/// text's first one and, when a row is found, at the first behind it.
class RowScanner {
 public:
  RowScanner(std::string_view text, bool is_last, const ScanRules& rules, Marks& marks, ScannedRow& row)
      : begin_(text.data()),
        stop_(begin_ + std::min(text.size(), rules.line_bytes_max + 1)),
        is_last_(is_last),
        rules_(rules),
        marks_(marks),
        row_(row) {
    row_.fields.clear();
    row_.doubled.clear();
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
  const char* next_mark() { return std::min(marks_.next(), stop_); }

  /// Both return where the field's end mark stands (a comma, a line feed or the end of the last text), or
  /// null when the row's fate is settled.
  const char* plain_field(const char* field) {
    const char* end = next_mark();
    while (end != stop_ && *end == '"') end = next_mark();
    if (end == stop_ && !ends_here()) return nullptr;
    const bool ends_row = end == stop_ || *end == '\n';
    const bool has_return = ends_row && end > field && end[-1] == '\r';
    add_field(field, has_return ? end - 1 : end, false);
    return end;
  }

  const char* quoted_field(const char* field) {
    next_mark();  // the opening quote
    bool doubled = false;
    const char* close = nullptr;
    while (close == nullptr) {
      const char* mark = next_mark();
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
          next_mark();
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
      next_mark();  // the comma or line feed
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
    if (doubled) row_.doubled.push_back(static_cast<std::uint32_t>(row_.fields.size()));
    row_.fields.emplace_back(begin, static_cast<std::size_t>(end - begin));
  }

  const char* give_up(ScanEnd why) {
    row_.end = why;
    return nullptr;
  }

  const char* begin_;
  const char* stop_;
  bool is_last_;
  const ScanRules& rules_;
  Marks& marks_;
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
  bool is_part = false;             // what follows is another reader's: rows_of()
  bool skipping = false;            // the window begins inside a line that is passed over
  std::uint64_t window_offset = 0;  // of window[0] in the uncompressed bytes
  std::uint64_t line = 1;           // of window[0]
  ScanRules rules;
  Marks marks;
  bool marks_stand = false;          // marks are those of the window
  std::uint64_t judged_until = 0;    // how far the text was looked at for what no row may hold
  bool judged_clean = false;         // and up to there it holds nothing of it
  ScannedRow scanned;
  std::string unquoted;  // fields whose doubled quotes were halved
  std::vector<std::string> header;
  CsvRow row;
  std::uint64_t rejected = 0;
  std::function<void(const CsvReject&)> report;
  Status status = Done{};

  Status start();
  bool scan_row();
  std::optional<CsvReject> judge_row(bool is_header);
  bool is_clean(std::string_view text);
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
  if (is_last || is_part) return false;
  marks_stand = false;
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
  marks_stand = false;
  skipping = true;
  for (;;) {
    const std::size_t feed = window.find('\n');
    if (feed != std::string_view::npos) {
      consume(feed + 1, 1);
      skipping = false;
      return true;
    }
    consume(window.size(), 0);
    if (!read_more()) return status.ok() && !is_part;
  }
}

/// Scans the row at the window's begin, reading on as needed. False: no row is left, or an error.
bool CsvReader::Impl::scan_row() {
  for (;;) {
    if (window.empty() && (is_last || is_part)) return false;
    if (!marks_stand) marks = Marks(window.data(), window.data() + window.size());
    RowScanner(window, is_last, rules, marks, scanned).scan();
    marks_stand = scanned.end == ScanEnd::kBlank || scanned.end == ScanEnd::kRow;
    if (scanned.end == ScanEnd::kBlank) {
      consume(scanned.bytes, scanned.lines);
    } else if (scanned.end != ScanEnd::kMore) {
      return true;
    } else if (!read_more() && (is_part || !status)) {
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
  const auto begin = [&](std::size_t field) { return static_cast<std::size_t>(scanned.fields[field].data() - window.data()); };
  while (number < scanned.fields.size() && begin(number) <= offset) ++number;
  return number;
}

/// Whether the row `text`, at the window's begin, surely holds no NUL and no ill-formed UTF-8: blocks of rows are looked
/// at together.
bool CsvReader::Impl::is_clean(std::string_view text) {
  const std::uint64_t row_end = window_offset + text.size();
  if (row_end > judged_until) {
    const std::size_t begin = judged_clean && judged_until > window_offset ? judged_until - window_offset : 0;
    std::string_view block = window.substr(begin, text.size() - begin + kBlockBytes);
    const std::size_t feed = block.rfind('\n');  // a block that ends inside a row would cut its letters
    block = feed != std::string_view::npos && begin + feed >= text.size() ? block.substr(0, feed + 1)
                                                                          : window.substr(begin, text.size() - begin);
    judged_clean = std::memchr(block.data(), 0, block.size()) == nullptr && is_valid_utf8(block);
    judged_until = window_offset + begin + block.size();
  }
  return judged_clean;
}

/// What is wrong with the scanned row, if anything.
std::optional<CsvReject> CsvReader::Impl::judge_row(bool is_header) {
  if (scanned.end != ScanEnd::kRow) return describe_bad_scan();
  const std::string_view text = window.substr(0, scanned.text_bytes);
  if (is_clean(text)) {
    if (is_header || scanned.fields.size() == header.size()) return std::nullopt;
  } else if (const void* nul = std::memchr(text.data(), 0, text.size())) {
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

/// The scanned row's fields; those with doubled quotes are written anew, into `unquoted`.
void CsvReader::Impl::fill_row() {
  row.line = line;
  row.byte_offset = window_offset;
  row.fields.swap(scanned.fields);
  if (scanned.doubled.empty()) return;
  unquoted.clear();
  unquoted.reserve(scanned.text_bytes);  // before any view of it
  for (const std::uint32_t number : scanned.doubled) {
    std::string_view& field = row.fields[number];
    const std::size_t begin = unquoted.size();
    for (std::size_t i = 0; i < field.size(); ++i) {
      unquoted += field[i];
      if (field[i] == '"') ++i;
    }
    field = std::string_view(unquoted).substr(begin);
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

CsvReader CsvReader::rows_of(const CsvPart& part, const std::vector<std::string>& header, CsvLimits limits) {
  auto impl = std::make_unique<Impl>();
  impl->limits = limits;
  impl->name = "input";
  impl->window = part.text;
  impl->is_last = part.is_last;
  impl->is_part = !part.is_last;
  impl->header = header;
  impl->rules = {limits.line_bytes_max, limits.columns_max, header.size()};
  CsvReader reader(std::move(impl));
  if (part.inside_skipped_line) reader.impl_->skip_line();
  return reader;
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
InputBytes CsvReader::release(std::string& unread) && {
  unread = impl_->window;
  return std::move(*impl_->file);
}

std::uint64_t CsvReader::bytes_read() const {
  return impl_->window_offset;
}
std::uint64_t CsvReader::lines_read() const {
  return impl_->line - 1;
}
bool CsvReader::is_inside_skipped_line() const {
  return impl_->skipping;
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
