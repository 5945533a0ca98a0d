// The house rules that a compiler does not see: who includes and links whom, where a library may appear, what
// no file holds, that what a comment names is there. The tables are those of docs/architecture.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace gmpi {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kEveryRoom = {"base",    "models", "standardize", "blocking",
                                          "matcher", "index",  "linkage",     "api",
                                          "apps",    "tests",  "benchmarks"};

/// Room -> the rooms it may include, besides itself and base.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {}},
    {"models", {}},
    {"standardize", {"models"}},
    {"blocking", {"models"}},
    {"matcher", {"models"}},
    {"index", {"models"}},
    {"linkage", {"models", "standardize", "blocking", "matcher", "index"}},
    {"api", {"models", "linkage"}},
    {"apps", kEveryRoom},
    {"tests", kEveryRoom},
    {"benchmarks", kEveryRoom},
};

/// Header prefix of a library -> where its name may stand: prefixes of paths. Tests and benchmarks may use
/// any.
const std::vector<std::pair<std::string, std::vector<std::string>>> kLibraries = {
    {"rapidjson/", {"api/", "matcher/model_file", "apps/"}},
    {"boost/asio", {"api/", "apps/"}},
    {"boost/beast", {"api/", "apps/"}},
    {"hiredis/", {"index/cache/"}},
    {"rocksdb/", {"index/store/"}},
    {"libpq", {"index/store/"}},
    {"Eigen/", {"matcher/training/"}},
    {"unicode/", {"standardize/"}},
    {"CLI/", {"apps/"}},
    {"toml++/", {"apps/", "matcher/policy_file"}},
    {"spdlog/", {"base/log"}},
    {"openssl/", {"base/", "api/"}},
    {"prometheus/", {"api/", "apps/"}},
    {"zlib.h", {"base/"}},
};

/// A longer file is about more than one thing.
constexpr std::size_t kFileLinesMax = 700;

struct Source {
  std::string path;  // from the repository's root
  std::vector<std::string> lines;
  std::string room() const { return path.substr(0, path.find('/')); }
};

std::vector<Source> read_sources(const fs::path& root) {
  std::vector<Source> sources;
  for (const std::string& room : kEveryRoom) {
    if (!fs::exists(root / room)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc" && extension != ".inc") continue;
      Source source{fs::relative(entry.path(), root).generic_string(), {}};
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) source.lines.push_back(line);
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

/// The header of an include line and whether it stands in quotes; an empty one: another line.
std::pair<std::string, bool> included(const std::string& line) {
  std::istringstream words(line);
  std::string directive, header;
  words >> directive >> header;
  if (directive == "#") {
    directive += header;
    words >> header;
  }
  if (directive != "#include" || header.size() < 2) return {"", false};
  return {header.substr(1, header.size() - 2), header[0] == '"'};
}

/// What `room` may not link to of what its CMakeLists.txt names as a target of ours, e.g. gmpi_index.
std::vector<std::string> forbidden_links(const std::string& room, const std::string& cmake) {
  // Targets of a room that is built in parts.
  static const std::map<std::string, std::string> kParts = {{"store", "index"}, {"cache", "index"}};
  static const std::regex kTarget("\\bgmpi_([a-z0-9_]+)\\b(?!\\()");
  std::vector<std::string> forbidden;
  for (std::sregex_iterator at(cmake.begin(), cmake.end(), kTarget), end; at != end; ++at) {
    std::string other = (*at)[1];
    if (const auto part = kParts.find(other); part != kParts.end()) other = part->second;
    if (!kEveryRoom.contains(other) || other == room || other == "base") continue;
    if (!kMayInclude.at(room).contains(other)) forbidden.push_back(other);
  }
  return forbidden;
}

/// What is wrong with one include, or "".
std::string judge_include(const std::string& path, const std::string& header, bool in_quotes) {
  const std::string room = path.substr(0, path.find('/'));
  if (in_quotes) {
    if (header.find('/') == std::string::npos || header.find("..") != std::string::npos) {
      return "is not written from the repository's root";
    }
    const std::string other = header.substr(0, header.find('/'));
    if (!kEveryRoom.contains(other)) return "is in no room";
    if (other == room || other == "base" || kMayInclude.at(room).contains(other)) return "";
    return room + " may not know " + other;
  }
  if (room == "tests" || room == "benchmarks") return "";
  for (const auto& [library, places] : kLibraries) {
    if (!header.starts_with(library)) continue;
    const bool allowed =
        std::any_of(places.begin(), places.end(), [&](const auto& p) { return path.starts_with(p); });
    if (!allowed) return library + " has no business here";
  }
  return "";
}

class House : public ::testing::Test {
 protected:
  static const std::vector<Source>& sources() {
    static const std::vector<Source> kSources = read_sources(GMPI_SOURCE_DIR);
    return kSources;
  }
};

TEST_F(House, ThereAreSourcesToRead) {
  EXPECT_GT(sources().size(), 50u);
}

TEST_F(House, EveryIncludeFollowsTheTable) {
  for (const Source& source : sources()) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const auto [header, in_quotes] = included(source.lines[i]);
      if (header.empty()) continue;
      const std::string wrong = judge_include(source.path, header, in_quotes);
      EXPECT_EQ(wrong, "") << source.path << ":" << i + 1 << ": " << header;
    }
  }
}

