#include "standardize/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standardize/fold.h"
#include "standardize/name_words.h"

namespace gmpi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

TEST(GivenNames, AreTakenApart) {
  const auto bob = read_given_names("Mr Robert (Bob) James");
  EXPECT_EQ(bob.title, "mr");
  EXPECT_THAT(bob.names, ElementsAre("robert", "james"));
  EXPECT_THAT(bob.known_as, ElementsAre("bob"));

  const auto anne = read_given_names("Anne-Marie");
  EXPECT_THAT(anne.names, ElementsAre("annemarie"));
  EXPECT_THAT(anne.halves, ElementsAre("anne", "marie"));

  EXPECT_THAT(read_given_names("William \"Billy\"").known_as, ElementsAre("billy"));
  EXPECT_THAT(read_given_names("William ‘Billy’").known_as, ElementsAre("billy"));
  EXPECT_THAT(read_given_names("William known as Billy").known_as, ElementsAre("billy"));
  EXPECT_THAT(read_given_names("William known as Billy").names, ElementsAre("william"));
  EXPECT_THAT(read_given_names("J.P.").names, ElementsAre("j", "p"));
  EXPECT_THAT(read_given_names("D'Arcy").names, ElementsAre("darcy"));
  EXPECT_THAT(read_given_names("A").names, ElementsAre("a"));
  EXPECT_THAT(read_given_names("Mary NMN").names, ElementsAre("mary"));
  EXPECT_THAT(read_given_names("Sarah (Miss)").known_as, IsEmpty());
  EXPECT_EQ(read_given_names("").reason, "");
  EXPECT_EQ(read_given_names("  ").reason, "");
}

TEST(GivenNames, PlaceholdersAreNone) {
  for (const char* text : {"BABY",
                           "Baby Boy",
                           "BABY GIRL",
                           "BABY OF JANE",
                           "B/O JANE SMITH",
                           "Baby Boy of Jane",
                           "INFANT",
                           "MALE INFANT",
                           "TWIN 1",
                           "TWIN ONE",
                           "Twin II",
                           "Baby Twin 2",
                           "TRIPLET B",
                           "UNKNOWN",
                           "UNKNOWN MALE",
                           "Male Unknown",
                           "NOT KNOWN",
                           "not stated",
                           "NFN",
                           "FNU",
                           "NO NAME",
                           "XXX",
                           "xx",
                           "TEST",
                           "Test Patient",
                           "N/A",
                           "TBC",
                           "ONE",
                           "TWO",
                           "Mr",
                           "Mrs",
                           "Boy",
                           "Female",
                           ".",
                           "Son of Jane",
                           "12345",
                           "zztest"})
    EXPECT_EQ(read_given_names(text).reason, "placeholder name") << text;
}

TEST(GivenNames, RealNamesThatLookLikePlaceholdersStay) {
  const std::pair<const char*, const char*> kTable[] = {{"Baby Sarah", "sarah"},
                                                        {"Boy George", "boy"},
                                                        {"Tester Ann", "tester"},
                                                        {"Xavier", "xavier"},
                                                        {"Xi", "xi"},
                                                        {"Li", "li"},
                                                        {"I", "i"},
                                                        {"V", "v"},
                                                        {"Noname Ann", "noname"},
                                                        {"Prince", "prince"},
                                                        {"Junior", "junior"},
                                                        {"Na", "na"},
                                                        {"Ng", "ng"},
                                                        {"Vi", "vi"},
                                                        {"Iv", "iv"}};
  for (const auto& [text, first] : kTable) {
    const auto given = read_given_names(text);
    ASSERT_FALSE(given.names.empty()) << text;
    EXPECT_EQ(given.names.front(), first);
  }
}

TEST(GivenNames, ATwinsNumberIsKept) {
  EXPECT_EQ(read_given_names("TWIN 2").birth_order, 2);
  EXPECT_EQ(read_given_names("Twin One").birth_order, 1);
  EXPECT_EQ(read_given_names("TRIPLET C").birth_order, 3);
  EXPECT_EQ(read_given_names("BABY BOY").birth_order, 0);
}

struct SurnameRow {
  const char* text;
  const char* joined;
  std::vector<std::string> parts;
};

TEST(Surname, EveryWritingOfOneNameClosesUpTheSame) {
  const SurnameRow kTable[] = {
      {"O'Brien", "obrien", {"brien"}},
      {"O’BRIEN", "obrien", {"brien"}},
      {"O Brien", "obrien", {"brien"}},
      {"OBrien", "obrien", {}},
      {"van der Berg", "vanderberg", {"berg"}},
      {"VanderBerg", "vanderberg", {}},
      {"Al-Hassan", "alhassan", {"hassan"}},
      {"Al Hassan", "alhassan", {"hassan"}},
      {"Smith-Jones", "smithjones", {"jones", "smith"}},
      {"Smith Jones", "smithjones", {"jones", "smith"}},
      {"Smith - Jones", "smithjones", {"jones", "smith"}},
      {"Mac Donald", "macdonald", {"donald"}},
      {"de la Cruz-O'Neill", "delacruzoneill", {"cruz", "delacruz", "neill", "oneill"}},
      {"García Márquez", "garciamarquez", {"garcia", "marquez"}},
      {"Ng", "ng", {}},
      {"Le", "le", {}},
      {"Baby", "baby", {}},
      {"Test", "test", {}},
      {"Male", "male", {}},
      {"Nee", "nee", {}},
      {"Born", "born", {}},
      {"X", "x", {}},
      {"Mr Smith", "smith", {}},
      {"Smith Jr", "smith", {}},
      {"Smith OBE", "smith", {}},
  };
  for (const auto& row : kTable) {
    const auto surname = read_surname(row.text);
    EXPECT_EQ(surname.joined, row.joined) << row.text;
    EXPECT_THAT(surname.parts, ::testing::UnorderedElementsAreArray(row.parts)) << row.text;
    EXPECT_EQ(surname.reason, "");
  }
}

