// api/steward/assertion_json.h - assertions and open questions as stewards' clients send and read them.
//
//     {"left": {"source": "gp-lorenzo", "local_id": "88123", "version": 2},
//      "right": {"source": "mft-pas", "local_id": "A-17"},
//      "kind": "different", "author": "s.patel", "reason": "twins: different midwives' notes"}
//
// "version" is the record version that was looked at (GET answers it as ETag and record_version) and may be left out.
// Unknown members are refused. Pure: any thread. Tested by tests/api/steward_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/message.h"
#include "linkage/linker.h"

namespace gmpi {

std::variant<AssertionRequest, http::Problem> read_assertion(std::string_view body);

struct Undoing {
  std::string author, reason;
};
std::variant<Undoing, http::Problem> read_undoing(std::string_view body);

std::string assertion_json(const AssertionAnswer& answer);
std::string assertions_json(const std::vector<AssertionAnswer>& answers);
std::string questions_json(const QuestionPage& page);

}  // namespace gmpi
