// base/file.h - whole files in and out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gmpi {

/// `path` "-" is standard input. Errors: kIo; kLimit, when the file has more than `bytes_max` bytes.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

/// Replaces the file as one step: a temporary beside it, written, synced, renamed, the folder synced. Readers
/// see the old bytes or the new ones, also after a power loss. `path` "-" is standard output, written
/// through. Errors: kIo; then the old file is untouched and no temporary stays.
Status write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace gmpi
