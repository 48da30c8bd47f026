// What rows taken in bulk have to pass beside their types: CHECKs, domains, the bound of their partition. fk-semantics 17.
//
// Each is asked of every row through the evaluator, as in the row-by-row path; only a bound on ranges of integers, dates and timestamps is
// settled by the least and the greatest value.
#include <algorithm>
#include <string>

#include "analyzer/eval/bound.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"

namespace pgfk {

namespace {

bool has_tests(const TypeLookup& types, TypeId id) {
  for (const Type* type = is_array(id) ? nullptr : types.type(id); type != nullptr && type->kind == TypeKind::domain;
       type = is_array(type->base) ? nullptr : types.type(type->base)) {
    if (type->not_null || !type->checks.empty()) return true;
  }
  return false;
}

bool has_enforced_check(const Relation& relation) {
  return std::any_of(relation.checks.begin(), relation.checks.end(), [](const CheckConstraint& check) { return check.enforced && check.expr; });
}

}  // namespace

/// The columns whose values a CHECK, a domain or a bound asks for, perhaps some more.
std::vector<bool> Replay::checked_columns(const Relation& relation) const {
  std::vector<bool> checked(relation.columns.size());
  const auto mark_named = [&](const std::string& text) {
    const bool whole_row = text.find(relation.name) != std::string::npos || relation.name.find('"') != std::string::npos;
    for (std::size_t at = 0; at < checked.size(); ++at) {
      const std::string& name = relation.columns[at].name;
      // A quote in a name is written twice, so it is not looked for.
      if (whole_row || name.find('"') != std::string::npos || text.find(name) != std::string::npos) checked[at] = true;
    }
  };
  for (const CheckConstraint& check : relation.checks) {
    if (check.enforced && check.expr) mark_named(expression_text(*check.expr));
  }
  for (std::size_t at = 0; at < checked.size(); ++at) {
    if (has_tests(catalog(), relation.columns[at].type)) checked[at] = true;
  }
  for (const Relation* part = &relation; part->partition_of != RelationId::none; part = &catalog()[part->partition_of]) {
    const Relation& root = catalog()[part->partition_of];
    for (const ColumnIndex column : root.partitioning->columns) {
      if (column == kNoColumn) continue;
      if (const ColumnIndex here = relation.column(root.columns[column].name); here != kNoColumn) checked[here] = true;
    }
    for (const Expr* expression : root.partitioning->expressions) mark_named(expression_text(*expression));
  }
  return checked;
}

/// Whether all rows lie within the bound because the least and the greatest value of its one column do, on each level.
bool Replay::within_range_bound(const Relation& relation, const std::vector<ColumnIndex>& columns, const BulkRows& rows) {
  RowValues least(relation.columns.size()), greatest(relation.columns.size());
  for (const Relation* part = &relation; part->partition_of != RelationId::none; part = &catalog()[part->partition_of]) {
    const Relation& root = catalog()[part->partition_of];
    const Partitioning& by = *root.partitioning;
    if (part->bound.is_default || by.strategy != PartitionStrategy::range || by.columns.size() != 1 || by.columns[0] == kNoColumn) return false;
    const ColumnIndex column = relation.column(root.columns[by.columns[0]].name);
    const auto position = std::find(columns.begin(), columns.end(), column);
    if (position == columns.end()) return false;
    const std::optional<std::pair<Value, Value>> range = rows.range(static_cast<std::size_t>(position - columns.begin()));
    if (!range) return false;
    least[column] = range->first;
    greatest[column] = range->second;
  }
  const Outcome<bool> first = matches_bound(relation, least), last = matches_bound(relation, greatest);
  return first.ok() && *first && last.ok() && *last;
}

bool Replay::bulk_rows_pass(const Relation& relation, const std::vector<ColumnIndex>& columns, const BulkRows& rows) {
  if (rows.size() == 0) return true;
  const bool bound = relation.partition_of != RelationId::none && !within_range_bound(relation, columns, rows);
  std::vector<std::pair<std::size_t, ColumnIndex>> asked;  // position in the rows, column
  std::vector<ColumnIndex> domains;
  const std::vector<bool> checked = checked_columns(relation);
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (checked[columns[at]]) asked.emplace_back(at, columns[at]);
    if (has_tests(catalog(), relation.columns[columns[at]].type)) domains.push_back(columns[at]);
  }
  if (!has_enforced_check(relation) && !bound && domains.empty()) return true;
  RowValues cells(relation.columns.size());
  const RowScope row_scope = RowScope::stored(relation, cells);
  const Scope scope = row_scope.scope();
  // Bound once: that takes longer than running them.
  std::vector<NodePtr> conditions;
  for (const CheckConstraint& check : relation.checks) {
    if (!check.enforced || !check.expr) continue;
    Outcome<NodePtr> condition = Binder(catalog(), *this).bind_condition(*check.expr, scope, "WHERE");
    if (!condition.ok()) return false;
    conditions.push_back(*std::move(condition));
  }
  for (BulkRow row = 0; row < rows.size(); ++row) {
    for (const auto& [position, column] : asked) cells[column] = rows.cell(row, position);
    for (const ColumnIndex column : domains) {
      Outcome<Value> value = evaluator().check_domain(cells[column], relation.columns[column].type);
      if (!value.ok()) return false;
      cells[column] = *std::move(value);
    }
    for (const NodePtr& condition : conditions) {
      const Outcome<Value> holds = Executor(catalog(), *this).run(*condition, scope);
      if (!holds.ok() || holds->is_unknown() || !(holds->is_null() || holds->is_true())) return false;
    }
    if (!bound) continue;
    const Outcome<bool> fits = matches_bound(relation, cells);
    if (!fits.ok() || !*fits) return false;
  }
  return true;
}

Outcome<bool> Replay::bulk_rows_fit(const Relation& relation) {
  const std::vector<bool> checked = checked_columns(relation);
  for (const BulkPart& part : store().table(relation.id).bulk) {
    if (within_range_bound(relation, part.columns, *part.rows)) continue;
    std::vector<std::pair<std::size_t, ColumnIndex>> asked;
    for (std::size_t at = 0; at < part.columns.size(); ++at) {
      if (!checked[part.columns[at]]) continue;
      if (!part.kept[at]) {
        return Doubt{"the rows of \"" + relation.name + "\" were loaded without column \"" + relation.columns[part.columns[at]].name + "\""};
      }
      asked.emplace_back(at, part.columns[at]);
    }
    RowValues cells(relation.columns.size());
    for (BulkRow row = 0; row < part.rows->size(); ++row) {
      for (const auto& [position, column] : asked) cells[column] = part.rows->cell(row, position);
      const Outcome<bool> fits = matches_bound(relation, cells);
      if (!fits.ok() || !*fits) return fits;
    }
  }
  return true;
}

}  // namespace pgfk
