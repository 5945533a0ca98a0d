#include "api/http/message.h"

#include <array>

namespace gmpi::http {
namespace {

constexpr std::array kMethodNames = {std::pair{Method::kGet, std::string_view("GET")},
                                     std::pair{Method::kHead, std::string_view("HEAD")},
                                     std::pair{Method::kPost, std::string_view("POST")},
                                     std::pair{Method::kPut, std::string_view("PUT")},
                                     std::pair{Method::kPatch, std::string_view("PATCH")},
                                     std::pair{Method::kDelete, std::string_view("DELETE")},
                                     std::pair{Method::kOptions, std::string_view("OPTIONS")}};

}  // namespace

std::string_view method_name(Method method) {
  for (const auto& [value, name] : kMethodNames)
    if (value == method) return name;
  return "GET";
}

std::optional<Method> method_from_name(std::string_view name) {
  for (const auto& [value, known] : kMethodNames)
    if (known == name) return value;
  return std::nullopt;
}

std::string_view find_field(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

const std::string* Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return &value;
  return nullptr;
}

}  // namespace gmpi::http
