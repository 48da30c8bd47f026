// Running a bound expression. Source: execExprInterp.c.
#include <algorithm>

#include "analyzer/eval/assign.h"
#include "analyzer/eval/bound.h"
#include "analyzer/eval/casts.h"
#include "analyzer/eval/compare.h"

namespace pgfk {

namespace {

/// Three-valued logic with a fourth: what only the server knows. `decides` is the value that settles it (false for AND).
class Truth {
 public:
  explicit Truth(bool decides) : decides_(decides) {}
  /// True once the outcome is settled.
  bool add(const Value& value) {
    if (value.is_unknown()) {
      if (!unknown_) unknown_ = value;
    } else if (value.is_null()) {
      null_ = true;
    } else if (value.is_true() == decides_) {
      return true;
    }
    return false;
  }
  Value undecided(EvaluationHost& host) const {
    if (unknown_) return null_ ? follows_from(host, *unknown_, TypeId::bool_) : *unknown_;
    return null_ ? Value::null(TypeId::bool_) : Value::boolean(!decides_);
  }

 private:
  bool decides_;
  bool null_ = false;
  std::optional<Value> unknown_;
};

const Scope* outwards(const Scope& scope, std::uint32_t level) {
  const Scope* at = &scope;
  for (; level > 0 && at != nullptr; --level) at = at->outer;
  return at;
}

Outcome<Value> column_value(const Node& node, const Scope& scope) {
  const Scope* at = outwards(scope, node.level);
  if (at == nullptr || node.row >= at->rows.size()) return Doubt{"a row that is not at hand", node.location};
  at->touched = true;
  const std::vector<Value>* row = at->rows[node.row].row;
  if (row == nullptr || node.column >= row->size()) return Doubt{"a column that is not at hand", node.location};
  const Value& value = (*row)[node.column];
  return value.is_null() ? Value::null(node.type) : value;
}

/// For a row: NULL tests look at its fields.
bool all_fields(const Value& row, bool null) {
  return std::all_of(row.compound().items.begin(), row.compound().items.end(), [&](const Value& item) { return item.is_null() == null; });
}

bool is_row(const Value& value) {
  return value.is_known() && std::holds_alternative<Compound>(value.data()) && !is_array(value.type()) && value.type() == TypeId::record;
}

Outcome<Value> null_test(const Node& node, const Value& value) {
  if (is_row(value)) return Value::boolean(all_fields(value, !node.flag));
  // What only the server knows is a value all the same where functions like gen_random_uuid() and now() made it; what follows
  // from other unknowns was made by strict functions, too.
  return Value::boolean(value.is_null() != node.flag);
}

Outcome<Value> truth_test(EvaluationHost& host, const Node& node, const Value& value) {
  if (value.is_unknown() && node.text != "unknown") return follows_from(host, value, TypeId::bool_);
  const bool holds = node.text == "unknown" ? value.is_null() : !value.is_null() && value.is_known() && value.is_true() == (node.text == "true");
  return Value::boolean(holds != node.flag);
}

}  // namespace

Outcome<Value> Executor::run(const Node& node, const Scope& scope) {
  switch (node.kind) {
    case NodeKind::constant: return node.constant;
    case NodeKind::column: return column_value(node, scope);
    case NodeKind::parameter: {
      const Scope* at = &scope;
      while (at != nullptr && at->parameters == nullptr) at = at->outer;
      if (at == nullptr || node.column >= at->parameters->size()) return Doubt{"a parameter that is not at hand", node.location};
      return (*at->parameters)[node.column];
    }
    case NodeKind::call:
    case NodeKind::user_call: return call(node, scope);
    case NodeKind::and_:
    case NodeKind::or_:
    case NodeKind::not_: return logic(node, scope);
    case NodeKind::case_: return case_expression(node, scope);
    case NodeKind::coalesce: return coalesce(node, scope);
    case NodeKind::greatest:
    case NodeKind::least: return extreme(node, scope);
    case NodeKind::is_distinct: return is_distinct(node, scope);
    case NodeKind::any:
    case NodeKind::all: return quantified(node, scope);
    case NodeKind::array:
    case NodeKind::row: return construct(node, scope);
    case NodeKind::subscript: return subscript(node, scope);
    case NodeKind::sublink: return sublink(node, scope);
    case NodeKind::doubt: return Doubt{node.text, node.location};
    case NodeKind::aggregate:
      if (aggregates_ == nullptr || node.column >= aggregates_->size()) return Doubt{"an aggregate out of place", node.location};
      return (*aggregates_)[node.column];
    case NodeKind::element:
      if (element_ == nullptr || node.column >= element_->size()) return Doubt{"an element out of place", node.location};
      return (*element_)[node.column];
    case NodeKind::compare: {
      Outcome<Value> left = run(*node.args[0], scope);
      if (!left) return left;
      const Outcome<Value> right = run(*node.args[1], scope);
      if (!right) return right;
      return compare(host_, node.comparison, *left, *right, node.collation);
    }
    case NodeKind::cast:
    case NodeKind::domain:
    case NodeKind::is_null:
    case NodeKind::is_true:
    case NodeKind::field: break;
    case NodeKind::nullif: {
      const Outcome<Value> equal = run(*node.args[1], scope);
      if (!equal) return equal;
      if (equal->is_unknown()) return follows_from(host_, *equal, node.type);
      return equal->is_true() ? Outcome<Value>(Value::null(node.type)) : run(*node.args[0], scope);
    }
  }
  const Outcome<Value> operand = run(*node.args[0], scope);
  if (!operand) return operand;
  switch (node.kind) {
    case NodeKind::cast: {
      Outcome<Value> value = run_cast(catalog_, host_, *operand, node.type, node.typmod, node.cast);
      if (value.refused() && value.error().location < 0) value.error().location = node.location;
      return value;
    }
    case NodeKind::domain: return check_domain(catalog_, host_, *operand, node.type);
    case NodeKind::is_null: return null_test(node, *operand);
    case NodeKind::is_true: return truth_test(host_, node, *operand);
    default: break;
  }
  if (operand->is_null()) return Value::null(node.type);
  if (operand->is_unknown()) return follows_from(host_, *operand, node.type);
  if (node.column >= operand->compound().items.size()) return Value::null(node.type);
  return operand->compound().items[node.column];
}

Outcome<std::vector<Value>> Executor::arguments(const Node& node, const Scope& scope) {
  std::vector<Value> values;
  values.reserve(node.args.size());
  for (const NodePtr& argument : node.args) {
    if (!argument) {
      values.push_back(Value::null());
      continue;
    }
    Outcome<Value> value = run(*argument, scope);
    if (!value) return value.as<std::vector<Value>>();
    values.push_back(std::move(*value));
  }
  return values;
}

Outcome<Value> Executor::call(const Node& node, const Scope& scope) {
  const Outcome<std::vector<Value>> evaluated = arguments(node, scope);
  if (!evaluated) return evaluated.as<Value>();
  const std::vector<Value>& arguments = *evaluated;
  const bool strict = node.function != nullptr && node.function->strict;
  const Value* unknown = nullptr;
  bool null = false;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    null = null || (node.args[at] && arguments[at].is_null());
    if (arguments[at].is_unknown() && unknown == nullptr) unknown = &arguments[at];
  }
  if (node.function == nullptr || node.function->volatility == 'v') {
    // Not to be taken for the same the next time.
    for (const Scope* at = &scope; at != nullptr; at = at->outer) at->touched = true;
  }
  if (node.kind == NodeKind::user_call) {
    Outcome<Value> result = host_.call(*node.user, arguments);
    return result;
  }
  if (strict && null) return Value::null(node.type);
  if (unknown != nullptr) {
    // What such a call would do to the session cannot be followed.
    if (node.function != nullptr && node.function->volatility == 'v') return Doubt{host_.symbols()[unknown->symbol()].reason, node.location};
    return follows_from(host_, *unknown, node.type);
  }
  const CallContext context{catalog_, host_, host_.types(), node.type, node.text};
  Outcome<Value> result = node.implementation(context, arguments);
  if (result.refused() && result.error().location < 0) result.error().location = node.location;
  if (result.doubtful() && result.doubt().location < 0) return Doubt{result.doubt().reason, node.location};
  return result;
}

