// matcher/sql_nodes.h - the pieces sql_parser.cc builds its trees from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/limits.h"
#include "models/condition.h"

namespace gmpi::sql_nodes {

/// A tree with its height and number of nodes, so that none grows beyond what may be walked.
struct Node {
  Expression tree;
  int height = 1;
  std::size_t size = 1;
};

Node leaf(ExpressionKind kind, std::string text = {});
Node integer_leaf(std::int64_t value);
Node boolean_leaf(bool value);
/// A tree made elsewhere, measured. Cost: linear in its nodes.
Node node_of(Expression tree);
Node call_node(std::string_view name, std::vector<Node> arguments);

template <class... Nodes>
Node call_of(std::string_view name, Nodes... arguments) {
  std::vector<Node> list;
  (list.push_back(std::move(arguments)), ...);
  return call_node(name, std::move(list));
}

/// The double DuckDB makes of a DECIMAL literal such as 0.92: an integer divided by a power of ten.
double decimal_value(std::string_view text);

}  // namespace gmpi::sql_nodes
