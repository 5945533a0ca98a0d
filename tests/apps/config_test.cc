#include "apps/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/nearest_name.h"

namespace gmpi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  ConfigInput with_file(const std::string& toml) {
    std::ofstream(path_) << toml;
    return {.file = path_, .environment = {}, .flags = {}};
  }
  /// The message of a refused file, its path taken off each line.
  std::string refusal(const std::string& toml) {
    const auto config = load_config(with_file(toml));
    if (config) return "";
    std::string message = config.error().message;
    for (std::size_t at = 0; (at = message.find(path_)) != std::string::npos;)
      message.erase(at, path_.size() + 1);
    return message;
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::string path_ =
      (std::filesystem::temp_directory_path() / ("gmpi_config_test_" + std::to_string(::getpid()) + ".toml"))
          .string();
};

TEST_F(ConfigTest, EverySettingHasADefaultThatPassesItsOwnCheck) {
  const auto config = load_config({});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->listen, "127.0.0.1:8080");
  EXPECT_FALSE(config->allow_non_loopback);
  for (const Setting& setting : all_settings()) {
    EXPECT_EQ(config->origins.at(std::string(setting.name)), "default");
    EXPECT_EQ(value_text(*config, setting), setting.fallback);
  }
}

TEST_F(ConfigTest, AFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault) {
  ConfigInput input = with_file("threads = 1\ndata_dir = 'file'\nredis = \"a:1\"\n");
  input.environment = {{"GMPI_THREADS", "2"}, {"GMPI_DATA_DIR", "environment"}};
  input.flags = {{"threads", "3"}};
  const auto config = load_config(input);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->threads, 3);
  EXPECT_EQ(config->data_dir, "environment");
  EXPECT_EQ(config->redis, "a:1");
  EXPECT_EQ(config->origins.at("threads"), "--threads");
  EXPECT_EQ(config->origins.at("data_dir"), "GMPI_DATA_DIR");
  EXPECT_EQ(config->origins.at("redis"), path_ + ":3:1");
  EXPECT_EQ(config->origins.at("model"), "default");
}

TEST_F(ConfigTest, EveryMistakeOfAFileIsReportedWithItsPlace) {
  EXPECT_EQ(refusal("listen = 'x'\nlisen = '127.0.0.1:1'\n\nthreads = 'two'\nlog_json = 1\n"),
            "1:10: listen must be HOST:PORT\n"
            "2:1: unknown setting 'lisen'; did you mean 'listen'?\n"
            "4:11: threads must be a whole number\n"
            "5:12: log_json must be true or false");
  EXPECT_THAT(refusal("threads = 1\nthreads = 2\n"), HasSubstr("2:"));
  EXPECT_THAT(refusal("threads = \n"), HasSubstr("1:"));
  EXPECT_THAT(refusal("threads = 5000\n"), HasSubstr("must be 0 (one a core) to 1024"));
  EXPECT_THAT(refusal("log_level = 'loud'\n"), HasSubstr("debug, info, warning, error or off"));
}

