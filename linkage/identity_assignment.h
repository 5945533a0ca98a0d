// linkage/identity_assignment.h - records and evidence in, groups out: the partition as a function of the set.
//
// Works on one connected component. Asserted "same" pairs join first, then link edges by weight (highest first; ties
// by record key), and two groups join unless something spans them that forbids it: an asserted "different", a pair
// a guard holds apart, or different values of an exclusive column (two verified NHS numbers). Nothing depends on
// the order of arrival: nodes are numbered by record key.
//
// A record with no exclusive value of its own that could belong to two groups which exclude each other, with nearly
// equal evidence, belongs to neither: twins with similar names and one unnumbered record are three identities
// and a review, not a guess. Such records are taken out and the rest is assigned again, until none is found.
//
//     joins:      A -30- B -25- C                          {A, B, C}
//     refused:    A(nhs 1) -30- B -25- C(nhs 2)            {A, B} {C}, the link B-C goes to review
//     undecided:  A(nhs 1) -26- B -25- C(nhs 2)            {A} {B} {C}, when the margin is 5 bits
//
// Source: greedy agglomeration under cannot-link constraints, after Wagstaff & Cardie 2000; the withdrawal of
// undecided records is our own. Cost: O(E + K log K) a pass, K the ties that are
// not yet within a group when their turn comes; one pass more for each time undecided records are found. Pure.
// Tested by tests/linkage/identity_assignment_test.cc against tests/reference/identity_assignment.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/tie.h"

namespace gmpi {

/// Evidence between two nodes, a < b.
struct Tie {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  TieKind kind = TieKind::kLink;
  MatchWeight weight = 0;
};

struct AssignmentInput {
  std::uint32_t nodes = 0;              // numbered in the order of their record keys
  std::span<const Tie> ties;
  std::uint32_t exclusive_columns = 0;
  std::span<const ValueId> exclusive;   // nodes x exclusive_columns; kMissing where a record has none
  double conflict_margin = 0;
};

enum class RefusalKind : std::uint8_t {
  kApart,
  kExclusive,
  kAsserted,
  kUndecided,
  kOversize,  // never of assign_identities(): between units of linkage/bounded_components.h
};

/// A link that was not followed.
struct Refusal {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  RefusalKind kind = RefusalKind::kApart;
  std::uint32_t exclusive_column = 0;  // of kExclusive
};

struct Assignment {
  std::vector<std::uint32_t> group;  // a node: the lowest node of its group
  std::vector<Refusal> refusals;     // in the order of ties followed
};

/// True when two of the nodes have different values of one column: without that, and without ties that hold apart,
/// all that links connect is one group. `exclusive`: nodes x columns.
bool parted_by_exclusive_values(std::span<const ValueId> exclusive, std::size_t columns);

/// Requires: every tie has a < b < nodes; exclusive.size() == nodes * exclusive_columns.
Assignment assign_identities(const AssignmentInput& input);

}  // namespace gmpi
