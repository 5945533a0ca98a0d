// apps/config.h - every setting of the program: one table, four places to set it.
//
// Precedence: command-line flag, environment (GMPI_ and the name in capitals), configuration file (TOML),
// default. An unknown key, a wrong type or a value outside its range is an error "file:line:column: reason"
// with the nearest name; nothing is guessed. `gmpi config show --origin` prints where each value came from.
// Tested by tests/apps/config_test.cc.
//
//     data_dir = "/var/lib/gmpi"
//     listen = "127.0.0.1:8080"
//
//     [map]                                # column names of files that do not use ours
//     "Their Header" = "given_name"
//
//     [sources]
//     strict = true                        # refuse records of systems that are not declared here; counts once
//                                          # one is declared, and is the default
//     [[source]]                           # a system that sends records
//     name = "salford-pas"
//     ods_code = "RM3"
//     locality = "Salford"
//     sector = "acute"
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "models/source_system.h"

namespace gmpi {

/// The ten localities of Greater Manchester and the five sectors of care that a source belongs to.
inline constexpr std::array<std::string_view, 10> kLocalities = {
    "Bolton",  "Bury",      "Manchester", "Oldham",   "Rochdale",
    "Salford", "Stockport", "Tameside",   "Trafford", "Wigan"};
inline constexpr std::array<std::string_view, 5> kSectors = {"primary", "community", "mental health",
                                                             "social", "acute"};

/// "host:port" taken apart; IPv6 addresses in brackets.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_host_port(std::string_view text);

struct Config {
  std::string data_dir;
  std::string listen;
  std::string public_url;
  std::int64_t threads = 0;
  std::string redis;
  std::string redis_user;
  std::string
      redis_password_file;  // the password itself is no setting: flags and environments are seen by others
  std::string model;
  std::string witness_path;
  bool allow_non_loopback = false;
  bool test_nhs_numbers = false;
  std::string log_level;
  bool log_json = false;
  std::map<std::string, std::string> column_map;  // their header -> our field
  bool sources_strict = true;
  std::vector<SourceSystem> sources;

  std::string file;  // "" when none was read
  std::map<std::string, std::string>
      origins;  // setting -> "default", "gmpi.toml:3:1", "GMPI_LISTEN", "--listen"
};

/// One row of the table of settings.
struct Setting {
  std::string_view name;  // as in the file: "data_dir"; with a point: a key of a table ("server.", too, is left out
                          // of flags and variables)
  std::variant<std::string Config::*, std::int64_t Config::*, bool Config::*> member;
  std::string_view fallback;
  std::string_view value_name;  // "DIR", "HOST:PORT"
  std::string_view help;
  /// What is wrong with the value, or "".
  std::string (*check)(const std::string& value);
};

/// The declared sources as the doors use them.
SourceRegister source_register(const Config& config);

std::span<const Setting> all_settings();
const Setting* find_setting(std::string_view name);
/// The setting that a flag ("--data-dir") sets, or null.
const Setting* find_setting_of_flag(std::string_view flag);
std::string environment_name(const Setting& setting);  // "GMPI_DATA_DIR"
std::string flag_name(const Setting& setting);         // "--data-dir"
std::string value_text(const Config& config, const Setting& setting);
/// In quotes, escaped as TOML's basic strings are.
std::string toml_string(std::string_view text);

/// Where values come from besides the file; passed in, so that tests need no real environment.
struct ConfigInput {
  std::string file;                                // "" reads none
  std::map<std::string, std::string> environment;  // GMPI_* only
  std::map<std::string, std::string> flags;        // setting name -> value
};

/// Errors: kInvalidInput, one line a mistake, all mistakes of the file at once; kIo when the file cannot be
/// read.
Result<Config> load_config(const ConfigInput& input);

/// The variables of this process whose names begin with GMPI_.
std::map<std::string, std::string> gmpi_environment();

/// A remark for each variable that is none of ours ("GMPI_LISTN: no such setting; did you mean
/// 'GMPI_LISTEN'?"). Not an error: scripts around gmpi may have variables of that form.
std::vector<std::string> unknown_variables(const std::map<std::string, std::string>& environment);

}  // namespace gmpi
