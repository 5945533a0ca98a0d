// standardize/nicknames.h - which given names are forms of one name.
//
// The table is this project's own: English names with their short and pet forms, and the common Latin
// spellings of names from Arabic, Urdu, Bengali, Punjabi, Polish, Irish and others that live in Greater
// Manchester. A name may belong to several sets ("alex" to alexander and alexandra). Sets join what one
// person is known to use, including the English form that people from Poland or Ukraine take here (Piotr,
// Peter); Yusuf is not Joseph, nor Maryam Mary. Tested by tests/standardize/nicknames_test.cc.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace gmpi {

/// The roots of the sets that `name` (folded) belongs to, sorted; empty when it is in none. A root belongs to
/// its own set. Threads: any. Cost: one hash look-up.
std::span<const std::string_view> nickname_roots(std::string_view name);

struct NicknameSet {
  std::string_view root;
  std::string_view forms;  // separated by single spaces; the root itself is not repeated
};
std::span<const NicknameSet> nickname_sets();

}  // namespace gmpi
