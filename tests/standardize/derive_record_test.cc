#include "standardize/derive_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standardize/column_kind.h"

namespace gmpi {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

StandardRecord derived(const std::vector<Derivation>& derivations, const std::vector<std::string>& headers,
                       const std::vector<std::string_view>& cells) {
  auto deriver = RecordDeriver::plan(derivations, headers);
  EXPECT_TRUE(deriver) << (deriver ? "" : deriver.error().message);
  return deriver ? deriver->derive(cells) : StandardRecord{};
}

std::string one(const std::string& as, std::string_view cell) {
  return std::string(derived({{"x", {"h"}, as}}, {"h"}, {cell}).text("x"));
}

TEST(DeriveRecord, EqualValuesInOtherSpellingsBecomeEqual) {
  EXPECT_EQ(one("given_name", "Dr. Zoë-Ann"), one("given_name", "ZOE ANN"));
  EXPECT_EQ(one("surname", "O'Brien"), one("surname", "O BRIEN"));
  EXPECT_EQ(one("date", "1.5.1980"), "1980-05-01");
  EXPECT_EQ(one("postcode", "m13 9wl"), one("postcode", "M139WL"));
  EXPECT_EQ(one("phone", "+44 (0)161 496 0000"), one("phone", "0161 4960000"));
  EXPECT_EQ(one("identifier", "341-12-7879"), "341127879");
}

TEST(DeriveRecord, SpoiltValuesKeepWhatIsLeftOfThem) {
  EXPECT_EQ(one("date", "1967-08-97"), "1967-08-97");
  EXPECT_EQ(one("postcode", "45x5"), "45x5");
}

TEST(DeriveRecord, PlaceholdersAreMissing) {
  for (const auto text : {"unknown", "N/A", "-", "BABY BOY"}) EXPECT_EQ(one("given_name", text), "") << text;
  EXPECT_EQ(one("identifier", "0000000"), "");
  EXPECT_EQ(one("postcode", "ZZ99 3VZ"), "");
  EXPECT_EQ(one("email", "none@none.com"), "");
}

TEST(DeriveRecord, ValuesOneEditApartShareANeighbour) {
  const auto near = [](std::string_view a, std::string_view b) {
    const auto x = deletion_neighbourhood(a), y = deletion_neighbourhood(b);
    return std::any_of(x.begin(), x.end(), [&](const auto& v) { return std::find(y.begin(), y.end(), v) != y.end(); });
  };
  EXPECT_TRUE(near("jones", "jonse"));
  EXPECT_TRUE(near("jones", "jone"));
  EXPECT_TRUE(near("jones", "jxnes"));
  EXPECT_FALSE(near("jones", "smith"));
  EXPECT_THAT(deletion_neighbourhood("abc"), UnorderedElementsAre("ab", "abc", "ac", "bc"));
}

TEST(DeriveRecord, WholeNamesAreTakenApart) {
  const std::vector<Derivation> plan = {
      {"given_name", {"n"}, "first_of_name"}, {"surname", {"n"}, "last_of_name"}, {"forenames", {"n"}, "words_but_last"}};
  const auto record = derived(plan, {"n"}, {"Mary Ann LEE"});
  EXPECT_EQ(record.text("given_name"), "mary");
  EXPECT_EQ(record.text("surname"), "lee");
  EXPECT_THAT(record.find("forenames")->values, ElementsAre("ann", "mary"));
}

TEST(DeriveRecord, AnOtherNameIsInTheListWithTheFamilyName) {
  const auto names = [](std::string_view surname, std::string_view others) {
    const auto record = derived({{"f", {"s", "o"}, "family_names"}}, {"s", "o"}, {surname, others});
    return record.find("f") == nullptr ? std::vector<std::string>() : record.find("f")->values;
  };
  EXPECT_THAT(names("Cuski", ""), ElementsAre("cuski"));
  EXPECT_THAT(names("Raj Cuski", "Raj Patel|Rajesh Cuski; Mehta"), UnorderedElementsAre("cuski", "patel", "mehta"));
  EXPECT_TRUE(names("", "").empty());
}

TEST(DeriveRecord, FormsOfOneNameShareARoot) {
  const auto roots = [](std::string_view name) {
    const auto record = derived({{"g", {"g"}, "given_name"}}, {"g"}, {name});
    return record.find("g_roots") == nullptr ? std::vector<std::string>() : record.find("g_roots")->values;
  };
  EXPECT_THAT(roots("Liz"), Contains("elizabeth"));
  EXPECT_THAT(roots("Elizabeth"), Contains("elizabeth"));
  EXPECT_TRUE(roots("Xqzt").empty());
}

TEST(DeriveRecord, TheFirstColumnThatIsFilledCounts) {
  const std::vector<std::string> headers = {"a", "b"};
  EXPECT_EQ(derived({{"d", headers, "date"}}, headers, {"", "1.5.1980"}).text("d"), "1980-05-01");
  EXPECT_EQ(derived({{"d", headers, "date"}}, headers, {"1980-05-02", "1.5.1980"}).text("d"), "1980-05-02");
  const std::vector<Derivation> names = {{"g", headers, "given_name_or_whole_name"}, {"s", headers, "surname_or_whole_name"}};
  EXPECT_EQ(derived(names, headers, {"", "Lee, Ann"}).text("g"), "ann");
  EXPECT_EQ(derived(names, headers, {"", "Lee, Ann"}).text("s"), "lee");
  EXPECT_EQ(derived(names, headers, {"Mary", "Lee, Ann"}).text("g"), "mary");
}

TEST(DeriveRecord, DatePartsAndListsOfSeveralColumns) {
  EXPECT_EQ(derived({{"d", {"y", "m", "t"}, "date_parts"}}, {"y", "m", "t"}, {"1949", "7", "22"}).text("d"), "1949-07-22");
  const auto phones = derived({{"p", {"a", "b"}, "phones"}}, {"a", "b"}, {"0161 496 0000", "07700900123"});
  EXPECT_EQ(phones.find("p")->values.size(), 2U);
}

TEST(DeriveRecord, WrongDerivationsAreRefusedByName) {
  const std::vector<std::string> headers = {"h"};
  const auto message = [&](const std::vector<Derivation>& derivations) {
    const auto deriver = RecordDeriver::plan(derivations, headers);
    return deriver ? std::string() : deriver.error().message;
  };
  EXPECT_THAT(message({{"x", {"h"}, "nonsense"}}), HasSubstr("nonsense"));
  EXPECT_THAT(message({{"x", {"other"}, "date"}}), HasSubstr("'other'"));
  EXPECT_THAT(message({{"x", {"h"}, "date_parts"}}), HasSubstr("date_parts"));
  EXPECT_THAT(message({{"x", {"h"}, "date"}, {"x", {"h"}, "date"}}), HasSubstr("twice"));
  EXPECT_THAT(message({{"x", {"h"}, "date"}, {"x_near", {"h"}, "date"}}), HasSubstr("twice"));
}

TEST(DeriveRecord, NoInputBreaksIt) {
  const std::string long_text(100'000, 'x');
  for (const auto& recipe : {"given_name", "surname", "date", "postcode", "place", "street", "phone", "email", "identifier",
                             "code", "text", "house_number", "first_of_name", "last_of_name", "words", "words_but_last",
                             "family_names"})
    for (const std::string_view cell : {std::string_view("\xff\xfe"), std::string_view(long_text), std::string_view("\0x", 2),
                                        std::string_view("'"), std::string_view("--"), std::string_view(" ")})
      (void)derived({{"x", {"h"}, recipe}}, {"h"}, {cell});
}

}  // namespace
}  // namespace gmpi