TEST_F(House, TheTableRefusesWhatItShould) {
  EXPECT_EQ(judge_include("linkage/register.cc", "index/store/store.h", true), "");
  EXPECT_EQ(judge_include("matcher/score.cc", "index/index.h", true), "matcher may not know index");
  EXPECT_EQ(judge_include("base/log.cc", "models/record_key.h", true), "base may not know models");
  EXPECT_EQ(judge_include("api/fhir/match.cc", "matcher/score.h", true), "api may not know matcher");
  EXPECT_EQ(judge_include("linkage/link.cc", "rapidjson/document.h", false),
            "rapidjson/ has no business here");
  EXPECT_EQ(judge_include("matcher/model_file_read.cc", "rapidjson/document.h", false), "");
  EXPECT_NE(judge_include("models/a.cc", "b.h", true), "");
  EXPECT_EQ(included("#include \"base/csv.h\"  // why").first, "base/csv.h");
  EXPECT_EQ(included("// #include \"base/csv.h\"").first, "");
}

TEST_F(House, EveryRoomLinksWhatItMayInclude) {
  std::size_t rooms = 0;
  for (const std::string& room : kEveryRoom) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(GMPI_SOURCE_DIR) / room)) {
      if (entry.path().filename() != "CMakeLists.txt") continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      EXPECT_EQ(forbidden_links(room, text), std::vector<std::string>{}) << entry.path();
      ++rooms;
    }
  }
  EXPECT_GE(rooms, kEveryRoom.size() - 1);
  EXPECT_EQ(forbidden_links("matcher", "gmpi_room(matcher\n LINK gmpi_models gmpi_store)"),
            std::vector<std::string>{"index"});
}

TEST_F(House, EveryTestThatACommentNamesIsThere) {
  static const std::regex kPath(
      "(?:tests|benchmarks|docs)/[\\w/.-]+\\.(?:cc|h|py|md|txt|tsv|csv)\\b|\\bscripts/[a-z-]+");
  std::size_t named = 0;
  for (const Source& source : sources()) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      const std::size_t comment = line.find("//");
      if (comment == std::string::npos) continue;
      for (std::sregex_iterator at(line.begin() + static_cast<std::ptrdiff_t>(comment), line.end(), kPath),
           end;
           at != end; ++at) {
        EXPECT_TRUE(fs::exists(fs::path(GMPI_SOURCE_DIR) / at->str()))
            << source.path << ":" << i + 1 << ": " << at->str();
        ++named;
      }
    }
  }
  EXPECT_GT(named, 40u);
}

TEST_F(House, EveryHeaderIsGuardedAndSaysWhatItIsFor) {
  for (const Source& source : sources()) {
    if (!source.path.ends_with(".h")) continue;
    EXPECT_NE(std::find(source.lines.begin(), source.lines.end(), "#pragma once"), source.lines.end())
        << source.path;
    ASSERT_FALSE(source.lines.empty()) << source.path;
    EXPECT_TRUE(source.lines[0].starts_with("// "))
        << source.path << ": the first line says what the file is for";
  }
}

TEST_F(House, NoFileIsLongerThanOneThingNeeds) {
  for (const Source& source : sources()) EXPECT_LE(source.lines.size(), kFileLinesMax) << source.path;
}

TEST_F(House, NothingIsLeftOpen) {
  const std::vector<std::string> marks = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                          std::string("XX") + "X:"};
  for (const Source& source : sources()) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      for (const auto& mark : marks) {
        EXPECT_EQ(source.lines[i].find(mark), std::string::npos) << source.path << ":" << i + 1;
      }
    }
  }
}

/// Everything that is kept in the repository, of any kind.
std::vector<fs::path> kept_files(const fs::path& root) {
  const std::set<std::string> not_kept = {".git", "build", "__pycache__"};
  std::vector<fs::path> files;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator(); ++at) {
    if (not_kept.contains(at->path().filename().string()))
      at.disable_recursion_pending();
    else if (at->is_regular_file())
      files.push_back(at->path());
  }
  return files;
}

TEST_F(House, NoMergeIsLeftHalfDone) {
  const std::vector<std::string> marks = {std::string(7, '<') + ' ', std::string(7, '>') + ' ', std::string(7, '|') + ' '};
  std::size_t looked_at = 0;
  for (const fs::path& path : kept_files(GMPI_SOURCE_DIR)) {
    std::ifstream file(path);
    ++looked_at;
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      for (const auto& mark : marks) EXPECT_FALSE(line.starts_with(mark)) << path << ":" << number;
    }
  }
  EXPECT_GT(looked_at, 500u);
}

}  // namespace
}  // namespace gmpi
