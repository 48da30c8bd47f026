// An expression after parse analysis: names resolved, functions and operators chosen, casts made explicit. Every node has its type.
//
// Invariants: immutable once made; holds no pointer into the scope it was bound in, so it can be run over any scope of the same shape.
// A node whose meaning we do not know (kind `doubt`) is a Doubt only when it is run: a CASE may never come to it.
// Source: what parse_expr.c makes of a raw expression.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analyzer/eval/builtins/functions.h"
#include "analyzer/eval/evaluator.h"

namespace pgfk {

enum class NodeKind {
  constant,       // `constant`
  column,         // `level` scopes out, `row`, `column`
  parameter,      // `column` from 0
  call,           // a built-in function: `function`, `implementation`
  compare,        // `comparison` of args[0], args[1]
  user_call,      // `user`; `flag`: it gives a set
  cast,           // args[0] to `type`, `typmod`
  domain,         // args[0] tested against the constraints of `type`
  and_, or_, not_,
  is_null,        // `flag`: IS NOT NULL
  is_true,        // `text`, `flag`: NOT
  is_distinct,    // args[0] = args[1] as args[2] says; `flag`: NOT
  nullif,         // args[0] unless args[1] (a comparison of it) is true
  case_,          // args: pairs of condition and result, then ELSE
  coalesce,
  greatest, least,
  array,
  row,
  field,          // `column` of args[0]
  subscript,      // args[0][args[1]][...]
  any, all,       // args[0], a comparison with `element`s, over the elements of the array args[1] or the rows of `sublink`
  element,        // value `column` of the element or row at hand within any or all
  sublink,
  aggregate,      // the value of an aggregate or window function, `column` of the group's results
  doubt           // `text`
};

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

/// What a built-in function is given.
struct CallContext {
  const Catalog& catalog;
  EvaluationHost& host;
  TypeContext types;
  TypeId result = TypeId::none;
  std::string_view name;
};
using Arguments = std::span<const Value>;
using Implementation = Outcome<Value> (*)(const CallContext&, Arguments);

struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
  NodeKind kind = NodeKind::constant;
  TypeId type = TypeId::unknown;
  std::int32_t typmod = -1;
  int location = -1;
  std::vector<NodePtr> args;
  Value constant;
  std::uint32_t level = 0, row = 0, column = 0;
  const BuiltinFunction* function = nullptr;
  Implementation implementation = nullptr;
  const Function* user = nullptr;
  Comparison comparison = Comparison::equal;
  CastContext cast = CastContext::explicit_;
  bool flag = false;
  std::string text;
  std::string collation;           // a nondeterministic one's ICU locale; "" for bytes
  const Expr* sublink = nullptr;   // with `select`, `name`
};

NodePtr make_node(NodeKind kind, TypeId type, int location = -1);
NodePtr make_constant(Value value, int location = -1);
/// A node of unknown meaning; `type` is none where not even that can be told.
NodePtr make_doubt(std::string reason, int location, TypeId type = TypeId::none);

/// The first doubt in the tree that would always be met is why a type cannot be told.
const Node* find_doubt(const Node& node);

/// Where an aggregate call may stand and what becomes of it; null where aggregates are not allowed.
class AggregateSink {
 public:
  virtual ~AggregateSink() = default;
  /// An aggregate or window function's call, to be bound within `scope`; answers the node that stands for its result.
  virtual Outcome<NodePtr> add(const Expr& call, const Scope& scope) = 0;
  /// A set-returning function's call; answers the node that stands for the element at hand, null where it may not stand.
  virtual NodePtr add_set(NodePtr call) = 0;
};

/// Parse analysis of one expression.
class Binder {
 public:
  Binder(const Catalog& catalog, EvaluationHost& host, AggregateSink* aggregates = nullptr)
      : catalog_(catalog), host_(host), aggregates_(aggregates) {}

