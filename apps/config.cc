#include "apps/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <limits>
#include <optional>
#include <set>

#include "api/records/flat_json.h"
#include "base/nearest_name.h"
#include "base/file.h"
#include "base/json_text.h"
#include "models/person_fields.h"

namespace gmpi {
namespace {

constexpr std::size_t kFileBytesMax = 1 << 20;
constexpr std::int64_t kThreadsMax = 1024;

std::string any_text(const std::string&) {
  return "";
}

std::string not_empty(const std::string& value) {
  return value.empty() ? "must not be empty" : "";
}

std::string host_and_port(const std::string& value) {
  const auto parsed = parse_host_port(value);
  return parsed ? "" : parsed.error().message;
}

std::string host_and_port_or_empty(const std::string& value) {
  return value.empty() ? "" : host_and_port(value);
}

/// A base for links: nothing behind its path, no user, nothing that would have to be escaped.
std::string web_address(const std::string& value) {
  if (value.empty()) return "";
  const std::size_t host = value.starts_with("https://") ? 8 : value.starts_with("http://") ? 7 : 0;
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/:[]").find(c) != std::string_view::npos;
  });
  const bool has_host = host != 0 && value.size() > host && value[host] != '/' && value[host] != ':';
  return plain && has_host ? "" : "must be http:// or https://, a host, and at most a port and a path";
}

std::string thread_count(const std::string& value) {
  return std::stoll(value) >= 0 && std::stoll(value) <= kThreadsMax
             ? ""
             : fmt::format("must be 0 (one a core) to {}", kThreadsMax);
}

std::string log_level(const std::string& value) {
  static constexpr std::array<std::string_view, 5> kLevels = {"debug", "info", "warning", "error", "off"};
  return std::find(kLevels.begin(), kLevels.end(), value) != kLevels.end()
             ? ""
             : "must be debug, info, warning, error or off";
}

constexpr Setting kSettings[] = {
    {"data_dir", &Config::data_dir, "gmpi-data", "DIR", "Where records, identities and history are kept",
     not_empty},
    {"listen", &Config::listen, "127.0.0.1:8080", "HOST:PORT", "Address and port of the server",
     host_and_port},
    {"server.public_url", &Config::public_url, "", "URL",
     "Where clients reach the server, for links in its answers; empty: http:// and the Host they send", web_address},
    {"threads", &Config::threads, "0", "N", "Threads for requests and for jobs; 0 is one a core",
     thread_count},
    {"redis", &Config::redis, "", "HOST:PORT", "Redis for the hubs' read side; empty: none",
     host_and_port_or_empty},
    {"redis_user", &Config::redis_user, "", "NAME", "User at Redis; empty: its default user", any_text},
    {"redis_password_file", &Config::redis_password_file, "", "FILE",
     "File whose first line is the password at Redis; empty: none is sent", any_text},
    {"model", &Config::model, "", "DIR", "Model bundle; empty: the shipped person model", any_text},
    {"witness_path", &Config::witness_path, "", "FILE",
     "Where the head of the change log is witnessed, best on another disk; empty: in data_dir", any_text},
    {"allow_non_loopback", &Config::allow_non_loopback, "false", "",
     "Allow `listen` addresses that other machines reach", any_text},
    {"test_nhs_numbers", &Config::test_nhs_numbers, "false", "",
     "Accept NHS numbers of the 9xx test range as valid", any_text},
    {"sources.strict", &Config::sources_strict, "true", "",
     "Refuse records of systems that the configuration does not declare, once it declares any ([[source]])",
     any_text},
    {"log_level", &Config::log_level, "info", "LEVEL",
     "Least level that is logged: debug, info, warning, error or off", log_level},
    {"log_json", &Config::log_json, "false", "", "Log one JSON object a line", any_text},
};