Outcome<Value> Executor::logic(const Node& node, const Scope& scope) {
  if (node.kind == NodeKind::not_) {
    const Outcome<Value> operand = run(*node.args[0], scope);
    if (!operand || operand->is_null()) return operand;
    if (operand->is_unknown()) return follows_from(host_, *operand, TypeId::bool_);
    return Value::boolean(!operand->is_true());
  }
  const bool decides = node.kind == NodeKind::or_;
  Truth truth(decides);
  std::optional<Outcome<Value>> doubtful;
  for (const NodePtr& argument : node.args) {
    Outcome<Value> operand = run(*argument, scope);
    if (operand.doubtful()) {
      // Another operand may settle it.
      if (!doubtful) doubtful = std::move(operand);
      continue;
    }
    if (!operand) return operand;
    if (truth.add(*operand)) return Value::boolean(decides);
  }
  if (doubtful) return *doubtful;
  return truth.undecided(host_);
}

Outcome<Value> Executor::case_expression(const Node& node, const Scope& scope) {
  for (std::size_t at = 0; at + 1 < node.args.size(); at += 2) {
    const Outcome<Value> condition = run(*node.args[at], scope);
    if (!condition) return condition;
    if (condition->is_unknown()) return follows_from(host_, *condition, node.type);
    if (condition->is_true()) return run(*node.args[at + 1], scope);
  }
  return run(*node.args.back(), scope);
}

