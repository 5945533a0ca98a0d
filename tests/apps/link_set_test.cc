// Files become a packed set: standardised for a person model, as they are for a model of their own columns.
#include "apps/link_set.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <map>

#include "apps/shipped_model.h"
#include "matcher/model_file.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kOwnModel = R"json({
  "link_type": "dedupe_only",
  "probability_two_random_records_match": 0.01,
  "unique_id_column_name": "key",
  "sql_dialect": "duckdb",
  "blocking_rules_to_generate_predictions": ["l.\"family\" = r.\"family\""],
  "comparisons": [
    {"output_column_name": "family", "comparison_levels": [
      {"sql_condition": "\"family_l\" IS NULL OR \"family_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "\"family_l\" = \"family_r\"", "label_for_charts": "equal", "m_probability": 0.8, "u_probability": 0.1,
       "tf_adjustment_column": "family", "tf_adjustment_weight": 1.0},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.2, "u_probability": 0.9}]},
    {"output_column_name": "age", "comparison_levels": [
      {"sql_condition": "\"age_l\" IS NULL OR \"age_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "abs(\"age_l\" - \"age_r\") <= 1", "label_for_charts": "near", "m_probability": 0.8, "u_probability": 0.1},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.2, "u_probability": 0.9}]},
    {"output_column_name": "tags", "comparison_levels": [
      {"sql_condition": "\"tags_l\" IS NULL OR \"tags_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "array_length(list_intersect(\"tags_l\", \"tags_r\")) >= 1", "label_for_charts": "one", "m_probability": 0.8, "u_probability": 0.1},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.2, "u_probability": 0.9}]}
  ]
})json";

LinkSetOptions of_files(std::vector<std::string> files) {
  LinkSetOptions options;
  options.files = std::move(files);
  return options;
}

std::string text_of(const LinkSet& set, RowId row, std::string_view column) {
  const PackedRecords& records = *set.records;
  for (std::size_t c = 0; c < records.given_columns(); ++c)
    if (records.column(static_cast<ColumnId>(c)).name == column)
      return std::string(records.dictionary(static_cast<ColumnId>(c)).text(records.view(row).line[c]));
  return "no such column";
}

std::vector<std::string> ids_of(const LinkSet& set) {
  std::vector<std::string> ids;
  for (RowId row = 0; row < set.ids.size(); ++row) ids.emplace_back(set.ids[row]);
  return ids;
}

class LinkSetTest : public testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    const std::string path = directory_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  static LoadedModel shipped() {
    auto model = load_model("");
    if (!model) throw std::runtime_error(model.error().message);
    return std::move(*model);
  }
  LoadedModel own() {
    auto model = load_model(write("model.json", kOwnModel));
    if (!model) throw std::runtime_error(model.error().message);
    return std::move(*model);
  }

  Result<std::unique_ptr<LinkSet>> load(const LoadedModel& model, LinkSetOptions options) {
    Progress progress({});
    return load_link_set(model.bundle, model.policy, options, progress);
  }

  TemporaryDirectory directory_;
};

TEST_F(LinkSetTest, StandardisesPeople) {
  const auto path = write("people.csv",
                          "record_id,source,Forename,Surname,DOB,shoe size\n"
                          "2,gp,ANN,O'Neill,02/01/1980,5\n"
                          "1,gp,Ann,Oneill,1980-01-02,\n");
  const auto set = load(shipped(), of_files({path}));
  ASSERT_TRUE(set) << set.error().message;
  const LinkSet& loaded = **set;
  EXPECT_THAT(ids_of(loaded), ElementsAre("2", "1"));
  EXPECT_THAT(loaded.rank, ElementsAre(1, 0));
  EXPECT_THAT(loaded.ids.sources(), ElementsAre(0, 0));
  EXPECT_THAT(loaded.source_names, ElementsAre("gp"));
  EXPECT_THAT(loaded.rejects, IsEmpty());
  const auto surname = *loaded.records->find_column("surname"), dob = *loaded.records->find_column("dob");
  for (RowId row = 0; row < 2; ++row) {
    EXPECT_EQ(loaded.records->column_value(surname, loaded.records->view(row)),
              SqlValue{std::string("oneill")});
    EXPECT_EQ(loaded.records->column_value(dob, loaded.records->view(row)),
              SqlValue{std::string("1980-01-02")});
  }
  EXPECT_THAT(loaded.notes, Contains(path + ": Forename taken as given_name"));
  EXPECT_THAT(loaded.notes, Contains(path + ": column 6 not used"));
}

