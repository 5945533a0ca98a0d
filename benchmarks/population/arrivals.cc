// A month's bytes are rows one after the other: day i32, order u64, entity u64, length u32, then the text.
// They are written and read by one run on one machine, so the machine's byte order serves.
#include "benchmarks/population/arrivals.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace gmpi::population {
namespace {

constexpr std::size_t kMonths = 21 * 12;

std::size_t month_of(Day day) {
  const Civil c = civil_of(std::clamp(day, kWindowStart, kWindowEnd));
  return static_cast<std::size_t>((c.year - 2005) * 12 + c.month - 1);
}

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <class T>
T get(const char*& at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  at += sizeof(value);
  return value;
}

struct Row {
  Day day;
  std::uint64_t order, entity;
  std::string_view text;
};

std::vector<Row> sorted_rows(const std::string& bytes) {
  std::vector<Row> rows;
  for (const char* at = bytes.data(); at < bytes.data() + bytes.size();) {
    Row row{};
    row.day = get<Day>(at);
    row.order = get<std::uint64_t>(at);
    row.entity = get<std::uint64_t>(at);
    const auto length = get<std::uint32_t>(at);
    row.text = std::string_view(at, length);
    at += length;
    rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.day != b.day ? a.day < b.day : a.order < b.order; });
  return rows;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace

Arrivals::Arrivals(std::string spill_dir, std::size_t memory_max)
    : spill_dir_(std::move(spill_dir)), memory_max_(memory_max), months_(kMonths), spilt_(kMonths, false) {}

Arrivals::~Arrivals() {
  std::error_code ignored;
  if (std::find(spilt_.begin(), spilt_.end(), true) != spilt_.end())
    std::filesystem::remove_all(spill_dir_, ignored);
}

std::string Arrivals::path_of(std::size_t month) const {
  return spill_dir_ + "/" + std::to_string(month);
}

Status Arrivals::add(Day day, std::uint64_t order, std::uint64_t entity, std::string_view row) {
  auto& bytes = months_[month_of(day)];
  put(bytes, day);
  put(bytes, order);
  put(bytes, entity);
  put(bytes, static_cast<std::uint32_t>(row.size()));
  bytes += row;
  bytes_ += row.size() + 24;
  ++size_;
  return bytes_ > memory_max_ ? spill() : Status(Done{});
}

Status Arrivals::spill() {
  std::error_code error;
  std::filesystem::create_directories(spill_dir_, error);
  for (std::size_t month = 0; month < kMonths; ++month) {
    if (months_[month].empty()) continue;
    const File file(std::fopen(path_of(month).c_str(), spilt_[month] ? "ab" : "wb"));
    const auto& bytes = months_[month];
    if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
        std::fflush(file.get()) != 0)
      return make_error(ErrorCode::kIo, "cannot write " + path_of(month));
    spilt_[month] = true;
    std::string().swap(months_[month]);
  }
  bytes_ = 0;
  return Done{};
}

Status Arrivals::take_all(const std::function<void(std::uint64_t, std::string_view)>& use) {
  for (std::size_t month = 0; month < kMonths; ++month) {
    std::string bytes;
    if (spilt_[month]) {
      std::error_code error;
      const auto length = std::filesystem::file_size(path_of(month), error);
      const File file(std::fopen(path_of(month).c_str(), "rb"));
      if (error || !file) return make_error(ErrorCode::kIo, "cannot read " + path_of(month));
      bytes.resize(length);
      if (std::fread(bytes.data(), 1, length, file.get()) != length)
        return make_error(ErrorCode::kIo, "cannot read " + path_of(month));
    }
    bytes += months_[month];
    std::string().swap(months_[month]);
    for (const Row& row : sorted_rows(bytes)) use(row.entity, row.text);
  }
  bytes_ = size_ = 0;
  return Done{};
}

}  // namespace gmpi::population
