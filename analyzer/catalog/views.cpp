// Views, CREATE TABLE AS and materialized views.
// Source: view.c, DefineView; createas.c, ExecCreateTableAs; matview.c.
#include <algorithm>

#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/families.h"

namespace pgfk {
namespace {

using QueryColumns = Outcome<std::vector<std::pair<std::string, TypeId>>>;

/// What the query reads: tables it names, and of those the columns whose names it says anywhere.
template <typename Query>
std::vector<ViewUse> uses_of(const Work& work, const Query& query) {
  std::vector<ViewUse> uses;
  std::vector<std::string> names;
  bool star = false;
  walk(
      query,
      [&](const Expr& expr) {
        if (expr.kind != ExprKind::column || expr.names.empty()) return;
        star = star || expr.names.back() == "*";
        names.push_back(expr.names.back());
      },
      [&](const QualifiedName& name) {
        const RelationId id = work.catalog.find(work.scope, name);
        if (id == RelationId::none) return;
        const bool known = std::any_of(uses.begin(), uses.end(), [id](const ViewUse& use) { return use.relation == id; });
        if (!known) uses.push_back({id, {}});
      });
  for (ViewUse& use : uses) {
    const Relation& relation = work[use.relation];
    for (std::size_t at = 0; at < relation.columns.size(); ++at) {
      const Column& column = relation.columns[at];
      if (column.dropped) continue;
      if (star || std::find(names.begin(), names.end(), column.name) != names.end()) {
        use.columns.push_back(static_cast<ColumnIndex>(at));
      }
    }
  }
  return uses;
}

/// Fills the relation's columns; `names` replace the first ones.
Done set_columns(Relation& relation, const QueryColumns& columns, const std::vector<std::string>& names, const char* too_many) {
  if (columns.refused()) return columns.error();
  if (!columns) {
    relation.columns_known = false;
    return done();
  }
  if (names.size() > columns->size()) return refusal("42601", too_many);
  for (std::size_t at = 0; at < columns->size(); ++at) {
    Column column;
    column.name = at < names.size() ? names[at] : (*columns)[at].first;
    // An unknown literal becomes text.
    column.type = (*columns)[at].second == TypeId::unknown ? TypeId::text : (*columns)[at].second;
    if (relation.column(column.name) != kNoColumn) {
      return refusal("42701", "column " + quoted(column.name) + " specified more than once");
    }
    relation.columns.push_back(std::move(column));
  }
  return done();
}

Done replace_view(Work& work, RelationId id, Relation made) {
  const Relation& old = work[id];
  if (old.kind != RelationKind::view) return refusal("42809", quoted(old.name) + " is not a view");
  if (old.columns_known && made.columns_known) {
    if (made.columns.size() < old.columns.size()) return refusal("42P16", "cannot drop columns from view");
    for (std::size_t at = 0; at < old.columns.size(); ++at) {
      const Column& before = old.columns[at];
      const Column& after = made.columns[at];
      if (before.name != after.name) {
        return refusal("42P16", "cannot change name of view column " + quoted(before.name) + " to " + quoted(after.name));
      }
      if (before.type != after.type) {
        return refusal("42P16", "cannot change data type of view column " + quoted(before.name) + " from " +
                                    type_text(work, before.type) + " to " + type_text(work, after.type));
      }
    }
  }
  Relation& edited = work.catalog.edit(id);
  edited.columns = std::move(made.columns);
  edited.columns_known = made.columns_known;
  edited.view = made.view;
  edited.view_columns = std::move(made.view_columns);
  edited.view_uses = std::move(made.view_uses);
  edited.check_option = std::move(made.check_option);
  return done();
}

}  // namespace

Done create_view(Work& work, const CreateView& statement, const Statement& whole) {
  const Outcome<std::string> schema = schema_for_new(work, statement.view, statement.temporary);
  if (!schema) return schema.as<std::monostate>();
  Relation view;
  view.schema = *schema;
  view.name = statement.view.name;
  view.kind = RelationKind::view;
  view.owner = work.scope.role;
  view.view = statement.query.get();
  view.view_columns = statement.columns;
  view.check_option = statement.check_option;
  view.declared_at = work.at;
  const QueryColumns columns = work.host.columns_of(whole);
  if (Done set = set_columns(view, columns, statement.columns, "CREATE VIEW specifies more column names than columns"); !set) {
    return set;
  }
  if (statement.query) view.view_uses = uses_of(work, *statement.query);
  // A view over temporary tables is temporary.
  for (const ViewUse& use : view.view_uses) {
    if (work[use.relation].temporary && statement.view.schema.empty()) view.schema = Catalog::temporary_schema(work.scope);
  }
  view.temporary = view.schema == Catalog::temporary_schema(work.scope);
  const RelationId old = work.catalog.find_in(view.schema, view.name);
  if (old == RelationId::none) {
    work.catalog.add(std::move(view));
    return done();
  }
  if (!statement.replace) return refusal("42P07", "relation " + quoted(view.name) + " already exists");
  return replace_view(work, old, std::move(view));
}

Done create_table_as(Work& work, const CreateTableAs& statement) {
  const Outcome<std::string> schema = schema_for_new(work, statement.table, statement.temporary);
  if (!schema) return schema.as<std::monostate>();
  const bool taken = work.catalog.relation_name_taken(*schema, statement.table.name);
  if (taken && statement.if_not_exists) return done();
  Relation table;
  table.schema = *schema;
  table.name = statement.table.name;
  table.kind = statement.materialized_view ? RelationKind::materialized_view : RelationKind::table;
  table.temporary = *schema == Catalog::temporary_schema(work.scope);
  table.owner = work.scope.role;
  table.declared_at = work.at;
  const QueryColumns columns = work.host.columns_of(*statement.query);
  if (columns.refused()) return columns.error();
  if (taken) return refusal("42P07", "relation " + quoted(statement.table.name) + " already exists");
  if (Done set = set_columns(table, columns, statement.columns, "too many column names were specified"); !set) return set;
  if (statement.materialized_view) {
    table.query = statement.query.get();
    table.view_uses = uses_of(work, *statement.query);
    if (const auto* select = std::get_if<Select>(&statement.query->body)) table.view = select;
  }
  const RelationId id = work.catalog.add(std::move(table));
  if (statement.with_data) work.tasks.before.push_back(FillTableTask{id, statement.query.get()});
  return done();
}

Done refresh(Work& work, const Refresh& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.view);
  if (!found) return found.as<std::monostate>();
  const Relation& view = work[*found];
  if (view.kind != RelationKind::materialized_view && view.kind != RelationKind::table &&
      view.kind != RelationKind::partitioned_table) {
    return refusal("42809", quoted(view.name) + " is not a table or materialized view");
  }
  if (view.kind != RelationKind::materialized_view) {
    return refusal("0A000", quoted(view.name) + " is not a materialized view");
  }
  work.tasks.before.push_back(DropRowsTask{*found});
  if (statement.with_data && view.query != nullptr) work.tasks.before.push_back(FillTableTask{*found, view.query});
  return done();
}

}  // namespace pgfk
