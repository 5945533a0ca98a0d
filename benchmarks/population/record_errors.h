// benchmarks/population/record_errors.h - a faithful copy of the truth becomes a record of a hurried world.
#pragma once

#include "benchmarks/population/records.h"
#include "benchmarks/population/sources.h"

namespace gmpi::population {

/// What goes wrong in one record goes wrong together: a bad clerk, a person hard to record, a poor system.
struct RecordMood {
  const SourceSystem& source;
  const SourceRates& rates;
  double worse;  // factor on every error rate; mean 1

  double rate(double base) const { return std::min(0.95, base * worse); }
};

RecordMood draw_mood(const SourceSystem& source, const Person& person, Random& random);

/// Each spoils one part of `record`, which holds the truth of `person` as the source last heard it.
void spoil_name(const World& world, const RecordMood& mood, const Person& person, Record& record,
                Random& random);
void spoil_birth_date(const RecordMood& mood, const Person& person, Day other_birth, Record& record,
                      Random& random);
void spoil_address(const World& world, const RecordMood& mood, Record& record, Random& random);
void spoil_sex_and_title(const RecordMood& mood, Record& record, Random& random);
/// `others` are numbers of people near by, the household's first; none may be the person's own.
void spoil_nhs_number(const RecordMood& mood, const std::vector<std::uint64_t>& household_numbers,
                      std::uint64_t stranger_number, Record& record, Random& random);
/// Drops what the source does not keep and writes the rest its way.
void apply_house_style(const RecordMood& mood, Record& record, Random& random);

}  // namespace gmpi::population
