// linkage/basis.h - what a store's derived data were made by, and how far making them anew has come.
//
// Linking everything anew takes many commits. Their order, and what each opening therefore finds:
//
//     linkage.model      columns and ties    identities                   the next opening
//
//     "M"                by M                by M                         serves, if it has M
//
//     "unfinished:M"     partly by M         all as before                begins anew, with its own model
//
//     "decided:M"        by M                some by M, others beside     finishes M's, then as at rest
//                                            (staged_identity.h)
//
// So no model ever meets ties or identities that another left half-done, and ids go from one whole partition
// to the next by the rule of reassign.h, wherever a process died.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "index/store/store.h"

namespace gmpi {

enum class BasisStage : std::uint8_t { kAtRest, kUnfinished, kDecided };

struct Basis {
  std::string
      standard_form;  // kStandardForm's digits, or a text that equals none while columns are written anew
  std::string model;  // version of the bundle
  BasisStage stage = BasisStage::kAtRest;
};

/// Nothing: a store without records. Errors: kCorrupt (half of it is there), kIo.
Result<std::optional<Basis>> read_basis(const Store& store);

void append_basis(const Basis& basis, std::vector<Write>& batch);

}  // namespace gmpi
