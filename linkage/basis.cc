#include "linkage/basis.h"

#include <string_view>

#include "index/store_keys.h"

namespace gmpi {

namespace {

constexpr std::string_view kUnfinished = "unfinished:";
constexpr std::string_view kDecided = "decided:";

std::string_view prefix_of(BasisStage stage) {
  switch (stage) {
    case BasisStage::kAtRest: return {};
    case BasisStage::kUnfinished: return kUnfinished;
    case BasisStage::kDecided: return kDecided;
  }
  return {};
}

}  // namespace

Result<std::optional<Basis>> read_basis(const Store& store) {
  auto form = store.get(Table::kMeta, kStandardFormStoreKey);
  if (!form) return form.error();
  auto model = store.get(Table::kMeta, kModelStoreKey);
  if (!model) return model.error();
  if (!*form && !*model) return std::optional<Basis>();
  if (!*form || !*model)
    return make_error(ErrorCode::kCorrupt, "store: table meta says half of what its records were linked by");
  Basis basis{.standard_form = std::move((*form)->bytes), .model = std::move((*model)->bytes)};
  for (const BasisStage stage : {BasisStage::kUnfinished, BasisStage::kDecided}) {
    if (!basis.model.starts_with(prefix_of(stage))) continue;
    basis.stage = stage;
    basis.model.erase(0, prefix_of(stage).size());
    break;
  }
  return std::optional(std::move(basis));
}

void append_basis(const Basis& basis, std::vector<Write>& batch) {
  batch.push_back(Put{Table::kMeta, std::string(kStandardFormStoreKey), basis.standard_form});
  batch.push_back(
      Put{Table::kMeta, std::string(kModelStoreKey), std::string(prefix_of(basis.stage)) + basis.model});
}

}  // namespace gmpi
