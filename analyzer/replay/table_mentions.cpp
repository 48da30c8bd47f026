#include "analyzer/replay/table_mentions.h"

#include <algorithm>

namespace pgfk {

namespace {

bool in_expr(const Expr& expr, const std::string& name) {
  if (expr.select && mentions_table(*expr.select, name)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return arg && in_expr(*arg, name); });
}

bool in_expr(const ExprPtr& expr, const std::string& name) { return expr && in_expr(*expr, name); }

bool in_from(const FromItem& item, const std::string& name) {
  if (item.kind == FromKind::table && item.table.schema.empty() && item.table.name == name) return true;
  return (item.select && mentions_table(*item.select, name)) || in_expr(item.function, name) || (item.left && in_from(*item.left, name)) ||
         (item.right && in_from(*item.right, name)) || in_expr(item.on, name);
}

bool in_with(const With& with, const std::string& name) {
  return std::any_of(with.tables.begin(), with.tables.end(),
                     [&](const CommonTable& table) { return table.statement && mentions_table(*table.statement, name); });
}

bool in_targets(const std::vector<Target>& targets, const std::string& name) {
  return std::any_of(targets.begin(), targets.end(), [&](const Target& target) { return in_expr(target.expr, name); });
}

bool in_set(const std::vector<Assignment>& set, const std::string& name) {
  return std::any_of(set.begin(), set.end(), [&](const Assignment& assignment) { return in_expr(assignment.value, name); });
}

bool in_items(const std::vector<FromItem>& items, const std::string& name) {
  return std::any_of(items.begin(), items.end(), [&](const FromItem& item) { return in_from(item, name); });
}

}  // namespace

bool mentions_table(const Select& select, const std::string& name) {
  if (in_with(select.with, name) || in_targets(select.targets, name) || in_items(select.from, name)) return true;
  if (in_expr(select.where, name) || in_expr(select.having, name) || in_expr(select.limit, name)) return true;
  for (const std::vector<ExprPtr>& row : select.values) {
    if (std::any_of(row.begin(), row.end(), [&](const ExprPtr& cell) { return in_expr(cell, name); })) return true;
  }
  return (select.left && mentions_table(*select.left, name)) || (select.right && mentions_table(*select.right, name));
}

bool mentions_table(const Statement& statement, const std::string& name) {
  if (const auto* select = std::get_if<Select>(&statement.body)) return mentions_table(*select, name);
  if (const auto* insert = std::get_if<Insert>(&statement.body)) {
    return in_with(insert->with, name) || (insert->source && mentions_table(*insert->source, name)) || in_set(insert->on_conflict.set, name);
  }
  if (const auto* update = std::get_if<Update>(&statement.body)) {
    return in_with(update->with, name) || in_items(update->from, name) || in_set(update->set, name) || in_expr(update->where, name);
  }
  if (const auto* remove = std::get_if<Delete>(&statement.body)) {
    return in_with(remove->with, name) || in_items(remove->using_, name) || in_expr(remove->where, name);
  }
  if (const auto* merge = std::get_if<Merge>(&statement.body)) {
    return in_with(merge->with, name) || in_from(merge->source, name) || in_expr(merge->on, name);
  }
  return false;
}

bool writes_rows(const Statement& statement) {
  return std::holds_alternative<Insert>(statement.body) || std::holds_alternative<Update>(statement.body) ||
         std::holds_alternative<Delete>(statement.body) || std::holds_alternative<Merge>(statement.body);
}

}  // namespace pgfk