std::vector<std::string> names_of_settings() {
  std::vector<std::string> names = {"map", "source"};
  for (const Setting& setting : kSettings) names.emplace_back(setting.name);
  return names;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

/// Puts a value, written as text, into the config. Returns what is wrong with it, or "".
std::string assign(Config& config, const Setting& setting, const std::string& text,
                   const std::string& origin) {
  if (const auto* number = std::get_if<std::int64_t Config::*>(&setting.member)) {
    const auto value = parse_integer(text);
    if (!value) return "must be a whole number";
    config.*(*number) = *value;
  } else if (const auto* flag = std::get_if<bool Config::*>(&setting.member)) {
    const auto value = parse_bool(text);
    if (!value) return "must be true or false";
    config.*(*flag) = *value;
  } else {
    config.*std::get<std::string Config::*>(setting.member) = text;
  }
  if (std::string wrong = setting.check(text); !wrong.empty()) return wrong;
  config.origins[std::string(setting.name)] = origin;
  return "";
}

/// Reads one file; collects every mistake with its place.
class FileReader {
 public:
  FileReader(const std::string& path, Config& config) : path_(path), config_(config) {}

  Status read() {
    const auto text = read_file(path_, kFileBytesMax);
    if (!text) return text.error();
    try {
      read_table(toml::parse(*text, path_));
    } catch (const toml::parse_error& error) {
      complain(error.source(), std::string(error.description()));
    }
    if (mistakes_.empty()) return Done{};
    std::string lines;
    for (const auto& [place, mistake] : mistakes_) lines += (lines.empty() ? "" : "\n") + mistake;
    return make_error(ErrorCode::kInvalidInput, lines);
  }

 private:
  void complain(const toml::source_region& place, const std::string& reason) {
    mistakes_.emplace(std::pair(place.begin.line, place.begin.column),
                      fmt::format("{}: {}", where(place), reason));
  }

  std::string where(const toml::source_region& place) const {
    return fmt::format("{}:{}:{}", path_, place.begin.line, place.begin.column);
  }

  /// `within`: "" or the table's own name and a point.
  void read_table(const toml::table& table, const std::string& within = "") {
    for (const auto& [key, node] : table) {
      const std::string name = within + std::string(key.str());
      if (name == "map") {
        read_map(node);
      } else if (name == "source") {
        read_sources(node);
      } else if ((name == "sources" || name == "server") && node.is_table()) {
        read_table(*node.as_table(), name + ".");
      } else if (const Setting* setting = find_setting(name)) {
        read_setting(*setting, node, key.source());
      } else {
        complain(key.source(),
                 fmt::format("unknown setting '{}'{}", name, did_you_mean(name, names_of_settings())));
      }
    }
  }

  void read_setting(const Setting& setting, const toml::node& node, const toml::source_region& place) {
    std::string text;
    if (std::holds_alternative<std::int64_t Config::*>(setting.member)) {
      if (!node.is_integer())
        return complain(node.source(), fmt::format("{} must be a whole number", setting.name));
      text = std::to_string(node.as_integer()->get());
    } else if (std::holds_alternative<bool Config::*>(setting.member)) {
      if (!node.is_boolean())
        return complain(node.source(), fmt::format("{} must be true or false", setting.name));
      text = node.as_boolean()->get() ? "true" : "false";
    } else {
      if (!node.is_string())
        return complain(node.source(), fmt::format("{} must be text in quotes", setting.name));
      text = node.as_string()->get();
    }
    const std::string wrong = assign(config_, setting, text, where(place));
    if (!wrong.empty()) complain(node.source(), fmt::format("{} {}", setting.name, wrong));
  }

  void read_map(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return complain(node.source(), "map must be a table");
    std::vector<std::string> fields;
    for (const PersonField& field : kPersonFields) fields.emplace_back(field.name);
    for (const char* name : {"record_id", "source", "local_id", "event_date", "version"})
      fields.emplace_back(name);
    for (const auto& [key, value] : *table) {
      const auto* field = value.as_string();
      if (field == nullptr) {
        complain(value.source(), "a column is mapped to the name of a field, in quotes");
      } else if (std::find(fields.begin(), fields.end(), field->get()) == fields.end()) {
        complain(value.source(),
                 fmt::format("unknown field '{}'{}", field->get(), did_you_mean(field->get(), fields)));
      } else {
        config_.column_map[std::string(key.str())] = field->get();
      }
    }
  }

  void read_sources(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return complain(node.source(), "sources are written [[source]]");
    for (const toml::node& item : *list) {
      const toml::table* table = item.as_table();
      if (table == nullptr) {
        complain(item.source(), "sources are written [[source]]");
      } else {
        read_source(*table);
      }
    }
  }

  void read_source(const toml::table& table) {
    SourceSystem source;
    const std::map<std::string, std::string*> members = {{"name", &source.name},
                                                         {"ods_code", &source.ods_code},
                                                         {"locality", &source.locality},
                                                         {"sector", &source.sector}};
    std::vector<std::string> names;
    for (const auto& [name, member] : members) names.push_back(name);
    for (const auto& [key, value] : table) {
      const auto member = members.find(std::string(key.str()));
      if (member == members.end()) {
        complain(key.source(), fmt::format("unknown key '{}'{}", key.str(), did_you_mean(key.str(), names)));
      } else if (const auto* text = value.as_string(); text == nullptr || text->get().empty()) {
        complain(value.source(), fmt::format("{} must be text in quotes, not empty", key.str()));
      } else {
        *member->second = text->get();
      }
    }
    for (const auto& [name, member] : members) {
      if (!table.contains(name)) complain(table.source(), fmt::format("a source needs '{}'", name));
    }
    if (!source.name.empty() && !is_valid_source(source.name))
      complain(table["name"].node()->source(), "name must be 1 to 64 of A-Z a-z 0-9 . _ -, as records write it");
    check_choice(table, "locality", source.locality, kLocalities);
    check_choice(table, "sector", source.sector, kSectors);
    if (!source.name.empty() && !source_names_.insert(source.name).second) {
      complain(table["name"].node()->source(), fmt::format("a source '{}' stands further up", source.name));
    }
    config_.sources.push_back(std::move(source));
  }

  void check_choice(const toml::table& table, std::string_view key, const std::string& value,
                    std::span<const std::string_view> choices) {
    if (value.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return;
    complain(table[key].node()->source(), fmt::format("{} must be one of {}", key, fmt::join(choices, ", ")));
  }

  const std::string& path_;
  Config& config_;
  std::multimap<std::pair<toml::source_index, toml::source_index>, std::string> mistakes_;  // by line, column
  std::set<std::string> source_names_;
};

Status apply(Config& config, const std::string& name, const std::string& value, const std::string& origin) {
  const Setting* setting = find_setting(name);
  if (setting == nullptr)
    return make_error(ErrorCode::kInvalidInput, fmt::format("{}: unknown setting", origin));
  const std::string wrong = assign(config, *setting, value, origin);
  if (!wrong.empty())
    return make_error(ErrorCode::kInvalidInput, fmt::format("{}: {} {}", origin, name, wrong));
  return Done{};
}

Status apply_environment(Config& config, const std::map<std::string, std::string>& environment) {
  for (const Setting& setting : kSettings) {
    const auto found = environment.find(environment_name(setting));
    if (found == environment.end()) continue;
    if (auto done = apply(config, std::string(setting.name), found->second, found->first); !done) return done;
  }
  return Done{};
}

/// Without the table of the server, of which all that has no table is about.
std::string_view plain_name(const Setting& setting) {
  constexpr std::string_view kServer = "server.";
  return setting.name.starts_with(kServer) ? setting.name.substr(kServer.size()) : setting.name;
}

}  // namespace

std::span<const Setting> all_settings() {
  return kSettings;
}

const Setting* find_setting(std::string_view name) {
  const auto* found = std::find_if(std::begin(kSettings), std::end(kSettings),
                                   [&](const Setting& s) { return s.name == name; });
  return found == std::end(kSettings) ? nullptr : found;
}

const Setting* find_setting_of_flag(std::string_view flag) {
  const auto found =
      std::find_if(std::begin(kSettings), std::end(kSettings), [&](const Setting& s) { return flag_name(s) == flag; });
  return found == std::end(kSettings) ? nullptr : found;
}

std::string environment_name(const Setting& setting) {
  std::string name = "GMPI_";
  for (const char c : plain_name(setting))
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string flag_name(const Setting& setting) {
  std::string name = "--" + std::string(plain_name(setting));
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return name;
}

SourceRegister source_register(const Config& config) { return {config.sources, config.sources_strict}; }

std::string value_text(const Config& config, const Setting& setting) {
  if (const auto* number = std::get_if<std::int64_t Config::*>(&setting.member)) {
    return std::to_string(config.*(*number));
  }
  if (const auto* flag = std::get_if<bool Config::*>(&setting.member))
    return config.*(*flag) ? "true" : "false";
  return config.*std::get<std::string Config::*>(setting.member);
}

std::string toml_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);  // JSON's escapes are among TOML's
  return out;
}

