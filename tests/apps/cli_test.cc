// The shared parts of the command line, on a small program of the test's own.
#include "apps/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <csignal>

namespace gmpi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Cli : public ::testing::Test {
 protected:
  Cli() {
    ::unsetenv("COLUMNS");
    add_shared_flags(program_, invocation_);
    CLI::App* import = program_.add_subcommand("import", "load records\n\nMore about loading.");
    import->footer("gmpi import people.csv");
    import->add_option("FILES", files_, "what to load")->required();
    import->add_option("--shape", shape_, "form of the files")
        ->check(CLI::IsMember(std::vector<std::string>{"csv", "ndjson"}));
    add_setting(*import, invocation_, "threads");
    add_setting(*import, invocation_, "test_nhs_numbers");
    import->callback([this] {
      invocation_.run = [this] {
        ran_ = true;
    return ExitCode::kRejectedRows;
  };
    });
    program_.add_subcommand("export", "write records");
    }  // namespace

    struct Outcome {
      int code = 0;
      std::string out, err;
    };
    Outcome run(std::vector<std::string> words) {
      words.insert(words.begin(), "gmpi");
      std::vector<char*> argv;
      for (auto& word : words) argv.push_back(word.data());
      ::testing::internal::CaptureStdout();
      ::testing::internal::CaptureStderr();
      Outcome outcome;
      outcome.code = run_program(program_, invocation_, static_cast<int>(argv.size()), argv.data());
      outcome.out = ::testing::internal::GetCapturedStdout();
      outcome.err = ::testing::internal::GetCapturedStderr();
      return outcome;
    }

