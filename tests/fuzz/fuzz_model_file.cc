// The model reader neither crashes nor hangs; what it accepts is a usable model, and what we write of it
// reads back.
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "matcher/model_file.h"

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto model = gmpi::read_model(json, "fuzz.json");
  if (!model) {
    expect(model.error().message.starts_with("fuzz.json"));
    return 0;
  }
  expect(model->prior > 0 && model->prior < 1);
  for (const auto& comparison : model->comparisons) {
    for (const auto& level : comparison.levels) {
      if (level.is_null_level) continue;
      expect(level.m && *level.m > 0 && *level.m <= 1);
      expect(level.u && *level.u > 0 && std::isfinite(*level.u));
    }
  }
  const auto written = gmpi::write_model(*model);
  const auto again = gmpi::read_model(written, "written.json");
  expect(again.ok());
  expect(gmpi::write_model(*again) == written);
  return 0;
}
