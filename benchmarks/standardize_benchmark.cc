// How many records a second does one core standardise? To beat: 150,000 full ASCII records (a load of 25
// million records then spends under three minutes of one core here).
#include <benchmark/benchmark.h>

#include "standardize/fold.h"
#include "standardize/person.h"
#include "standardize/phonetics.h"

namespace gmpi {
namespace {

SourceRecord hospital_record() {
  SourceRecord record;
  record.key = {"RXX", "000001"};
  record.fields = {{"nhs_number", "943 476 5919"},
                   {"nhs_number_status", "01"},
                   {"title", "Mrs"},
                   {"given_name", "Catherine"},
                   {"middle_names", "Mary"},
                   {"surname", "O'Brien-Smith"},
                   {"previous_surname", "Jones"},
                   {"dob", "1980-05-04"},
                   {"sex", "F"},
                   {"address_line", "Flat 3, 12 Oxford Road"},
                   {"town", "Manchester"},
                   {"postcode", "M13 9PL"},
                   {"phone", "07700 900123"},
                   {"email", "cath@example.net"},
                   {"identifier", "mrn:123456"},
                   {"gp_practice", "P84009"}};
  return record;
}

SourceRecord with_names(std::string given, std::string surname) {
  SourceRecord record = hospital_record();
  record.fields[3].value = std::move(given);
  record.fields[5].value = std::move(surname);
  return record;
}

void standardize(benchmark::State& state, const SourceRecord& record) {
  StandardizeOptions options;
  options.test_nhs_numbers = true;
  for (auto _ : state) benchmark::DoNotOptimize(standardize_person(record, options));
  state.SetItemsProcessed(state.iterations());
}

void bm_person_ascii(benchmark::State& state) {
  standardize(state, hospital_record());
}
void bm_person_marks(benchmark::State& state) {
  standardize(state, with_names("Łucja", "Święcicka-Müller"));
}
void bm_person_other_script(benchmark::State& state) {
  standardize(state, with_names("Олександр", "Шевченко"));
}
BENCHMARK(bm_person_ascii);
BENCHMARK(bm_person_marks);
BENCHMARK(bm_person_other_script);

void bm_person_short(benchmark::State& state) {
  SourceRecord record;
  record.fields = {
      {"given_name", "ada"}, {"surname", "jones"}, {"dob", "1980-05-04"}, {"postcode", "M1 1AE"}};
  standardize(state, record);
}
BENCHMARK(bm_person_short);

void bm_fold_ascii(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(fold("Catherine"));
}
BENCHMARK(bm_fold_ascii);

void bm_double_metaphone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(double_metaphone("schermerhorn"));
}
BENCHMARK(bm_double_metaphone);

}  // namespace
}  // namespace gmpi

BENCHMARK_MAIN();