TEST_F(ConfigTest, SourcesBelongToOneLocalityAndOneSector) {
  const auto config = load_config(
      with_file("[[source]]\nname = 'pas'\nods_code = 'RM3'\nlocality = 'Salford'\nsector = 'acute'\n"
                "[[source]]\nname = 'asc'\nods_code = 'E08000010'\nlocality = 'Wigan'\nsector = 'social'\n"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  ASSERT_EQ(config->sources.size(), 2u);
  EXPECT_EQ(config->sources[1].locality, "Wigan");

  const std::string good = "[[source]]\nname = 'a'\nods_code = 'RM3'\nlocality = 'Bury'\nsector = 'acute'\n";
  EXPECT_THAT(refusal(good + good), HasSubstr("7:8: a source 'a' stands further up"));
  EXPECT_THAT(refusal("[[source]]\nname = 'a'\nods_code = 'RM3'\nlocality = 'Leeds'\nsector = 'acute'\n"),
              HasSubstr("4:12: locality must be one of Bolton, Bury"));
  EXPECT_THAT(refusal("[[source]]\nname = 'a'\nods_code = 'RM3'\nlocality = 'Bury'\nsector = 'dental'\n"),
              HasSubstr("5:10: sector must be one of primary"));
  EXPECT_THAT(refusal("[[source]]\nname = 'a'\nods = 'RM3'\nlocality = 'Bury'\nsector = 'acute'\n"),
              HasSubstr("a source needs 'ods_code'"));
  EXPECT_THAT(refusal("source = 3\n"), HasSubstr("sources are written [[source]]"));
}

TEST_F(ConfigTest, OnceASourceIsDeclaredOnlyDeclaredOnesSendUnlessTheFileSaysOtherwise) {
  const std::string pas = "[[source]]\nname = 'pas'\nods_code = 'RM3'\nlocality = 'Salford'\nsector = 'acute'\n";
  const auto register_of = [&](const std::string& toml) { return source_register(*load_config(with_file(toml))); };
  EXPECT_TRUE(register_of("").accepts("anybody"));
  EXPECT_TRUE(register_of("sources.strict = true\n").accepts("anybody"));
  EXPECT_FALSE(register_of(pas).accepts("anybody"));
  EXPECT_TRUE(register_of(pas).accepts("pas"));
  EXPECT_EQ(register_of(pas).find("pas")->locality, "Salford");
  EXPECT_TRUE(register_of(pas + "[sources]\nstrict = false\n").accepts("anybody"));
  const auto by_environment =
      load_config({.file = with_file(pas).file, .environment = {{"GMPI_SOURCES_STRICT", "false"}}, .flags = {}});
  ASSERT_TRUE(by_environment) << by_environment.error().message;
  EXPECT_TRUE(source_register(*by_environment).accepts("anybody"));
  EXPECT_EQ(refusal("[sources]\nstrikt = true\n"),
            "2:1: unknown setting 'sources.strikt'; did you mean 'sources.strict'?");
  EXPECT_THAT(refusal("[[source]]\nname = 'a b'\nods_code = 'R'\nlocality = 'Bury'\nsector = 'acute'\n"),
              HasSubstr("2:8: name must be 1 to 64 of"));
}

TEST_F(ConfigTest, ColumnsAreMappedToFieldsThatExist) {
  const auto config = load_config(with_file("[map]\n\"Their Header\" = \"given_name\"\nKey = 'local_id'\n"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->column_map.at("Their Header"), "given_name");
  EXPECT_EQ(refusal("[map]\nA = 'given_nam'\n"),
            "2:5: unknown field 'given_nam'; did you mean 'given_name'?");
}

TEST_F(ConfigTest, WrongFlagsAndVariablesAreNamed) {
  EXPECT_EQ(load_config({.file = "", .environment = {{"GMPI_THREADS", "many"}}, .flags = {}}).error().message,
            "GMPI_THREADS: threads must be a whole number");
  EXPECT_EQ(load_config({.file = "", .environment = {}, .flags = {{"listen", "8080"}}}).error().message,
            "--listen: listen must be HOST:PORT");
  EXPECT_EQ(load_config({.file = "/no/such.toml", .environment = {}, .flags = {}}).error().code,
            ErrorCode::kIo);
  EXPECT_THAT(unknown_variables({{"GMPI_LISTN", ""}, {"GMPI_MODEL", ""}}),
              ElementsAre("GMPI_LISTN: no such setting; did you mean 'GMPI_LISTEN'?"));
}

TEST_F(ConfigTest, HostsAndPortsAreTakenApart) {
  EXPECT_EQ(parse_host_port("127.0.0.1:80")->port, 80);
  EXPECT_EQ(parse_host_port("[::1]:8080")->host, "::1");
  EXPECT_EQ(parse_host_port("redis.local:0")->host, "redis.local");
  for (const char* wrong :
       {"", ":80", "host", "host:", "host:65536", "host:-1", "host:8x", "::1:80", "[]:80"}) {
    EXPECT_FALSE(parse_host_port(wrong).ok()) << wrong;
  }
}

TEST(NearestName, OffersOnlyWhatIsAFewSlipsAway) {
  const std::vector<std::string> names = {"listen", "threads", "model"};
  EXPECT_EQ(nearest_name("lsiten", names), "listen");
  EXPECT_EQ(nearest_name("thread", names), "threads");
  EXPECT_EQ(nearest_name("colour", names), "");
  EXPECT_EQ(nearest_name(std::string(100000, 'x'), names), "");
  EXPECT_EQ(did_you_mean("modle", names), "; did you mean 'model'?");
}

TEST_F(ConfigTest, TheServersOwnAddressIsAKeyOfItsTableAndAPlainFlag) {
  EXPECT_EQ(load_config(with_file("[server]\npublic_url = 'https://index.example.nhs.uk/mpi'\n"))->public_url,
            "https://index.example.nhs.uk/mpi");
  const Setting* setting = find_setting_of_flag("--public-url");
  ASSERT_TRUE(setting != nullptr);
  EXPECT_EQ(environment_name(*setting), "GMPI_PUBLIC_URL");
  for (const char* good : {"", "http://localhost:8080", "https://10.0.0.1/a/b", "https://[::1]:8443"})
    EXPECT_EQ(setting->check(good), "") << good;
  for (const char* bad : {"index.example", "ftp://index", "https://", "https:///a", "https://:80", "https://a?b", "https://a#b",
                          "https://u@a", "https://a b", "https://a\r\nX: y"})
    EXPECT_NE(setting->check(bad), "") << bad;
  EXPECT_THAT(refusal("[server]\npublic_ulr = ''\n"), HasSubstr("did you mean 'server.public_url'?"));
}

}  // namespace
}  // namespace gmpi
