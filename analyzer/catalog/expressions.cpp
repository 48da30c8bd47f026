#include "analyzer/catalog/expressions.h"

#include <algorithm>

namespace pgfk {

void walk(const Expr& expr, const std::function<void(const Expr&)>& visit, bool queries) {
  visit(expr);
  for (const ExprPtr& arg : expr.args) {
    if (arg) walk(*arg, visit, queries);
  }
  for (const SortKey& key : expr.order_by) {
    if (key.expr) walk(*key.expr, visit, queries);
  }
  if (expr.filter) walk(*expr.filter, visit, queries);
  if (queries && expr.select) {
    walk(*expr.select, visit, [](const QualifiedName&) {});
  }
}

namespace {

using Visit = std::function<void(const Expr&)>;
using VisitTable = std::function<void(const QualifiedName&)>;

/// Also into sub-selects, whose tables count.
void walk_deep(const Expr& expr, const Visit& visit, const VisitTable& table) {
  walk(expr, [&](const Expr& inner) {
    visit(inner);
    if (inner.select) walk(*inner.select, visit, table);
  });
}

void walk_deep(const ExprPtr& expr, const Visit& visit, const VisitTable& table) {
  if (expr) walk_deep(*expr, visit, table);
}

void walk_from(const FromItem& item, const Visit& visit, const VisitTable& table) {
  if (item.kind == FromKind::table) table(item.table);
  if (item.select) walk(*item.select, visit, table);
  walk_deep(item.function, visit, table);
  if (item.left) walk_from(*item.left, visit, table);
  if (item.right) walk_from(*item.right, visit, table);
  walk_deep(item.on, visit, table);
}

void walk_with(const With& with, const Visit& visit, const VisitTable& table) {
  for (const CommonTable& common : with.tables) {
    if (common.statement) walk(*common.statement, visit, table);
  }
}

/// Names that WITH hides from the catalog.
VisitTable without(const With& with, const VisitTable& table) {
  if (with.tables.empty()) return table;
  std::vector<std::string> hidden;
  for (const CommonTable& common : with.tables) hidden.push_back(common.name);
  return [hidden = std::move(hidden), table](const QualifiedName& name) {
    if (name.schema.empty() && std::find(hidden.begin(), hidden.end(), name.name) != hidden.end()) return;
    table(name);
  };
}

void walk_assignments(const std::vector<Assignment>& set, const Visit& visit, const VisitTable& table) {
  for (const Assignment& assignment : set) walk_deep(assignment.value, visit, table);
}

void walk_statement(const Insert& insert, const Visit& visit, const VisitTable& table) {
  table(insert.table);
  if (insert.source) walk(*insert.source, visit, table);
  walk_assignments(insert.on_conflict.set, visit, table);
}

void walk_statement(const Update& update, const Visit& visit, const VisitTable& table) {
  table(update.table);
  walk_assignments(update.set, visit, table);
  for (const FromItem& item : update.from) walk_from(item, visit, table);
  walk_deep(update.where, visit, table);
}

void walk_statement(const Delete& remove, const Visit& visit, const VisitTable& table) {
  table(remove.table);
  for (const FromItem& item : remove.using_) walk_from(item, visit, table);
  walk_deep(remove.where, visit, table);
}

}  // namespace

void walk(const Select& select, const Visit& visit, const VisitTable& outer) {
  walk_with(select.with, visit, select.with.recursive ? without(select.with, outer) : outer);
  const VisitTable table = without(select.with, outer);
  if (select.left) walk(*select.left, visit, table);
  if (select.right) walk(*select.right, visit, table);
  for (const std::vector<ExprPtr>& row : select.values) {
    for (const ExprPtr& cell : row) walk_deep(cell, visit, table);
  }
  for (const ExprPtr& expr : select.distinct_on) walk_deep(expr, visit, table);
  for (const Target& target : select.targets) walk_deep(target.expr, visit, table);
  for (const FromItem& item : select.from) walk_from(item, visit, table);
  walk_deep(select.where, visit, table);
  for (const ExprPtr& expr : select.group_by) walk_deep(expr, visit, table);
  walk_deep(select.having, visit, table);
  for (const SortKey& key : select.order_by) walk_deep(key.expr, visit, table);
}

void walk(const Statement& statement, const Visit& visit, const VisitTable& table) {
  if (const auto* select = std::get_if<Select>(&statement.body)) {
    walk(*select, visit, table);
  } else if (const auto* insert = std::get_if<Insert>(&statement.body)) {
    walk_with(insert->with, visit, table);
    walk_statement(*insert, visit, without(insert->with, table));
  } else if (const auto* update = std::get_if<Update>(&statement.body)) {
    walk_with(update->with, visit, table);
    walk_statement(*update, visit, without(update->with, table));
  } else if (const auto* remove = std::get_if<Delete>(&statement.body)) {
    walk_with(remove->with, visit, table);
    walk_statement(*remove, visit, without(remove->with, table));
  }
}

std::vector<ColumnIndex> columns_used(const Relation& relation, const Expr& expr) {
  std::vector<ColumnIndex> used;
  walk(expr, [&](const Expr& inner) {
    if (inner.kind != ExprKind::column || inner.names.empty()) return;
    const ColumnIndex column = relation.expression_column(inner.names.back());
    if (column != kNoColumn && std::find(used.begin(), used.end(), column) == used.end()) used.push_back(column);
  });
  return used;
}

Done known_columns(const Relation& relation, const Expr& expr) {
  // What the server adds to every table.
  static constexpr std::string_view kSystemColumns[] = {"tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"};
  std::optional<ServerError> error;
  walk(expr, [&](const Expr& inner) {
    if (error || inner.kind != ExprKind::column || inner.names.size() != 1) return;
    const std::string& name = inner.names.front();
    if (name == "*" || name == relation.name || relation.column(name) != kNoColumn) return;
    if (std::find(std::begin(kSystemColumns), std::end(kSystemColumns), name) != std::end(kSystemColumns)) return;
    error = refusal("42703", "column " + quoted(name) + " does not exist");
    error->location = inner.location;
  });
  if (error) return *error;
  return done();
}

bool same_expression(const Expr* a, const Expr* b) {
  if (a == nullptr || b == nullptr || a == b) return a == b;
  if (a->kind != b->kind || a->integer != b->integer || a->text != b->text || a->name != b->name || a->flag != b->flag ||
      a->args.size() != b->args.size() || (a->type == nullptr) != (b->type == nullptr) || a->select || b->select) {
    return false;
  }
  // A column may be written with its table's name.
  if (a->kind == ExprKind::column && !a->names.empty() && !b->names.empty()) return a->names.back() == b->names.back();
  if (a->names != b->names) return false;
  if (a->type && (a->type->name != b->type->name || a->type->array_dimensions != b->type->array_dimensions)) return false;
  for (std::size_t index = 0; index < a->args.size(); ++index) {
    if (!same_expression(a->args[index].get(), b->args[index].get())) return false;
  }
  return true;
}

namespace {

/// Splits 'schema."Name"' as regclass input does; nullopt where that is no name.
std::optional<QualifiedName> read_qualified_name(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (true) {
    std::string part;
    if (at < text.size() && text[at] == '"') {
      ++at;
      while (true) {
        if (at >= text.size()) return std::nullopt;
        if (text[at] == '"') {
          if (at + 1 >= text.size() || text[at + 1] != '"') break;
          ++at;
        }
        part += text[at++];
      }
      ++at;
    } else {
      while (at < text.size() && text[at] != '.' && text[at] != ' ') {
        const char c = text[at++];
        part += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      }
    }
    if (part.empty()) return std::nullopt;
    parts.push_back(cut_at_character(part, 63));
    if (at == text.size()) break;
    if (text[at] != '.') return std::nullopt;
    ++at;
  }
  if (parts.size() > 3) return std::nullopt;
  QualifiedName name;
  name.name = parts.back();
  if (parts.size() > 1) name.schema = parts[parts.size() - 2];
  if (parts.size() > 2) name.database = parts.front();
  return name;
}

}  // namespace

std::optional<QualifiedName> constant_nextval(const Expr& expr) {
  if (expr.kind != ExprKind::function || expr.names.empty() || expr.names.back() != "nextval" || expr.args.size() != 1) {
    return std::nullopt;
  }
  if (expr.names.size() > 1 && expr.names[expr.names.size() - 2] != "pg_catalog") return std::nullopt;
  const Expr* name = expr.args.front().get();
  while (name != nullptr && name->kind == ExprKind::cast && name->type && !name->args.empty()) {
    // ('s'::text)::regclass, as pg_dump before 8.2 wrote it, is looked up at each call: not constant.
    if (name->type->name != "regclass") return std::nullopt;
    name = name->args.front().get();
  }
  if (name == nullptr || name->kind != ExprKind::string) return std::nullopt;
  return read_qualified_name(name->text);
}

}  // namespace pgfk