Result<HostPort> parse_host_port(std::string_view text) {
  const auto wrong = [](std::string reason) {
    return make_error(ErrorCode::kInvalidInput, std::move(reason));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong("must be HOST:PORT");
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong("must be HOST:PORT, an IPv6 address in brackets");
  }
  const auto port = parse_integer(text.substr(colon + 1));
  if (host.empty() || !port || *port < 0 || *port > std::numeric_limits<std::uint16_t>::max()) {
    return wrong("must be HOST:PORT with a port up to 65535");
  }
  return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

Result<Config> load_config(const ConfigInput& input) {
  Config config;
  for (const Setting& setting : kSettings) {
    [[maybe_unused]] const std::string wrong =
        assign(config, setting, std::string(setting.fallback), "default");
    assert(wrong.empty());
  }
  if (!input.file.empty()) {
    config.file = input.file;
    if (auto read = FileReader(input.file, config).read(); !read) return read.error();
  }
  if (auto done = apply_environment(config, input.environment); !done) return done.error();
  for (const auto& [name, value] : input.flags) {
    const Setting* setting = find_setting(name);
    const std::string origin = setting == nullptr ? name : flag_name(*setting);
    if (auto done = apply(config, name, value, origin); !done) return done.error();
  }
  return config;
}

std::vector<std::string> unknown_variables(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> known = {"GMPI_CONFIG"};
  for (const Setting& setting : kSettings) known.push_back(environment_name(setting));
  std::vector<std::string> remarks;
  for (const auto& [name, value] : environment) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    remarks.push_back(fmt::format("{}: no such setting{}", name, did_you_mean(name, known)));
  }
  return remarks;
}

std::map<std::string, std::string> gmpi_environment() {
  std::map<std::string, std::string> found;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (text.starts_with("GMPI_") && equals != std::string_view::npos) {
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return found;
}

}  // namespace gmpi
