// Opening: the index as the store says it was, made current where the model or the standard form has moved
// on.

#include <numeric>

#include "index/load_index.h"
#include "index/store_keys.h"
#include "linkage/linker_impl.h"
#include "linkage/person_columns.h"
#include "linkage/rebuild.h"

namespace gmpi {

namespace {

/// What the store's derived data were made by; nothing in a store without records.
struct Basis {
  std::optional<std::string> standard_form;
  std::optional<std::string> model;
};

Result<Basis> read_basis(const Store& store) {
  Basis basis;
  for (const auto& [key, into] :
       {std::pair{kStandardFormStoreKey, &basis.standard_form}, {kModelStoreKey, &basis.model}}) {
    auto value = store.get(Table::kMeta, key);
    if (!value) return value.error();
    if (*value) *into = std::move((*value)->bytes);
  }
  return basis;
}

Status load(Linker::Impl& linker, const Basis& basis) {
  const bool same_form = basis.standard_form == std::to_string(kStandardForm);
  const bool same_model = same_form && basis.model == linker.bundle.version;
  if (!same_model && basis.model && !linker.options.relink)
    return make_error(ErrorCode::kConflict, "this index was linked by model " + *basis.model + ", not by " +
                                                linker.bundle.version +
                                                (same_form ? "" : ", and by an older standard form") +
                                                ": `gmpi serve --relink` or `gmpi import --relink` decides every record "
                                                "anew, which may change who is who");
  if (!same_form && basis.standard_form)
    if (auto done = restandardize(linker); !done) return done;
  const auto how = same_model ? IdentityLoad::kStrict : IdentityLoad::kUnfinished;
  if (auto loaded = load_people(linker.store, how, linker.index); !loaded) return loaded;
  if (linker.index.rows() > 0 && !basis.standard_form)
    return make_error(ErrorCode::kCorrupt, "store: holds records, but does not say what they were linked by");
  linker.rules->refresh();
  build_postings(*linker.rules, linker.index);
  linker.new_basis = linker.index.rows() == 0;
  if (same_model) return load_ties(linker.store, linker.index);
  return linker.index.rows() == 0 ? Status(Done{}) : relink(linker);
}

}  // namespace

Result<std::unique_ptr<Linker>> Linker::open(const ModelBundle& bundle, Store& store, const Clock& clock,
                                             const LinkerOptions& options) {
  if (bundle.policy_text.empty())
    return make_error(ErrorCode::kInvalidInput,
                      "the bundle has no policy.toml: a living index needs its thresholds");
  auto policy = read_policy(bundle.policy_text, "policy.toml");
  if (!policy) return policy.error();
  *policy = live_policy(std::move(*policy));
  auto columns = person_columns(bundle.model, *policy);
  if (!columns) return columns.error();
  auto impl = std::make_unique<Impl>(bundle, store, clock, options, std::move(*columns));
  auto rules = LinkingRules::compile(bundle, *policy, impl->index.records());
  if (!rules) return rules.error();
  impl->rules = std::move(*rules);
  const auto basis = read_basis(store);
  if (!basis) return basis.error();
  if (auto loaded = load(*impl, *basis); !loaded) return loaded.error();
  impl->last_sequence = store.head().seq;
  std::vector<RowId> rows(impl->index.rows());
  std::iota(rows.begin(), rows.end(), RowId{0});
  impl->open_reviews = count_open_reviews(impl->index, impl->rules->policy(), rows);
  CommitterLimits limits;
  limits.queue_requests_max = options.pending_commits_max;
  impl->committer = std::make_unique<Committer>(store, limits);
  return std::unique_ptr<Linker>(new Linker(std::move(impl)));
}

}  // namespace gmpi
