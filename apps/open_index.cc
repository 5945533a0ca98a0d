#include "apps/open_index.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "apps/shipped_model.h"
#include "base/file.h"

namespace gmpi {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIndexFileBytesMax = 4096;
constexpr std::size_t kCommandLineBytesMax = 1 << 20;

std::string index_file(const Config& config) { return (fs::path(config.data_dir) / "index.toml").string(); }

bool is_given(const Config& config, const std::string& setting) {
  const auto origin = config.origins.find(setting);
  return origin != config.origins.end() && origin->second != "default";
}

/// What index.toml says; nothing when there is none.
Result<std::optional<bool>> kept_test_numbers(const Config& config) {
  std::error_code error;
  if (!fs::exists(index_file(config), error)) return std::optional<bool>();
  const auto text = read_file(index_file(config), kIndexFileBytesMax);
  if (!text) return text.error();
  return std::optional(text->find("test_nhs_numbers = true") != std::string::npos);
}

/// What the directory is for: what was written down once it holds anything, else what is asked for now.
Result<bool> settle_test_numbers(const Config& config, std::optional<bool> kept, bool holds_records) {
  const bool asked = is_given(config, "test_nhs_numbers");
  if (!kept || (!holds_records && asked)) return config.test_nhs_numbers;
  if (asked && config.test_nhs_numbers != *kept)
    return make_error(ErrorCode::kInvalidInput, index_file(config) + ": this data directory was made " +
                                                    (*kept ? "for" : "without") + " test NHS numbers, and " +
                                                    config.origins.at("test_nhs_numbers") + " says otherwise");
  return *kept;
}

/// Kept for ever once there are records: an index of real people must never meet synthetic ones because somebody
/// forgot a flag.
Status write_index_file(const Config& config, std::optional<bool> kept, bool test_numbers) {
  if (kept == test_numbers) return Done{};
  return write_file_atomically(index_file(config), std::string("# What this data directory was made for; gmpi reads it "
                                                               "at every start.\ntest_nhs_numbers = ") +
                                                       (test_numbers ? "true" : "false") + "\n");
}

/// "gmpi serve" of a process that runs; "" when it cannot be seen.
std::string command_of_process(pid_t pid) {
  const auto line = read_file("/proc/" + std::to_string(pid) + "/cmdline", kCommandLineBytesMax);
  if (!line || line->empty()) return "";
  const std::string program = fs::path(line->substr(0, line->find('\0'))).filename().string();
  const std::size_t second = line->find('\0') + 1;
  const std::string word = second == 0 || second >= line->size() ? "" : line->substr(second, line->find('\0', second) - second);
  return word.empty() || word.starts_with('-') ? program : program + " " + word;
}

/// Who holds a lock that this process could not get, and what can be done. Not for a lock of this process: closing the
/// file would give it up (POSIX).
std::string holder_of(const fs::path& lock_file) {
  const int fd = ::open(lock_file.c_str(), O_RDONLY | O_CLOEXEC);
  struct flock lock = {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  const bool known = fd >= 0 && ::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
  if (fd >= 0) ::close(fd);
  if (!known) return "another process; one at a time can open a data directory";
  const std::string command = command_of_process(lock.l_pid);
  return fmt::format("process {}{}; one at a time can open a data directory: stop it (kill {}), or ask the running "
                     "server over HTTP",
                     lock.l_pid, command.empty() ? "" : " (" + command + ")", lock.l_pid);
}

}  // namespace

Result<std::unique_ptr<OpenIndex>> open_index(const Config& config, OpenIndexOptions options) {
  if (config.data_dir.empty())
    return make_error(ErrorCode::kInvalidInput, "no data directory: give --data-dir DIR or set GMPI_DATA_DIR");
  auto model = load_model(config.model);
  if (!model) return model.error();
  const fs::path dir(config.data_dir);
  std::error_code error;
  if (!options.create && !fs::exists(dir / "store", error))
    return make_error(ErrorCode::kNotFound, config.data_dir + ": no index here; `gmpi import` or `gmpi serve` makes one");
  fs::create_directories(dir, error);
  if (error) return make_error(ErrorCode::kIo, config.data_dir + ": " + error.message());

  const auto kept = kept_test_numbers(config);
  if (!kept) return kept.error();
  auto index = std::make_unique<OpenIndex>();
  index->data_dir = config.data_dir;
  auto store = RocksStore::open({.path = (dir / "store").string(),
                                 .witness_path = config.witness_path.empty() ? (dir / "witness").string()
                                                                             : config.witness_path});
  if (!store && store.error().code == ErrorCode::kUnavailable)
    return make_error(ErrorCode::kUnavailable, config.data_dir + ": in use by " + holder_of(dir / "store" / "LOCK"));
  if (!store) return store.error();
  index->store = std::move(*store);
  const auto test_numbers = settle_test_numbers(config, *kept, index->store->head().seq > 0);
  if (!test_numbers) return test_numbers.error();
  index->test_nhs_numbers = *test_numbers;
  auto linker = Linker::open(model->bundle, *index->store, index->clock,
                             {.relink = options.relink, .test_nhs_numbers = *test_numbers});
  if (!linker) return linker.error();
  index->linker = std::move(*linker);
  if (Status written = write_index_file(config, *kept, *test_numbers); !written) return written.error();
  return index;
}

Result<bool> takes_test_nhs_numbers(const Config& config) {
  const auto kept = kept_test_numbers(config);
  if (!kept) return kept.error();
  return settle_test_numbers(config, *kept, true);
}

}  // namespace gmpi
