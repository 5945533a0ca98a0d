// apps/exit_code.h - what the shell is told. Printed in `gmpi --help`; never renumber.
#pragma once

namespace gmpi {

enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,          // wrong flags, settings or configuration file
  kRejectedRows = 3,   // the work is done, but rows of the input were rejected
  kNotReady = 4,       // a server, store or cache that is needed is away
  kInterrupted = 130,  // Ctrl-C
};

}  // namespace gmpi
