#include "analyzer/eval/bound.h"

namespace pgfk {

NodePtr make_node(NodeKind kind, TypeId type, int location) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->type = type;
  node->location = location;
  return node;
}

NodePtr make_constant(Value value, int location) {
  NodePtr node = make_node(NodeKind::constant, value.type(), location);
  node->constant = std::move(value);
  return node;
}

NodePtr make_doubt(std::string reason, int location, TypeId type) {
  NodePtr node = make_node(NodeKind::doubt, type, location);
  node->text = std::move(reason);
  return node;
}

const Node* find_doubt(const Node& node) {
  if (node.kind == NodeKind::doubt) return &node;
  for (const NodePtr& argument : node.args) {
    if (!argument) continue;
    if (const Node* found = find_doubt(*argument)) return found;
  }
  return nullptr;
}

Value follows_from(EvaluationHost& host, const Value& unknown, TypeId type) {
  // A copy: make() may move the entries.
  const std::string reason = host.symbols()[unknown.symbol()].reason;
  return Value::unknown(type, host.symbols().make(reason, false));
}

}  // namespace pgfk
