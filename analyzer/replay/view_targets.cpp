// INSERT through a view that only shows columns of one table: the rows go into that table. Source: rewriteHandler.c, rewriteTargetView.
#include <algorithm>

#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

/// One plain table in FROM and nothing that gathers, sorts out or cuts off rows: what the server updates through.
bool shows_one_table(const Select& query) {
  return query.with.tables.empty() && query.operation == SetOperation::none && query.values.empty() && !query.distinct && query.distinct_on.empty() &&
         query.group_by.empty() && !query.having && !query.has_window && !query.limit && !query.offset && query.from.size() == 1 &&
         query.from.front().kind == FromKind::table && query.from.front().column_aliases.empty();
}

/// The table's column behind each of the view's; nullopt where one is more than a column.
std::optional<std::vector<ColumnIndex>> columns_behind(const Relation& view, const Relation& table) {
  std::vector<ColumnIndex> behind;
  for (const pgfk::Target& target : view.view->targets) {
    if (!target.expr || target.expr->kind != ExprKind::column) return std::nullopt;
    if (target.expr->names.back() == "*") {
      for (std::size_t at = 0; at < table.columns.size(); ++at) {
        if (!table.columns[at].dropped) behind.push_back(static_cast<ColumnIndex>(at));
      }
      continue;
    }
    const ColumnIndex column = table.expression_column(target.expr->names.back());
    if (column == kNoColumn || std::find(behind.begin(), behind.end(), column) != behind.end()) return std::nullopt;
    behind.push_back(column);
  }
  // A column that the table got later is not in an old star.
  return behind.size() == view.columns.size() ? std::optional(behind) : std::nullopt;
}

}  // namespace

Outcome<Replay::Target> Replay::insert_target(const Insert& insert) {
  const Outcome<RelationId> found = resolve_relation(insert.table);
  if (!found.ok()) return found.as<Target>();
  const Relation& view = catalog()[*found];
  if (view.kind != RelationKind::view) return resolve_target(insert.table, insert.columns, insert.column_locations, false);
  const Doubt doubt{"rows written through view \"" + view.name + "\" are not followed"};
  const bool own_defaults = std::any_of(view.columns.begin(), view.columns.end(), [](const Column& column) { return column.default_expr; });
  if (!view.view || !shows_one_table(*view.view) || view.view_uses.size() != 1 || !view.columns_known || own_defaults || !view.rules.empty() ||
      !view.triggers.empty() || !view.check_option.empty() || !names_.superuser) {
    return doubt;
  }
  const Relation& table = catalog()[view.view_uses.front().relation];
  const std::optional<std::vector<ColumnIndex>> behind = columns_behind(view, table);
  // RETURNING and ON CONFLICT speak of the view's columns.
  if (table.kind != RelationKind::table || !behind || insert.returning || insert.on_conflict.action != OnConflictAction::none) return doubt;
  Target target;
  target.relation = table.id;
  if (insert.columns.empty()) {
    target.columns = *behind;
    return target;
  }
  for (std::size_t at = 0; at < insert.columns.size(); ++at) {
    const ColumnIndex column = view.column(insert.columns[at]);
    if (column == kNoColumn) {
      ServerError error{"42703", "column \"" + insert.columns[at] + "\" of relation \"" + view.name + "\" does not exist"};
      error.location = at < insert.column_locations.size() ? insert.column_locations[at] : -1;
      return error;
    }
    target.columns.push_back((*behind)[column]);
  }
  return target;
}

}  // namespace pgfk
