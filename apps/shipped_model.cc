#include "apps/shipped_model.h"

#include "apps/embedded_file.h"
#include "matcher/compiled_policy.h"
#include "matcher/model_file.h"

namespace gmpi {

namespace {

Result<ModelBundle> shipped_bundle() {
  std::vector<BundleFile> files;
  for (const EmbeddedFile* file = kShippedPersonModel; file->name != nullptr; ++file)
    files.push_back({file->name, std::string(file->begin, file->end)});
  return bundle_from_files(std::move(files), "shipped person model");
}

}  // namespace

Result<LoadedModel> load_model(const std::string& path) {
  auto bundle = path.empty() ? shipped_bundle() : read_bundle(path);
  if (!bundle) return bundle.error();
  LoadedModel loaded{std::move(*bundle), {}};
  if (loaded.bundle.policy_text.empty()) return loaded;
  auto policy = read_policy(loaded.bundle.policy_text, (path.empty() ? "shipped person model" : path) + "/policy.toml");
  if (!policy) return policy.error();
  loaded.policy = std::move(*policy);
  return loaded;
}

}  // namespace gmpi