TEST(Surname, FormerNamesAndSuffixesComeApart) {
  const auto smith = read_surname("Smith-Jones (née Lee) Jr");
  EXPECT_EQ(smith.joined, "smithjones");
  EXPECT_THAT(smith.previous, ElementsAre("lee"));
  EXPECT_EQ(smith.suffix, "jr");
  EXPECT_THAT(read_surname("Khan formerly Begum").previous, ElementsAre("begum"));
  EXPECT_THAT(read_surname("Khan formerly Unknown").previous, IsEmpty());
  EXPECT_EQ(read_surname("Khan III").suffix, "iii");
}

TEST(Surname, TheNameAfterNowIsTheCurrentOne) {
  struct Case {
    const char* text;
    const char* joined;
    std::vector<std::string> previous;
  };
  for (const Case& c : {Case{"Smith now Jones", "jones", {"smith"}},
                        {"Smith (now Jones)", "jones", {"smith"}},
                        {"Smith nee Jones now Brown", "brown", {"jones", "smith"}},
                        {"Smith now Jones nee Brown", "jones", {"smith", "brown"}},
                        {"Smith was Jones nee Brown", "smith", {"jones", "brown"}},
                        {"Unknown now Jones", "jones", {}},
                        {"Now", "now", {}},
                        {"Smith now", "smithnow", {}}}) {
    EXPECT_EQ(read_surname(c.text).joined, c.joined) << c.text;
    EXPECT_THAT(read_surname(c.text).previous, UnorderedElementsAreArray(c.previous)) << c.text;
  }
}

TEST(Surname, AMarkIsFoundBehindAWordThatHoldsIt) {
  for (const char* text : {"Al Wasim was Khan", "Wasim was Khan", "Snowdon born Khan", "Renee nee Khan"})
    EXPECT_THAT(read_surname(text).previous, ElementsAre("khan")) << text;
  EXPECT_THAT(read_given_names("Jaka aka Bob").known_as, ElementsAre("bob"));
  EXPECT_THAT(read_given_names("Jaka aka Bob").names, ElementsAre("jaka"));
}

TEST(Surname, PlaceholdersAreNone) {
  for (const char* text : {"UNKNOWN", "Not Known", "NLN", "XXX", "N/A", "Unknown Male", "zztest", ".", "999"})
    EXPECT_EQ(read_surname(text).reason, "placeholder name") << text;
  for (const char* text : {"Baby", "Test", "Twin"}) EXPECT_TRUE(read_surname(text).doubtful) << text;
}

TEST(WholeName, SplitsTheOrdersPeopleWrite) {
  struct Row {
    const char *text, *given, *surname;
  };
  const Row kTable[] = {
      {"SMITH, John Paul", "john paul", "smith"},
      {"van der Berg, Anne", "anne", "van der berg"},
      {"John Paul Smith", "john paul", "smith"},
      {"Ludwig van Beethoven", "ludwig", "van beethoven"},
      {"Ahmed bin Salman", "ahmed", "bin salman"},
      {"NKEMELU Ada", "ada", "nkemelu"},
      {"VAN DYKE Mary Ann", "mary ann", "van dyke"},
      {"JOHN SMITH", "john", "smith"},
      {"MRS JANE Smith", "mrs jane", "smith"},
      {"Sukarno", "", "sukarno"},
      {"John Smith, Jr", "john", "smith jr"},
      {"John Smith Jr", "john", "smith jr"},
      {"George Clarke, 1st Baron Sydenham of Combe", "george", "clarke"},
      {"Sir Thomas Worsfold, baronet", "sir thomas", "worsfold"},
      {"", "", ""},
      {",", "", ""},
  };
  for (const auto& row : kTable) {
    const auto name = split_whole_name(row.text);
    EXPECT_EQ(fold(name.given), row.given) << row.text;
    EXPECT_EQ(fold(name.surname), row.surname) << row.text;
  }
}

TEST(WholeName, ManyCommasAreHarmless) {
  const auto name = split_whole_name(std::string(1000, ','));
  EXPECT_EQ(name.given.find_first_not_of(", "), std::string::npos);
}

TEST(TitlesAndSuffixes, HaveOneSpelling) {
  EXPECT_EQ(read_title("MR."), "mr");
  EXPECT_EQ(read_title("Doctor"), "dr");
  EXPECT_EQ(read_title("Baroness"), "baroness");
  EXPECT_EQ(read_suffix("Junior"), "jr");
  EXPECT_EQ(read_suffix("Snr."), "sr");
  EXPECT_EQ(read_suffix("3rd"), "iii");
  EXPECT_EQ(read_suffix("xyz"), "");
}

}  // namespace
}  // namespace gmpi
