// Expressions as text.
#include "analyzer/eval/evaluator.h"
#include "parsers/sql/tokens.h"

namespace pgfk {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ".") + name;
  return text;
}

std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'') text += c;
    text += c;
  }
  return text + "'";
}

std::string list(const std::vector<ExprPtr>& args, std::size_t first, const char* separator) {
  std::string text;
  for (std::size_t at = first; at < args.size(); ++at) {
    if (at > first) text += separator;
    text += args[at] ? expression_text(*args[at]) : "";
  }
  return text;
}

std::string type_text(const TypeName& type) {
  std::string text = type.schema.empty() || type.schema == "pg_catalog" ? type.name : type.schema + "." + type.name;
  if (!type.modifiers.empty()) text += "(" + list(type.modifiers, 0, ",") + ")";
  for (int dimension = 0; dimension < type.array_dimensions; ++dimension) text += "[]";
  return text;
}

/// Operands that are operations themselves stand in parentheses.
std::string operand(const ExprPtr& expr) {
  if (!expr) return {};
  switch (expr->kind) {
    case ExprKind::op:
    case ExprKind::and_:
    case ExprKind::or_:
    case ExprKind::not_:
    case ExprKind::between:
    case ExprKind::in_list:
    case ExprKind::is_null: return "(" + expression_text(*expr) + ")";
    default: return expression_text(*expr);
  }
}

std::string operation(const Expr& expr) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {{"~~", "LIKE"}, {"!~~", "NOT LIKE"}, {"~~*", "ILIKE"}, {"!~~*", "NOT ILIKE"}};
  std::string name = expr.name;
  for (const auto& [symbol, word] : kWords) {
    if (expr.name == symbol) name = word;
  }
  if (expr.args.size() == 1) return name + operand(expr.args[0]);
  return operand(expr.args[0]) + " " + name + " " + operand(expr.args[1]);
}

std::string case_text(const Expr& expr) {
  std::string text = "CASE";
  if (!expr.args.empty() && expr.args[0]) text += " " + expression_text(*expr.args[0]);
  for (std::size_t at = 1; at + 2 < expr.args.size(); at += 2) {
    text += " WHEN " + expression_text(*expr.args[at]) + " THEN " + expression_text(*expr.args[at + 1]);
  }
  if (!expr.args.empty() && expr.args.back()) text += " ELSE " + expression_text(*expr.args.back());
  return text + " END";
}

}  // namespace

std::string expression_text(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::null_literal: return "NULL";
    case ExprKind::integer: return std::to_string(expr.integer);
    case ExprKind::number: return expr.text;
    case ExprKind::string: return quoted(expr.text);
    case ExprKind::bit_string: return expr.text.empty() ? "B''" : upper_ascii(expr.text.substr(0, 1)) + quoted(expr.text.substr(1));
    case ExprKind::boolean: return expr.flag ? "true" : "false";
    case ExprKind::column: return joined(expr.names);
    case ExprKind::parameter: return "$" + std::to_string(expr.integer);
    case ExprKind::default_value: return "DEFAULT";
    case ExprKind::op: return operation(expr);
    case ExprKind::op_any: return operand(expr.args[0]) + " " + expr.name + " ANY (" + list(expr.args, 1, ", ") + ")";
    case ExprKind::op_all: return operand(expr.args[0]) + " " + expr.name + " ALL (" + list(expr.args, 1, ", ") + ")";
    case ExprKind::in_list: return operand(expr.args[0]) + (expr.flag ? " NOT IN (" : " IN (") + list(expr.args, 1, ", ") + ")";
    case ExprKind::between:
      return operand(expr.args[0]) + (expr.flag ? " NOT BETWEEN " : " BETWEEN ") + (expr.symmetric ? "SYMMETRIC " : "") + operand(expr.args[1]) +
             " AND " + operand(expr.args[2]);
    case ExprKind::is_distinct:
      return operand(expr.args[0]) + (expr.flag ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ") + operand(expr.args[1]);
    case ExprKind::nullif: return "NULLIF(" + list(expr.args, 0, ", ") + ")";
    case ExprKind::and_:
    case ExprKind::or_: {
      std::string text;
      for (const ExprPtr& argument : expr.args) text += (text.empty() ? "" : expr.kind == ExprKind::and_ ? " AND " : " OR ") + operand(argument);
      return text;
    }
    case ExprKind::not_: return "NOT " + operand(expr.args[0]);
    case ExprKind::is_null: return operand(expr.args[0]) + (expr.flag ? " IS NOT NULL" : " IS NULL");
    case ExprKind::is_true: return operand(expr.args[0]) + (expr.flag ? " IS NOT " : " IS ") + upper_ascii(expr.name);
    case ExprKind::function: return joined(expr.names) + "(" + (expr.star ? "*" : list(expr.args, 0, ", ")) + ")";
    case ExprKind::cast: return operand(expr.args[0]) + "::" + (expr.type ? type_text(*expr.type) : "?");
    case ExprKind::collate: return operand(expr.args[0]) + " COLLATE \"" + (expr.names.empty() ? "" : expr.names.back()) + "\"";
    case ExprKind::case_: return case_text(expr);
    case ExprKind::coalesce: return "COALESCE(" + list(expr.args, 0, ", ") + ")";
    case ExprKind::greatest: return "GREATEST(" + list(expr.args, 0, ", ") + ")";
    case ExprKind::least: return "LEAST(" + list(expr.args, 0, ", ") + ")";
    case ExprKind::array: return "ARRAY[" + list(expr.args, 0, ", ") + "]";
    case ExprKind::row: return "ROW(" + list(expr.args, 0, ", ") + ")";
    case ExprKind::field: return "(" + expression_text(*expr.args[0]) + ")." + expr.name;
    case ExprKind::subscript: return operand(expr.args[0]) + "[" + list(expr.args, 1, ":") + "]";
    case ExprKind::sublink: return expr.name == "exists" ? "EXISTS (SELECT ...)" : "(SELECT ...)";
    case ExprKind::value_function: return upper_ascii(expr.name);
    case ExprKind::grouping_or_window:
    case ExprKind::unsupported: return expr.text;
  }
  return {};
}

}  // namespace pgfk
