#include "base/csv_chunks.h"

#include <algorithm>
#include <cstring>

namespace gmpi {

Result<CsvChunks> CsvChunks::open(const std::string& path, CsvLimits limits, std::size_t chunk_bytes) {
  auto bytes = InputBytes::open(path);
  if (!bytes) return make_error(ErrorCode::kIo, bytes.error().message);
  return read(std::move(*bytes), limits, chunk_bytes);
}

Result<CsvChunks> CsvChunks::read(InputBytes bytes, CsvLimits limits, std::size_t chunk_bytes) {
  auto reader = CsvReader::read(std::move(bytes), limits);
  if (!reader) return reader.error();
  return rest_of(std::move(*reader), limits, chunk_bytes);
}

CsvChunks CsvChunks::rest_of(CsvReader reader, CsvLimits limits, std::size_t chunk_bytes) {
  std::string unread;
  const std::uint64_t lines = reader.lines_read();
  std::vector<std::string> header = reader.header();
  CsvChunks chunks(std::move(reader).release(unread));
  chunks.limits_ = limits;
  chunks.chunk_bytes_ = chunk_bytes;
  chunks.header_ = std::move(header);
  chunks.unread_ = std::move(unread);
  chunks.lines_ = lines;
  return chunks;
}

void CsvChunks::want(std::vector<std::size_t> columns, RowCheck check) {
  wanted_ = std::move(columns);
  check_ = std::move(check);
}

void CsvChunks::reserve(CsvChunk& chunk, std::size_t bytes) {
  if (chunk.capacity_ >= bytes) return;
  auto wider = std::make_unique_for_overwrite<char[]>(bytes);
  if (chunk.size_ > 0) std::memcpy(wider.get(), chunk.bytes_.get(), chunk.size_);
  chunk.bytes_ = std::move(wider);
  chunk.capacity_ = bytes;
}

/// Up to `bytes` of the text, first what the reader of the header took too much. 0: the end.
std::size_t CsvChunks::take(char* to, std::size_t bytes) {
  if (unread_at_ < unread_.size()) {
    const std::size_t given = std::min(bytes, unread_.size() - unread_at_);
    std::memcpy(to, unread_.data() + unread_at_, given);
    unread_at_ += given;
    return given;
  }
  auto got = file_.read(to, bytes);
  if (!got) status_ = got.error();
  at_end_ = !got || *got == 0;
  return got ? *got : 0;
}

bool CsvChunks::fill(CsvChunk& chunk) {
  if (at_end_ && tail_.empty()) return false;
  chunk.size_ = 0;
  const std::size_t wanted = tail_.size() + chunk_bytes_;
  reserve(chunk, wanted);
  std::memcpy(chunk.bytes_.get(), tail_.data(), tail_.size());
  chunk.size_ = tail_.size();
  tail_.clear();
  while (chunk.size_ < wanted && !at_end_) chunk.size_ += take(chunk.bytes_.get() + chunk.size_, wanted - chunk.size_);
  const std::size_t feed = at_end_ ? std::string_view::npos : chunk.text().rfind('\n');
  if (feed != std::string_view::npos) {
    tail_ = chunk.text().substr(feed + 1);
    chunk.size_ = feed + 1;
  }
  chunk.is_last_ = at_end_ && status_.ok();
  return true;
}

void CsvChunks::parse(CsvChunk& chunk, bool inside_skipped_line) const {
  chunk.cells_.resize(wanted_.size());
  for (auto& cells : chunk.cells_) cells.clear();
  chunk.lines_.clear();
  chunk.rejects_.clear();
  chunk.rewritten_.clear();
  const std::string_view text = chunk.text();
  auto reader = CsvReader::rows_of({text, chunk.is_last_, inside_skipped_line}, header_, limits_);
  reader.on_reject([&](const CsvReject& reject) { chunk.rejects_.push_back(reject); });
  while (const CsvRow* row = reader.next()) {
    if (check_)
      if (std::string reason = check_(*row); !reason.empty()) {
        chunk.rejects_.push_back({row->line, 0, std::move(reason)});
        continue;
      }
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      std::string_view cell = row->fields[wanted_[i]];
      const bool borrowed = cell.empty() || (cell.data() >= text.data() && cell.data() < text.data() + text.size());
      if (!borrowed) cell = chunk.rewritten_.emplace_back(cell);
      chunk.cells_[i].push_back(cell);
    }
    chunk.lines_.push_back(row->line);
  }
  chunk.bytes_read_ = reader.bytes_read();
  chunk.lines_read_ = reader.lines_read();
  chunk.inside_skipped_line_ = reader.is_inside_skipped_line();
}

void CsvChunks::settle(CsvChunk& chunk) {
  if (!unparsed_.empty() || inside_skipped_line_) {
    const std::size_t moved = unparsed_.size();
    auto joined = std::make_unique_for_overwrite<char[]>(moved + chunk.capacity_);
    std::memcpy(joined.get(), unparsed_.data(), moved);
    std::memcpy(joined.get() + moved, chunk.text().data(), chunk.size_);
    chunk.bytes_ = std::move(joined);
      chunk.size_ += moved;
    chunk.capacity_ += moved;
    parse(chunk, inside_skipped_line_);
  }
  for (auto& line : chunk.lines_) line += lines_;
  for (auto& reject : chunk.rejects_) reject.line += lines_;
  lines_ += chunk.lines_read_;
  unparsed_ = chunk.text().substr(chunk.bytes_read_);
  inside_skipped_line_ = chunk.inside_skipped_line_;
}

}  // namespace gmpi