  Outcome<NodePtr> bind(const Expr& expr, const Scope& scope);
  /// As WHERE does: boolean, or 42804 `argument of WHERE must be type boolean, not type integer`.
  Outcome<NodePtr> bind_condition(const Expr& expr, const Scope& scope, std::string_view where);
  /// `node` as a value of `type`: untyped literals are read now, others cast; 42846 or, under assignment, 42804 where there is no cast.
  Outcome<NodePtr> coerce(NodePtr node, TypeId type, std::int32_t typmod, CastContext how);
  /// Untyped literals become text.
  Outcome<NodePtr> settle(NodePtr node);
  Outcome<NodePtr> apply_operator(const std::string& name, std::vector<NodePtr> operands, int location);
  Outcome<NodePtr> apply_comparison(const std::string& name, NodePtr left, NodePtr right, int location) {
    std::vector<NodePtr> operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    return apply_operator(name, std::move(operands), location);
  }
  /// The type in which the nodes meet, each coerced to it.
  Outcome<TypeId> unify(std::vector<NodePtr*> nodes, std::string_view what);

  const Catalog& catalog() const { return catalog_; }
  EvaluationHost& host() { return host_; }
  TypeContext types() const { return host_.types(); }

 private:
  using Bound = Outcome<NodePtr>;
  Bound bind_inner(const Expr& expr, const Scope& scope);
  Bound literal(const Expr& expr);
  Bound column(const Expr& expr, const Scope& scope);
  Bound parameter(const Expr& expr, const Scope& scope);
  Bound operation(const Expr& expr, const Scope& scope);
  Bound any_or_all(const Expr& expr, const Scope& scope);
  Bound in_list(const Expr& expr, const Scope& scope);
  Bound between(const Expr& expr, const Scope& scope);
  Bound distinct(const Expr& expr, const Scope& scope);
  Bound nullif(const Expr& expr, const Scope& scope);
  Bound logic(const Expr& expr, const Scope& scope);
  Bound null_test(const Expr& expr, const Scope& scope);
  Bound truth_test(const Expr& expr, const Scope& scope);
  Bound call(const Expr& expr, const Scope& scope);
  Bound cast(const Expr& expr, const Scope& scope);
  Bound collate(const Expr& expr, const Scope& scope);
  Bound case_expression(const Expr& expr, const Scope& scope);
  Bound unified(const Expr& expr, const Scope& scope);
  Bound array(const Expr& expr, const Scope& scope);
  Bound row(const Expr& expr, const Scope& scope);
  Bound field(const Expr& expr, const Scope& scope);
  Bound subscript(const Expr& expr, const Scope& scope);
  Bound sublink(const Expr& expr, const Scope& scope);
  Bound value_function(const Expr& expr);
  Bound compare_rows(const std::string& name, NodePtr left, NodePtr right, int location);
  Outcome<std::vector<NodePtr>> bind_all(const std::vector<ExprPtr>& exprs, const Scope& scope);
  Bound coerce_literal(NodePtr node, TypeId type, std::int32_t typmod, CastContext how);
  Bound quantified(NodeKind kind, NodePtr comparison, NodePtr array, int location);

  const Catalog& catalog_;
  EvaluationHost& host_;
  AggregateSink* aggregates_;
  std::string where_ = "this context";  // what is bound, for messages
  int depth_ = 0;
};

/// Runs a bound expression.
class Executor {
 public:
  Executor(const Catalog& catalog, EvaluationHost& host) : catalog_(catalog), host_(host) {}
  Outcome<Value> run(const Node& node, const Scope& scope);
  /// The arguments of a call, evaluated.
  Outcome<std::vector<Value>> arguments(const Node& node, const Scope& scope);
  /// Results of aggregates for nodes of that kind.
  void set_aggregates(const std::vector<Value>* results) { aggregates_ = results; }

 private:
  Outcome<Value> call(const Node& node, const Scope& scope);
  Outcome<Value> logic(const Node& node, const Scope& scope);
  Outcome<Value> case_expression(const Node& node, const Scope& scope);
  Outcome<Value> coalesce(const Node& node, const Scope& scope);
  Outcome<Value> extreme(const Node& node, const Scope& scope);
  Outcome<Value> is_distinct(const Node& node, const Scope& scope);
  Outcome<Value> quantified(const Node& node, const Scope& scope);
  Outcome<Value> construct(const Node& node, const Scope& scope);
  Outcome<Value> subscript(const Node& node, const Scope& scope);
  Outcome<Value> sublink(const Node& node, const Scope& scope);

  const Catalog& catalog_;
  EvaluationHost& host_;
  const std::vector<Value>* aggregates_ = nullptr;
  const std::vector<Value>* element_ = nullptr;
};

/// A value that follows from unknown ones: unknown for the first's reason.
Value follows_from(EvaluationHost& host, const Value& unknown, TypeId type);

}  // namespace pgfk
