#include "api/steward/routes.h"

#include <algorithm>
#include <cstdint>

#include "api/http/problem.h"
#include "api/preconditions.h"
#include "api/records/routes.h"
#include "api/steward/assertion_json.h"

namespace gmpi {
namespace {

using http::Lane;
using http::make_problem;
using http::Method;
using http::Problem;
using http::Request;
using http::Response;
using http::Route;

constexpr const char* kJson = "application/json";
constexpr std::size_t kBodyBytesMax = 16 * 1024;

Response answer_of(const Result<AssertionAnswer>& answer) {
  if (!answer) return problem_of_change(answer.error(), /*had_precondition=*/true);
  return {answer->created ? 201 : 200, kJson, assertion_json(*answer)};
}

Response post_assertion(Linker& linker, const Request& request) {
  const auto read = read_assertion(request.body);
  if (const auto* problem = std::get_if<Problem>(&read)) return *problem;
  const auto answer = linker.assert_pair(std::get<AssertionRequest>(read));
  Response response = answer_of(answer);
  if (answer && answer->created)
    response.fields.emplace_back("Location", "/api/v1/assertions/" + std::to_string(answer->assertion.id));
  return response;
}

Problem no_such_assertion() { return make_problem("not_found", "no such assertion"); }

Response get_assertion(const Linker& linker, const Request& request) {
  const auto id = read_version_number(request.path_value("id"));
  if (!id) return no_such_assertion();
  const auto found = linker.find_assertion(*id);
  if (!found) return http::problem_from(found.error());
  return {200, kJson, assertion_json(*found)};
}

Response post_undo(Linker& linker, const Request& request) {
  const auto id = read_version_number(request.path_value("id"));
  if (!id) return no_such_assertion();
  const auto read = read_undoing(request.body);
  if (const auto* problem = std::get_if<Problem>(&read)) return *problem;
  const auto& [author, reason] = std::get<Undoing>(read);
  return answer_of(linker.undo_assertion(*id, author, reason));
}

Response get_assertions_of_record(const Linker& linker, const Request& request) {
  const auto found = linker.assertions_about(
      {std::string(request.path_value("source")), std::string(request.path_value("local_id"))});
  if (!found) return http::problem_from(found.error());
  return {200, kJson, assertions_json(*found)};
}

Response get_questions(const Linker& linker, const Request& request) {
  std::size_t limit = kQuestionsDefault;
  EnterpriseId after;
  for (const auto& [name, value] : request.parameters) {
    if (name == "limit") {
      const auto number = read_version_number(value);
      if (!number) return make_problem("bad_request", "limit must be a whole number from 1");
      limit = static_cast<std::size_t>(std::min<std::uint64_t>(*number, kQuestionsMax));
    } else if (name == "after") {
      const auto id = parse_enterprise_id(value);
      if (!id) return make_problem("bad_request", "after must be the `next` of the page before");
      after = *id;
    } else {
      return make_problem("bad_request", "the parameters of questions are limit and after");
    }
  }
  const auto page = linker.open_questions(after, limit);
  if (!page) return http::problem_from(page.error());
  return {200, kJson, questions_json(*page)};
}

}  // namespace

std::vector<Route> steward_routes(Linker& linker) {
  const http::MediaTypes reads{{}, {kJson}};
  const http::MediaTypes takes{{kJson}, {kJson}};
  std::vector<Route> routes;
  routes.push_back({Method::kGet, "/api/v1/questions", [&](const Request& r) { return get_questions(linker, r); },
                    Lane::kRead, 0, reads});
  routes.push_back({Method::kPost, "/api/v1/assertions", [&](const Request& r) { return post_assertion(linker, r); },
                    Lane::kChange, kBodyBytesMax, takes});
  routes.push_back({Method::kGet, "/api/v1/assertions/{id}", [&](const Request& r) { return get_assertion(linker, r); },
                    Lane::kRead, 0, reads});
  routes.push_back({Method::kPost, "/api/v1/assertions/{id}/undo",
                    [&](const Request& r) { return post_undo(linker, r); }, Lane::kChange, kBodyBytesMax, takes});
  routes.push_back({Method::kGet, "/api/v1/records/{source}/{local_id}/assertions",
                    [&](const Request& r) { return get_assertions_of_record(linker, r); }, Lane::kRead, 0, reads});
  return routes;
}

}  // namespace gmpi