Outcome<Value> Executor::coalesce(const Node& node, const Scope& scope) {
  for (const NodePtr& argument : node.args) {
    Outcome<Value> value = run(*argument, scope);
    if (!value || !value->is_null()) return value;
  }
  return Value::null(node.type);
}

Outcome<Value> Executor::extreme(const Node& node, const Scope& scope) {
  const bool greatest = node.kind == NodeKind::greatest;
  std::optional<Value> best;
  for (const NodePtr& argument : node.args) {
    Outcome<Value> value = run(*argument, scope);
    if (!value) return value;
    if (value->is_null()) continue;
    if (value->is_unknown()) return follows_from(host_, *value, node.type);
    if (!best) {
      best = std::move(*value);
      continue;
    }
    const int ordered = order(host_.types(), *value, *best);
    if (greatest ? ordered > 0 : ordered < 0) best = std::move(*value);
  }
  return best ? *best : Value::null(node.type);
}

Outcome<Value> Executor::is_distinct(const Node& node, const Scope& scope) {
  const Node& comparison = *node.args[0];
  if (comparison.args.size() != 2 || comparison.kind == NodeKind::and_) {
    return Doubt{"IS DISTINCT FROM between rows is not evaluated offline", node.location};
  }
  const Outcome<Value> left = run(*comparison.args[0], scope);
  if (!left) return left;
  const Outcome<Value> right = run(*comparison.args[1], scope);
  if (!right) return right;
  if (left->is_null() || right->is_null()) return Value::boolean((left->is_null() != right->is_null()) != node.flag);
  Outcome<Value> equal = run(comparison, scope);
  if (!equal) return equal;
  if (equal->is_unknown()) return follows_from(host_, *equal, TypeId::bool_);
  return Value::boolean(equal->is_true() == node.flag);
}

Outcome<Value> Executor::quantified(const Node& node, const Scope& scope) {
  const bool decides = node.kind == NodeKind::any;
  Truth truth(decides);
  std::vector<std::vector<Value>> rows;
  if (node.sublink != nullptr) {
    Outcome<std::vector<std::vector<Value>>> answered = host_.run(*node.sublink->select, scope);
    if (!answered) return answered.as<Value>();
    rows = std::move(*answered);
  } else {
    Outcome<Value> array = run(*node.args[1], scope);
    if (!array) return array;
    if (array->is_null()) return Value::null(TypeId::bool_);
    if (array->is_unknown()) return follows_from(host_, *array, TypeId::bool_);
    for (const Value& item : array->compound().items) rows.push_back({item});
  }
  const std::vector<Value>* const outer = element_;
  std::optional<Outcome<Value>> stopped;
  for (const std::vector<Value>& row : rows) {
    element_ = &row;
    Outcome<Value> holds = run(*node.args[0], scope);
    if (!holds) {
      stopped = std::move(holds);
      break;
    }
    if (truth.add(*holds)) {
      stopped = Outcome<Value>(Value::boolean(decides));
      break;
    }
  }
  element_ = outer;
  return stopped ? *stopped : truth.undecided(host_);
}