TEST_F(LinkSetTest, NumbersSourcesAcrossFilesAndUsesThePathWhereNoneIsNamed) {
  const auto a = write("a.csv", "id,source,surname\n1,gp,Shaw\n2,acute,Shaw\n");
  const auto b = write("b.csv", "id,surname\n1,Shaw\n");
  const auto set = load(shipped(), of_files({a, b}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT((*set)->ids.sources(), ElementsAre(0, 1, 2));
  EXPECT_THAT((*set)->source_names, ElementsAre("gp", "acute", b));
  EXPECT_THAT((*set)->rank, ElementsAre(2, 1, 0)) << "by source, then id: a path begins with '/'";
  EXPECT_TRUE((*set)->input(false).source.empty());
  EXPECT_EQ((*set)->input(true).source.size(), 3u);
}

TEST_F(LinkSetTest, UsesTheCellsOfAModelsOwnColumnsAsTheyAre) {
  const auto path = write("own.csv",
                          "key,family,age,tags,unused\n"
                          "a,O'Neill,30,x|y,1\n"
                          "b,O'Neill,31.0,y,2\n"
                          "c,O'NEILL,30,,3\n");
  const auto set = load(own(), of_files({path}));
  ASSERT_TRUE(set) << set.error().message;
  const LinkSet& loaded = **set;
  EXPECT_THAT(ids_of(loaded), ElementsAre("a", "b", "c"));
  const auto& records = *loaded.records;
  EXPECT_EQ(records.column_value(*records.find_column("family"), records.view(0)),
            SqlValue{std::string("O'Neill")});
  EXPECT_EQ(records.column_value(*records.find_column("age"), records.view(1)), SqlValue{std::int64_t{31}});
  EXPECT_EQ(records.column_value(*records.find_column("tags"), records.view(0)),
            (SqlValue{SqlList{{std::string("x")}, {std::string("y")}}}));
  const ScoredPair scored = loaded.model->score(records.view(0), records.view(1));
  for (const auto& outcome : scored.comparisons) EXPECT_EQ(outcome.level, 1) << "family, age and a tag agree";
  EXPECT_NEAR(scored.comparisons[0].tf_adjustment, std::log2(0.1) - std::log2(2.0 / 3), 1e-12)
      << "a bare model counts frequencies from its input";
}

TEST_F(LinkSetTest, RanksPeopleBySourceThenIdWithNothingBetween) {
  const auto path = write("people.csv", "id,source,surname\n10,gp,Shaw\n9,gp,Shaw\n1,gp-a,Khan\n");
  const auto set = load(shipped(), of_files({path}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT((*set)->rank, ElementsAre(0, 1, 2));
}

TEST_F(LinkSetTest, RanksIdsOfOneTableAsNumbersWhenAllAreAsSplinkDoes) {
  const auto ranks = [&](std::string_view ids) {
    std::string text = "key,family,age,tags\n";
    for (const char c : ids) text += c == ' ' ? std::string(",Shaw,30,\n") : std::string(1, c);
    const auto set = load(own(), of_files({write("own.csv", text)}));
    return set ? (*set)->rank : std::vector<std::uint32_t>();
  };
  EXPECT_THAT(ranks("10 9 -3 +4 "), ElementsAre(3, 2, 0, 1));
  EXPECT_THAT(ranks("10 9 3a "), ElementsAre(0, 2, 1));
  EXPECT_THAT(ranks("7 07 6 "), ElementsAre(2, 1, 0));
  EXPECT_THAT(ranks("9223372036854775807 -9223372036854775808 0 "), ElementsAre(2, 0, 1));
  EXPECT_THAT(ranks("9223372036854775808 10 9 "), ElementsAre(2, 0, 1)) << "beyond 64 bits ids are texts";
}

TEST_F(LinkSetTest, RejectsRowsOfOwnColumnsWithoutIdOrNumber) {
  const auto path =
      write("own.csv", "key,family,age,tags\na,Shaw,30,\nb,Shaw,thirty,\n,Shaw,30,\nc,Shaw,,\nd,Shaw\n");
  const auto set = load(own(), of_files({path}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(ids_of(**set), ElementsAre("a", "c"));
  ASSERT_EQ((*set)->rejects.size(), 3u);
  EXPECT_EQ((*set)->rejects[0].line, 3u);
  EXPECT_EQ((*set)->rejects[0].reason, "column 'age' holds no number, and the model calculates with it");
  EXPECT_EQ((*set)->rejects[1].reason, "no id");
  EXPECT_EQ((*set)->rejects[2].line, 6u);
}

TEST_F(LinkSetTest, ListsRowsOfPeopleItCannotTake) {
  const auto path =
      write("people.csv",
            "id,surname,event_date\n1,Shaw,\n,Shaw,\n3,Shaw,yesterday\n4,Shaw,,,\n5,Khan,2020-01-01\n");
  const auto set = load(shipped(), of_files({path}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(ids_of(**set), ElementsAre("1", "5"));
  std::vector<std::uint64_t> lines;
  for (const auto& reject : (*set)->rejects) lines.push_back(reject.line);
  EXPECT_THAT(lines, testing::UnorderedElementsAre(3u, 4u, 5u));
}

TEST_F(LinkSetTest, RejectsARowWhoseIdStandsFurtherUpInItsSource) {
  const auto a = write("a.csv", "id,source,surname\n1,gp,Shaw\n2,gp,Shaw\n1,gp,Khan\n1,pas,Khan\n");
  const auto b = write("b.csv", "id,source,surname\n3,gp,Shaw\n2,gp,Patel\n");
  const auto set = load(shipped(), of_files({a, b}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(ids_of(**set), ElementsAre("gp/1", "gp/2", "pas/1", "gp/3"));
  EXPECT_EQ((*set)->records->rows(), 4u);
  ASSERT_EQ((*set)->rejects.size(), 2u);
  EXPECT_EQ((*set)->rejects[0].file, a);
  EXPECT_EQ((*set)->rejects[0].line, 4u);
  EXPECT_EQ((*set)->rejects[0].reason, "the id stands further up in its source: " + a + ":2");
  EXPECT_EQ((*set)->rejects[1].file, b);
  EXPECT_EQ((*set)->rejects[1].reason, "the id stands further up in its source: " + a + ":3");
}

TEST_F(LinkSetTest, OfSeveralVersionsOfARecordTakesTheCurrentOneWhereverItStands) {
  const std::vector<std::string> rows = {"1,gp,Shaw,9,", "1,gp,Khan,10,", "1,gp,Patel,2,", "1,gp,Khan,10,",
                                         "2,gp,Omar,,2020-01-02", "2,gp,Grace,7,2020-01-01"};
  for (const bool backwards : {false, true}) {
    auto order = rows;
    if (backwards) std::reverse(order.begin(), order.end());
    std::string text = "id,source,surname,version,event_date\n";
    for (std::size_t i = 0; i < 3; ++i) text += order[i] + "\n";
    std::string more = "id,source,surname,event_date,version\n";  // another file, another order of columns
    for (std::size_t i = 3; i < order.size(); ++i) {
      const std::size_t version = order[i].find(',', std::string_view("1,gp,").size()) + 1, date = order[i].rfind(',') + 1;
      more += order[i].substr(0, version) + order[i].substr(date) + "," + order[i].substr(version, date - 1 - version) + "\n";
    }
    const auto set = load(shipped(), of_files({write("a.csv", text), write("b.csv", more)}));
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_THAT((*set)->rejects, testing::IsEmpty());
    ASSERT_EQ((*set)->records->rows(), 2u);
    for (RowId row = 0; row < 2; ++row)
      EXPECT_EQ(text_of(**set, row, "surname"), (*set)->ids[row] == "1" ? "khan" : "omar");
    EXPECT_THAT((*set)->notes, testing::Contains(testing::StartsWith("4 rows are other versions of a record")));
  }
}

TEST_F(LinkSetTest, RejectsAVersionWithTwoContentsAndARowThatSaysNoVersion) {
  const auto file = write("a.csv",
                          "id,source,surname,version\n1,gp,Shaw,9\n1,gp,Khan,9\n1,gp,Khan,\n1,gp,Khan,8\n2,gp,Omar,\n2,gp,Omar,3\n");
  const auto set = load(shipped(), of_files({file}));
  ASSERT_TRUE(set) << set.error().message;
  std::map<std::uint64_t, std::string> reasons;
  for (const auto& reject : (*set)->rejects) reasons[reject.line] = reject.reason;
  EXPECT_THAT(reasons, ElementsAre(testing::Pair(3, testing::StartsWith("version: ")),
                                   testing::Pair(4, testing::StartsWith("the id stands further up")),
                                   testing::Pair(7, testing::StartsWith("the id stands further up"))));
  EXPECT_EQ(text_of(**set, 0, "surname"), "shaw");
}

TEST_F(LinkSetTest, RejectsRepeatedIdsAmongThousandsWithoutMixingUpTheRest) {
  std::string text = "key,family,age,tags\n";
  std::vector<std::string> ids;
  for (int i = 0; i < 20'000; ++i) {
    const bool again = i % 10 == 9;
    const std::string id = "r" + std::to_string(again ? i - 5 : i);
    text += id + ",F" + std::to_string(i) + ",30,\n";
    if (!again) ids.push_back(id);
  }
  const auto set = load(own(), of_files({write("own.csv", text)}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(ids_of(**set), ids);
  EXPECT_EQ((*set)->rejects.size(), 2'000u);
  const auto& records = *(*set)->records;
  for (RowId row = 0; row < ids.size(); row += 37)
    EXPECT_EQ(records.column_value(*records.find_column("family"), records.view(row)), SqlValue{"F" + ids[row].substr(1)});
}

TEST_F(LinkSetTest, SaysWhichColumnAFlagMayHaveMeant) {
  const auto path = write("people.csv", "Patient Id,surname\n1,Shaw\n");
  LinkSetOptions options = of_files({path});
  options.table.id_column = "Patient ID";
  const auto person = load(shipped(), options);
  ASSERT_FALSE(person);
  EXPECT_EQ(person.error().code, ErrorCode::kConflict);
  EXPECT_THAT(person.error().message, HasSubstr("no column 'Patient ID' to take ids from; did you mean 'Patient Id'?"));
  LinkSetOptions own_columns = of_files({write("own.csv", "key,family,age,tags\na,Shaw,30,\n")});
  own_columns.table.source_column = "familiy";
  const auto as_it_is = load(own(), own_columns);
  ASSERT_FALSE(as_it_is);
  EXPECT_EQ(as_it_is.error().code, ErrorCode::kConflict);
  EXPECT_THAT(as_it_is.error().message, HasSubstr("did you mean 'family'?"));
}

TEST_F(LinkSetTest, NamesTheFileThatDoesNotFit) {
  const auto good = write("good.csv", "key,family,age,tags\na,Shaw,30,\n");
  const auto other = write("other.csv", "key,family,age\nb,Shaw,30\n");
  const auto lacks = load(own(), of_files({good, other}));
  ASSERT_FALSE(lacks);
  EXPECT_EQ(lacks.error().message, other + ":1: no column 'tags', which the model reads");
  const auto no_id = load(own(), of_files({write("noid.csv", "family,age,tags\nShaw,30,\n")}));
  ASSERT_FALSE(no_id);
  EXPECT_THAT(no_id.error().message, HasSubstr("noid.csv:1: no id column 'key'"));
  const auto no_person = load(shipped(), of_files({write("shoes.csv", "id,shoe\n1,5\n")}));
  ASSERT_FALSE(no_person);
  EXPECT_THAT(no_person.error().message, HasSubstr("shoes.csv:1: no column of a person is recognised"));
  const auto neither = load(own(), of_files({write("people.csv", "id,surname\n1,Shaw\n")}));
  ASSERT_FALSE(neither);
  EXPECT_THAT(neither.error().message, HasSubstr("no person column is called '"));
  EXPECT_FALSE(load(shipped(), of_files({directory_ / "absent.csv"})));
  EXPECT_FALSE(load(shipped(), of_files({})));
}

TEST_F(LinkSetTest, TakesThePriorOfTheModelOfTheSizeOrTheOneGiven) {
  const auto path = write("people.csv", "id,surname\n1,Shaw\n2,Shaw\n3,Shaw\n4,Shaw\n");
  const auto with_prior = [](const std::string& file, std::optional<double> asked) {
    LinkSetOptions options = of_files({file});
    options.prior = asked;
    return options;
  };
  const auto prior = [&](std::optional<double> asked) {
    return (*load(shipped(), with_prior(path, asked)))->model->prior_weight();
  };
  EXPECT_DOUBLE_EQ(prior({}), weight_of_probability(shipped().bundle.model.prior));
  EXPECT_DOUBLE_EQ(prior(0.0), weight_of_probability(0.25));
  EXPECT_DOUBLE_EQ(prior(0.001), weight_of_probability(0.001));
  const auto one = write("one.csv", "id,surname\n1,Shaw\n");
  EXPECT_DOUBLE_EQ((*load(shipped(), with_prior(one, 0.0)))->model->prior_weight(), 0)
      << "a prior of 1 would make everyone one";
}

TEST_F(LinkSetTest, CountsFrequenciesFromTheInputOnlyWhenAsked) {
  const auto path = write("people.csv", "id,surname\n1,Shaw\n2,Shaw\n3,Khan\n4,Zyzzyva\n");
  const auto adjustment = [&](bool count) {
    LinkSetOptions options = of_files({path});
    options.count_frequencies = count;
    const auto set = std::move(*load(shipped(), options));
    const auto scored = set->model->score(set->records->view(0), set->records->view(1));
    for (std::size_t c = 0; c < scored.comparisons.size(); ++c)
      if (set->model->model().comparisons[c].output_column_name == "surname")
        return scored.comparisons[c].tf_adjustment;
    return 0.0;
  };
  const auto& comparisons = shipped().bundle.model.comparisons;
  const auto surname = std::find_if(comparisons.begin(), comparisons.end(),
                                    [](const Comparison& c) { return c.output_column_name == "surname"; });
  EXPECT_NEAR(adjustment(true), std::log2(*surname->levels[1].u) - std::log2(0.5), 1e-12);
  EXPECT_GT(adjustment(false), adjustment(true));
}

}  // namespace
}  // namespace gmpi
