#include "matcher/sql_nodes.h"

#include <algorithm>
#include <charconv>

namespace gmpi::sql_nodes {

Node leaf(ExpressionKind kind, std::string text) {
  Node node;
  node.tree.kind = kind;
  node.tree.text = std::move(text);
  return node;
}

Node integer_leaf(std::int64_t value) {
  Node node = leaf(ExpressionKind::kInteger);
  node.tree.integer = value;
  return node;
}

Node boolean_leaf(bool value) {
  Node node = leaf(ExpressionKind::kBoolean);
  node.tree.integer = value ? 1 : 0;
  return node;
}

namespace {

void measure(const Expression& tree, int height, Node& node) {
  node.height = std::max(node.height, height);
  for (const auto& argument : tree.arguments) measure(argument, height + 1, node);
  node.size += tree.arguments.size();
}

}  // namespace

Node node_of(Expression tree) {
  Node node;
  measure(tree, 1, node);
  node.tree = std::move(tree);
  return node;
}

Node call_node(std::string_view name, std::vector<Node> arguments) {
  Node node = leaf(ExpressionKind::kCall, std::string(name));
  for (auto& argument : arguments) {
    node.height = std::max(node.height, argument.height + 1);
    node.size += argument.size;
    node.tree.arguments.push_back(std::move(argument.tree));
  }
  return node;
}

__extension__ using Wide = unsigned __int128;

double decimal_value(std::string_view text) {
  Wide digits = 0;
  Wide scale = 1;
  std::size_t count = 0;
  bool after_point = false;
  for (char c : text) {
    if (c == '.') {
      after_point = true;
      continue;
    }
    if (digits != 0 || c != '0') ++count;
    digits = digits * 10 + static_cast<unsigned>(c - '0');
    if (after_point) scale *= 10;
  }
  double plain = 0;
  std::from_chars(text.data(), text.data() + text.size(), plain);
  if (count > 38 || text.size() > 39) return plain;  // beyond DECIMAL(38): DOUBLE
  if (digits <= Wide{1} << 53) return static_cast<double>(digits) / static_cast<double>(scale);
  return static_cast<double>(digits / scale) +
         static_cast<double>(digits % scale) / static_cast<double>(scale);
}

}  // namespace gmpi::sql_nodes