Outcome<Value> Executor::construct(const Node& node, const Scope& scope) {
  Compound compound;
  for (const NodePtr& argument : node.args) {
    Outcome<Value> item = run(*argument, scope);
    if (!item) return item;
    compound.items.push_back(std::move(*item));
  }
  if (node.kind == NodeKind::row || compound.items.empty()) return Value::of(node.type, std::move(compound));
  // ARRAY[ARRAY[1, 2], ARRAY[3, 4]] has one dimension more than its elements.
  if (!is_array(node.args[0]->type)) {
    compound.dimensions = {static_cast<std::int32_t>(compound.items.size())};
    compound.lower_bounds = {1};
    return Value::of(node.type, std::move(compound));
  }
  Compound nested;
  for (const Value& part : compound.items) {
    if (part.is_unknown()) return follows_from(host_, part, node.type);
    if (part.is_null() || part.compound().dimensions != compound.items[0].compound().dimensions) {
      return ServerError{"2202E", "multidimensional arrays must have array expressions with matching dimensions"};
    }
    nested.items.insert(nested.items.end(), part.compound().items.begin(), part.compound().items.end());
  }
  if (nested.items.empty()) return Value::of(node.type, std::move(nested));
  nested.dimensions = compound.items[0].compound().dimensions;
  nested.dimensions.insert(nested.dimensions.begin(), static_cast<std::int32_t>(compound.items.size()));
  nested.lower_bounds.assign(nested.dimensions.size(), 1);
  return Value::of(node.type, std::move(nested));
}

Outcome<Value> Executor::subscript(const Node& node, const Scope& scope) {
  const Outcome<Value> array = run(*node.args[0], scope);
  if (!array) return array;
  std::vector<std::int64_t> indexes;
  for (std::size_t at = 1; at < node.args.size(); ++at) {
    const Outcome<Value> index = run(*node.args[at], scope);
    if (!index) return index;
    if (index->is_null()) return Value::null(node.type);
    if (index->is_unknown()) return follows_from(host_, *index, node.type);
    indexes.push_back(index->integer());
  }
  if (array->is_null()) return Value::null(node.type);
  if (array->is_unknown()) return follows_from(host_, *array, node.type);
  const Compound& compound = array->compound();
  if (indexes.size() != compound.dimensions.size()) return Value::null(node.type);
  std::int64_t position = 0;
  for (std::size_t at = 0; at < indexes.size(); ++at) {
    const std::int64_t offset = indexes[at] - compound.lower_bounds[at];
    if (offset < 0 || offset >= compound.dimensions[at]) return Value::null(node.type);
    position = position * compound.dimensions[at] + offset;
  }
  if (static_cast<std::size_t>(position) >= compound.items.size()) return Value::null(node.type);
  return compound.items[static_cast<std::size_t>(position)];
}

Outcome<Value> Executor::sublink(const Node& node, const Scope& scope) {
  Outcome<std::vector<std::vector<Value>>> rows = host_.run(*node.sublink->select, scope);
  if (!rows) return rows.as<Value>();
  if (node.text == "exists") return Value::boolean(!rows->empty());
  if (node.text == "expr") {
    if (rows->size() > 1) return ServerError{"21000", "more than one row returned by a subquery used as an expression"};
    if (rows->empty() || (*rows)[0].empty()) return Value::null(node.type);
    const Value& value = (*rows)[0][0];
    return value.is_null() ? Value::null(node.type) : value;
  }
  Compound compound;
  for (std::vector<Value>& row : *rows) compound.items.push_back(std::move(row[0]));
  if (!compound.items.empty()) {
    compound.dimensions = {static_cast<std::int32_t>(compound.items.size())};
    compound.lower_bounds = {1};
  }
  return Value::of(node.type, std::move(compound));
}

}  // namespace pgfk
