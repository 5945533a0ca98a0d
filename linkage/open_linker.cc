// Opening: the index as the store says it was, made current where the model or the standard form has moved
// on.

#include "index/load_index.h"
#include "linkage/linker_impl.h"
#include "linkage/person_columns.h"
#include "linkage/rebuild.h"

namespace gmpi {

namespace {

Error relink_needed(const Basis& basis, const std::string& model, bool same_form) {
  std::string by = "model " + basis.model;
  if (basis.stage == BasisStage::kUnfinished)
    by = "another model; linking it anew by " + by + " was interrupted";
  return make_error(ErrorCode::kConflict,
                    "this index was linked by " + by + ", not by " + model +
                        (same_form ? "" : ", and by an older standard form") +
                        ": `gmpi serve --relink` or `gmpi import --relink` decides every "
                        "record anew, which may change who is who");
}

Status load_empty(Linker::Impl& linker) {
  if (auto loaded = load_people(linker.store, IdentityLoad::kStrict, linker.index); !loaded) return loaded;
  if (linker.index.rows() > 0)
    return make_error(ErrorCode::kCorrupt, "store: holds records, but does not say what they were linked by");
  linker.new_basis = true;
  return Done{};
}

Status load(Linker::Impl& linker, Basis basis) {
  if (basis.stage == BasisStage::kDecided)
    if (auto done = finish_relink(linker, basis); !done) return done;
  const bool same_form = basis.standard_form == std::to_string(kStandardForm);
  const bool by_this_model = basis.model == linker.bundle.version;
  const bool at_rest = basis.stage == BasisStage::kAtRest;
  const bool current = same_form && by_this_model && at_rest;
  // Who began to link anew by this model has said so once; nobody is asked again to end it.
  if (!current && !linker.options.relink && (at_rest || !by_this_model))
    return relink_needed(basis, linker.bundle.version, same_form);
  if (!current)
    if (auto begun = begin_rebuild(linker, same_form); !begun) return begun;
  if (!same_form)
    if (auto done = restandardize(linker); !done) return done;
  if (auto loaded = load_people(linker.store, IdentityLoad::kStrict, linker.index); !loaded) return loaded;
  if (auto loaded = load_assertions(linker.store, linker.index); !loaded) return loaded;
  linker.rules->refresh();
  build_postings(*linker.rules, linker.index);
  return current ? load_ties(linker.store, linker.index) : relink(linker);
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
  impl->index.postings().count_above(policy->block_records_max);
  const auto basis = read_basis(store);
  if (!basis) return basis.error();
  auto loaded = *basis ? load(*impl, **basis) : load_empty(*impl);
  if (!loaded) return loaded.error();
  impl->last_sequence = store.head().seq;
  std::vector<EnterpriseId> ids;
  for (EnterpriseId id{1}; id < impl->index.next_identity(); ++id.value) ids.push_back(id);
  impl->open_reviews = count_open_reviews(impl->index, *impl->rules, ids);
  CommitterLimits limits;
  limits.queue_requests_max = options.pending_commits_max;
  impl->committer = std::make_unique<Committer>(store, limits);
  return std::unique_ptr<Linker>(new Linker(std::move(impl)));
}

}  // namespace gmpi
