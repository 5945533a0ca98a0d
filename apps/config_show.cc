#include "apps/config_show.h"

#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <memory>

namespace gmpi {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void write_text(Writer& to, std::string_view text) {
  to.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_value(Writer& to, const Config& config, const Setting& setting) {
  if (const auto* number = std::get_if<std::int64_t Config::*>(&setting.member)) {
    to.Int64(config.*(*number));
  } else if (const auto* flag = std::get_if<bool Config::*>(&setting.member)) {
    to.Bool(config.*(*flag));
  } else {
    write_text(to, value_text(config, setting));
  }
}

void show_json(const Config& config) {
  rapidjson::StringBuffer buffer;
  Writer to(buffer);
  to.StartObject();
  to.Key("file");
  write_text(to, config.file);
  to.Key("settings");
  to.StartObject();
  for (const Setting& setting : all_settings()) {
    write_text(to, setting.name);
    to.StartObject();
    to.Key("value");
    write_value(to, config, setting);
    to.Key("origin");
    write_text(to, config.origins.at(std::string(setting.name)));
    to.EndObject();
  }
  to.EndObject();
  to.Key("map");
  to.StartObject();
  for (const auto& [header, field] : config.column_map) {
    write_text(to, header);
    write_text(to, field);
  }
  to.EndObject();
  to.Key("sources");
  to.StartArray();
  for (const SourceSystem& source : config.sources) {
    to.StartObject();
    for (const auto& [key, value] : {std::pair{"name", &source.name},
                                     {"ods_code", &source.ods_code},
                                     {"locality", &source.locality},
                                     {"sector", &source.sector}}) {
      to.Key(key);
      write_text(to, *value);
    }
    to.EndObject();
  }
  to.EndArray();
  to.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

/// As TOML that can be read back; origins as comments.
void show_toml(const Config& config, bool with_origin) {
  for (const Setting& setting : all_settings()) {
    const bool is_text = std::holds_alternative<std::string Config::*>(setting.member);
    std::string line = std::string(setting.name) + " = ";
    line += is_text ? toml_string(value_text(config, setting)) : value_text(config, setting);
    if (with_origin)
      line += fmt::format("{:>{}}# {}", "", line.size() < 40 ? 40 - line.size() : 2,
                          config.origins.at(std::string(setting.name)));
    fmt::print("{}\n", line);
  }
  if (!config.column_map.empty()) fmt::print("\n[map]\n");
  for (const auto& [header, field] : config.column_map) {
    fmt::print("{} = {}\n", toml_string(header), toml_string(field));
  }
  for (const SourceSystem& source : config.sources) {
    fmt::print("\n[[source]]\nname = {}\nods_code = {}\nlocality = {}\nsector = {}\n",
               toml_string(source.name), toml_string(source.ods_code), toml_string(source.locality),
               toml_string(source.sector));
  }
}

ExitCode show(const Invocation& invocation, bool with_origin) {
  for (const auto& remark : unknown_variables(invocation.config_input.environment)) {
    fmt::print(stderr, "gmpi: {}\n", remark);
  }
  if (invocation.json) {
    show_json(invocation.config);
  } else {
    show_toml(invocation.config, with_origin);
  }
  return ExitCode::kOk;
}

}  // namespace

void add_config(CLI::App& program, Invocation& invocation) {
  CLI::App* config = program.add_subcommand("config", "Look at the configuration");
  config->require_subcommand(1);
  config->footer("gmpi config show --origin");
  CLI::App* command = config->add_subcommand("show",
                                             "Print every setting and its value, as TOML\n\nWhat is printed "
                                             "can be read back as a configuration file. With "
                                             "--origin each line says where its value came from: a flag, an "
                                             "environment variable, file:line:column, or the "
                                             "default.");
  command->footer("gmpi config show --origin\nGMPI_THREADS=2 gmpi config show --config gmpi.toml --json");
  auto with_origin = std::make_shared<bool>(false);
  command->add_flag("--origin", *with_origin, "Say where each value came from");
  for (const Setting& setting : all_settings()) add_setting(*command, invocation, setting.name);
  command->callback([&invocation, with_origin] {
    invocation.run = [&invocation, with_origin] { return show(invocation, *with_origin); };
  });
}

}  // namespace gmpi
