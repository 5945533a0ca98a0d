// apps/train_report.h - what training did, for a person and as JSON. Neither holds a value of any record.
#pragma once

#include <string>

#include "linkage/train_model.h"

namespace gmpi {

struct TrainReport {
  const TrainedModel& trained;
  const LinkageModel& start;
  PriorSource prior_source = PriorSource::kStart;
  std::uint64_t records = 0;
  std::uint64_t rejected = 0;
  const LinkageModel* other = nullptr;  // whose parameters stand beside
  std::string other_name = {};
  double seconds = 0;
};

std::string train_report_text(const TrainReport& report);
std::string train_report_json(const TrainReport& report);

}  // namespace gmpi