    CLI::App program_{"a program", "gmpi"};
    Invocation invocation_;
    std::vector<std::string> files_;
    std::string shape_;
    bool ran_ = false;
    };  // namespace gmpi

    TEST_F(Cli, ACommandRunsWithItsSettingsAndItsCodeIsThePrograms) {
      const auto outcome =
          run({"import", "a.csv", "b.csv", "--threads", "3", "--test-nhs-numbers", "--json"});
      EXPECT_EQ(outcome.code, 3);
      EXPECT_TRUE(ran_);
      EXPECT_THAT(files_, ElementsAre("a.csv", "b.csv"));
      EXPECT_EQ(invocation_.config.threads, 3);
      EXPECT_TRUE(invocation_.config.test_nhs_numbers);
      EXPECT_EQ(invocation_.config.origins.at("threads"), "--threads");
      EXPECT_TRUE(invocation_.json);
    }

    TEST_F(Cli, TyposGetTheNearestNameOnStandardErrorAndCodeTwo) {
      EXPECT_THAT(run({"imprt"}).err, HasSubstr("unknown command 'imprt'; did you mean 'import'?"));
      EXPECT_THAT(run({"import", "x", "--thread", "1"}).err,
                  HasSubstr("unknown option '--thread'; did you mean '--threads'?"));
      EXPECT_THAT(run({"import", "x", "--jsn"}).err, HasSubstr("did you mean '--json'?"));
      EXPECT_THAT(run({"import", "x", "--shape"}).err, HasSubstr("--shape needs a value"));
      const auto wrong = run({"import", "x", "--shape", "xml"});
      EXPECT_EQ(wrong.code, 2);
      EXPECT_EQ(wrong.out, "");
      EXPECT_FALSE(ran_);
    }

    TEST_F(Cli, AWrongSettingStopsBeforeTheCommandRuns) {
      const auto outcome = run({"import", "x", "--threads", "lots"});
      EXPECT_EQ(outcome.code, 2);
      EXPECT_EQ(outcome.err, "gmpi: --threads: threads must be a whole number\n");
      EXPECT_FALSE(ran_);
    }

    TEST_F(Cli, ShortHelpBeginsWithExamplesAndFullHelpAddsDefaultsVariablesAndExitCodes) {
      const auto brief = run({"import", "-h"});
      EXPECT_EQ(brief.code, 0);
      EXPECT_THAT(brief.out, HasSubstr("load records\n\nExamples\n  gmpi import people.csv\n"));
      EXPECT_THAT(brief.out, HasSubstr("Usage: gmpi import [OPTIONS] FILES...\n"));
      EXPECT_THAT(brief.out, Not(HasSubstr("More about loading")));
      const auto full = run({"import", "--help"});
      EXPECT_THAT(full.out, HasSubstr("More about loading."));
      EXPECT_THAT(full.out, HasSubstr("--shape csv|ndjson"));
      EXPECT_THAT(full.out, HasSubstr("[default: 0]"));
      EXPECT_THAT(full.out, HasSubstr("GMPI_THREADS"));
      EXPECT_THAT(full.out, HasSubstr("130 interrupted"));
      for (const auto& text : {brief.out, full.out}) {
        for (const auto& line : CLI::detail::split(text, '\n')) EXPECT_LE(line.size(), 80u) << line;
      }
    }

    TEST_F(Cli, HelpIsAsWideAsTheTerminalUpToAHundredColumns) {
      ::setenv("COLUMNS", "250", 1);
      EXPECT_EQ(text_width(), 100u);
      ::setenv("COLUMNS", "60", 1);
      for (const auto& line : CLI::detail::split(run({"import", "--help"}).out, '\n'))
        EXPECT_LE(line.size(), 60u) << line;
      ::unsetenv("COLUMNS");
    }

    TEST_F(Cli, CompletionOffersWhatCanFollow) {
      EXPECT_THAT(complete(program_, {""}), ElementsAre("import\tload records", "export\twrite records"));
      EXPECT_THAT(complete(program_, {"ex"}), ElementsAre("export\twrite records"));
      EXPECT_THAT(complete(program_, {"import", "--sh"}), ElementsAre("--shape\tform of the files"));
      EXPECT_THAT(complete(program_, {"import", "--shape", ""}), ElementsAre("csv\t", "ndjson\t"));
      EXPECT_THAT(complete(program_, {"import", "--threads", ""}), ElementsAre());
      EXPECT_THAT(complete(program_, {"import", "--jso"}), ElementsAre("--json\tPrint the result as JSON"));
      EXPECT_EQ(run({"__complete", "imp"}).out, "import\tload records\n");
    }

    TEST_F(Cli, VersionGoesToStandardOutput) {
      const auto outcome = run({"--version"});
      EXPECT_EQ(outcome.code, 0);
      EXPECT_THAT(outcome.out, ::testing::MatchesRegex("gmpi [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    }

    TEST_F(Cli, NothingAskedIsAUsageErrorThatShowsTheHelp) {
      const auto outcome = run({});
      EXPECT_EQ(outcome.code, 2);
      EXPECT_THAT(outcome.err, HasSubstr("Commands\n"));
    }

    TEST(Wrap, BreaksAtBlanksAndIndentsWhatFollows) {
      EXPECT_EQ(wrap("one two three", 9, 2), "one two\n  three");
      EXPECT_EQ(wrap("averyverylongword x", 6, 2), "averyverylongword\n  x");
      EXPECT_EQ(wrap("", 9, 2), "");
    }

    TEST(StopSignalTest, TheFirstSignalIsARequestOnceACommandHasTakenOver) {
      StopSignal stop;
      std::atomic<int> calls{0};
      stop.take_over([&] { ++calls; });
      EXPECT_FALSE(stop.requested());
      ::kill(::getpid(), SIGINT);
      for (int i = 0; i < 500 && calls == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      EXPECT_EQ(calls, 1);
      EXPECT_TRUE(stop.requested());
      EXPECT_EQ(stop.signal(), SIGINT);
    }

TEST_F(Cli, ASwitchAtTheEndOfAWrongLineNeedsNoValue) {
  const auto outcome = run({"import", "a.csv", "--shape", "xls", "-q"});
  EXPECT_EQ(outcome.code, static_cast<int>(ExitCode::kUsage));
  EXPECT_THAT(outcome.err, Not(HasSubstr("needs a value")));
  EXPECT_THAT(outcome.err, HasSubstr("--shape"));
}

    TEST(StopSignalDeathTest, WithoutACommandThatListensTheProcessEndsWith130) {
      GTEST_FLAG_SET(death_test_style, "threadsafe");
      EXPECT_EXIT(
          {
            StopSignal stop;
            ::kill(::getpid(), SIGINT);
            std::this_thread::sleep_for(std::chrono::seconds(20));
          },
          ::testing::ExitedWithCode(130), "");
    }

    }  // namespace
}  // namespace gmpi
