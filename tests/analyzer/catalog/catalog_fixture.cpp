#include "tests/analyzer/catalog/catalog_fixture.h"

namespace pgfk {

Outcome<Value> LiteralHost::constant(const Expr& expr, TypeId type, std::int32_t typmod) {
  const ValueSettings settings;
  const TypeContext context{catalog_, settings};
  switch (expr.kind) {
    case ExprKind::null_literal: return Value::null(type);
    case ExprKind::integer: return read_value(context, type, typmod, std::to_string(expr.integer));
    case ExprKind::number:
    case ExprKind::string: return read_value(context, type, typmod, expr.text);
    case ExprKind::cast: return constant(*expr.args.front(), type, typmod);
    case ExprKind::op:
      if (expr.name == "-" && expr.args.size() == 1 && expr.args.front()->kind == ExprKind::integer) {
        return read_value(context, type, typmod, std::to_string(-expr.args.front()->integer));
      }
      break;
    default: break;
  }
  return Doubt{"not a literal"};
}

Outcome<TypeId> LiteralHost::type_of(const Expr& expr, RelationId relation) {
  if (expr.kind == ExprKind::integer) return TypeId::int4;
  if (expr.kind == ExprKind::boolean) return TypeId::bool_;
  if (expr.kind == ExprKind::string) return TypeId::unknown;
  if (expr.kind == ExprKind::cast && expr.type) return builtin_type(expr.type->name);
  if (expr.kind == ExprKind::column && relation != RelationId::none) {
    const ColumnIndex column = catalog_[relation].expression_column(expr.names.back());
    if (column != kNoColumn) return catalog_[relation].columns[column].type;
  }
  return Doubt{"not a literal"};
}

Outcome<std::vector<std::pair<std::string, TypeId>>> LiteralHost::columns_of(const Statement& query) {
  const auto* select = std::get_if<Select>(&query.body);
  if (const auto* view = std::get_if<CreateView>(&query.body)) select = view->query.get();
  if (select == nullptr || select->from.size() != 1) return Doubt{"not a plain query"};
  const RelationId source = catalog_.find({}, select->from.front().table);
  if (source == RelationId::none) {
    return ServerError{"42P01", "relation \"" + select->from.front().table.name + "\" does not exist"};
  }
  std::vector<std::pair<std::string, TypeId>> columns;
  for (const Target& target : select->targets) {
    if (target.expr->kind != ExprKind::column) return Doubt{"not a plain query"};
    for (const Column& column : catalog_[source].columns) {
      if (column.dropped) continue;
      if (target.expr->names.back() == "*" || target.expr->names.back() == column.name) columns.emplace_back(column.name, column.type);
    }
  }
  return columns;
}

std::string Database::apply(const Statement& statement, std::vector<DataTask>* tasks) {
  const Catalog::Mark mark = catalog.mark();
  Outcome<std::vector<DataTask>> applied = definitions.apply(statement, scope, {});
  if (applied) {
    if (tasks != nullptr) *tasks = std::move(*applied);
    return {};
  }
  catalog.rollback_to(mark);
  if (applied.doubtful()) return "undecided (" + applied.doubt().reason + ")";
  std::string text = applied.error().sqlstate + " " + applied.error().message;
  if (!applied.error().detail.empty()) text += "\n  " + applied.error().detail;
  return text;
}

std::string Database::run(std::string_view sql) {
  ParseSettings settings;
  settings.target_version = scope.server_version;
  trees_.push_back(std::make_unique<ParsedSql>(parse_sql(sql, settings)));
  const ParsedSql& parsed = *trees_.back();
  if (parsed.error) return "syntax: " + parsed.error->message;
  std::string text;
  for (std::size_t at = 0; at < parsed.statements.size(); ++at) {
    const std::string error = apply(parsed.statements[at], nullptr);
    if (error.empty()) continue;
    if (!text.empty()) text += "\n";
    text += std::to_string(at + 1) + ": " + error;
  }
  return text;
}

namespace {

struct TaskText {
  const Catalog& catalog;

  std::string operator()(const CheckForeignKeyTask& task) const { return "foreign key " + key(task.key); }
  std::string operator()(const BuildUniqueTask& task) const { return "unique " + table(task.relation) + " " + task.key; }
  std::string operator()(const CheckNotNullTask& task) const { return "not null " + column(task.relation, task.column); }
  std::string operator()(const CheckConstraintTask& task) const { return "check " + table(task.relation) + " " + task.check; }
  std::string operator()(const FillColumnTask& task) const { return "fill " + column(task.relation, task.column); }
  std::string operator()(const RetypeColumnTask& task) const {
    return "retype " + column(task.relation, task.column) + " from " + format_type(catalog, task.old_type, task.old_typmod);
  }
  std::string operator()(const RecomputeColumnTask& task) const { return "recompute " + column(task.relation, task.column); }
  std::string operator()(const DropRowsTask& task) const { return "drop rows " + table(task.relation); }
  std::string operator()(const CheckBoundTask& task) const { return "bound " + table(task.relation); }
  std::string operator()(const CheckDefaultPartitionTask& task) const { return "default partition " + table(task.default_partition); }
  std::string operator()(const CheckDetachTask& task) const { return "detach " + table(task.partition) + " " + key(task.key); }
  std::string operator()(const FillTableTask& task) const { return "fill table " + table(task.relation); }
  std::string operator()(const CheckDomainTask& task) const { return "domain " + (task.not_null ? std::string("not null") : task.check); }

  std::string table(RelationId id) const { return catalog[id].name; }
  std::string column(RelationId id, ColumnIndex at) const { return table(id) + "." + catalog[id].columns[at].name; }
  std::string key(ForeignKeyId id) const {
    const ForeignKey& foreign_key = catalog.foreign_key(id);
    return table(foreign_key.referencing) + " " + foreign_key.name;
  }
};

}  // namespace

std::string Database::tasks(std::string_view sql) {
  trees_.push_back(std::make_unique<ParsedSql>(parse_sql(sql)));
  const ParsedSql& parsed = *trees_.back();
  if (parsed.error) return "syntax: " + parsed.error->message;
  std::vector<DataTask> tasks;
  const std::string error = apply(parsed.statements.front(), &tasks);
  if (!error.empty()) return error;
  std::string text;
  for (const DataTask& task : tasks) {
    if (!text.empty()) text += "\n";
    text += std::visit(TaskText{catalog}, task);
  }
  return text;
}

std::string Database::keys() const {
  std::string text;
  for (const ForeignKeyId id : catalog.foreign_keys()) {
    const ForeignKey& key = catalog.foreign_key(id);
    if (!text.empty()) text += "\n";
    text += catalog[key.referencing].name + ": " + dump_foreign_key(catalog, key);
  }
  return text;
}

std::string errors(std::string_view sql, int version) { return Database(version).run(sql); }

}  // namespace pgfk
