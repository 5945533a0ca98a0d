#include "benchmarks/population/output_file.h"

#include <cerrno>
#include <cstring>

namespace gmpi::population {

Result<OutputFile> OutputFile::create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return make_error(ErrorCode::kIo, "cannot write " + path + ": " + std::strerror(errno));
  return OutputFile(path, file);
}

void OutputFile::write(std::string_view bytes) {
  failed_ = failed_ || std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size();
  digest_.update(bytes);
}

Result<std::string> OutputFile::close() {
  const bool closed = std::fclose(file_.release()) == 0;
  if (failed_ || !closed) return make_error(ErrorCode::kIo, "cannot write " + path_ + ": disk full or gone");
  return hex(digest_.finish());
}

}  // namespace gmpi::population
