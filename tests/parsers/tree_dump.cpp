#include "tests/parsers/tree_dump.h"

#include <type_traits>

namespace pgfk {

namespace {

template <typename List, typename Show>
std::string join(const List& list, Show show, std::string_view separator = ",") {
  std::string text;
  for (const auto& element : list) {
    if (!text.empty()) text += separator;
    text += show(element);
  }
  return text;
}

std::string join_texts(const std::vector<std::string>& list, std::string_view separator = ",") {
  return join(
      list, [](const std::string& element) { return element; }, separator);
}

std::string when(bool condition, std::string_view text) {
  return condition ? std::string(text) : std::string();
}

std::string dump_name(const QualifiedName& name) {
  return when(name.only, "only ") + (name.database.empty() ? "" : name.database + ".") +
         (name.schema.empty() ? "" : name.schema + ".") + name.name;
}

/// For statements whose names say nothing of heirs.
std::string plain_name(QualifiedName name) {
  name.only = false;
  return dump_name(name);
}

std::string dump_names(const std::vector<QualifiedName>& names) {
  return join(names, dump_name);
}

std::string dump_exprs(const std::vector<ExprPtr>& exprs) {
  return join(exprs, [](const ExprPtr& expr) { return dump(expr.get()); });
}

std::string dump_type(const TypeName& type) {
  std::string text =
      when(type.setof, "setof ") + (type.schema.empty() ? "" : type.schema + ".") + type.name;
  if (type.interval_fields >= 0) text += "{" + std::to_string(type.interval_fields) + "}";
  if (!type.modifiers.empty()) text += "(" + dump_exprs(type.modifiers) + ")";
  for (int dimension = 0; dimension < type.array_dimensions; ++dimension) text += "[]";
  return text + when(type.percent_type, "%type");
}

std::string dump_option(const Option& option) {
  std::string text = option.name;
  if (option.value) text += "=" + *option.value;
  if (!option.names.empty() && !option.value) text += "=(" + join_texts(option.names) + ")";
  return text;
}

std::string dump_options(const std::vector<Option>& options) {
  return options.empty() ? "" : "{" + join(options, dump_option) + "}";
}

std::string dump_select(const Select& select);

std::string dump_sort(const SortKey& key) {
  return dump(key.expr.get()) + when(key.descending, " desc") +
         when(key.nulls == NullsOrder::first, " nulls first") +
         when(key.nulls == NullsOrder::last, " nulls last");
}

std::string dump_call(const Expr& expr) {
  std::string arguments;
  for (std::size_t place = 0; place < expr.args.size(); ++place) {
    if (place > 0) arguments += ",";
    if (place < expr.arg_names.size() && !expr.arg_names[place].empty())
      arguments += expr.arg_names[place] + "=>";
    arguments += dump(expr.args[place].get());
  }
  return join_texts(expr.names, ".") + "(" + when(expr.distinct, "distinct ") +
         when(expr.variadic, "variadic ") + when(expr.star, "*") + arguments +
         (expr.order_by.empty() ? "" : " order by " + join(expr.order_by, dump_sort)) + ")" +
         (expr.filter ? " filter " + dump(expr.filter.get()) : "") + when(expr.window, " over");
}

std::string dump_targets(const std::vector<Target>& targets) {
  return join(targets, [](const Target& target) {
    return dump(target.expr.get()) + (target.name.empty() ? "" : " as " + target.name);
  });
}

std::string dump_from(const FromItem& item) {
  std::string text = when(item.lateral, "lateral ");
  switch (item.kind) {
    case FromKind::table:
      text += dump_name(item.table);
      break;
    case FromKind::select:
      text += "(" + dump_select(*item.select) + ")";
      break;
    case FromKind::function:
      text += dump(item.function.get()) + when(item.ordinality, " with ordinality");
      break;
    case FromKind::join: {
      constexpr std::string_view kNames[] = {"inner", "left", "right", "full", "cross"};
      text += "(" + dump_from(*item.left) + when(item.natural, " natural") + " " +
              std::string(kNames[static_cast<int>(item.join)]) + " " + dump_from(*item.right) +
              (item.on ? " on " + dump(item.on.get()) : "") +
              (item.using_columns.empty() ? "" : " using(" + join_texts(item.using_columns) + ")") +
              ")";
      break;
    }
  }
  if (!item.alias.empty()) text += " as " + item.alias;
  if (!item.column_aliases.empty()) text += "(" + join_texts(item.column_aliases) + ")";
  for (const auto& [name, type] : item.column_definitions)
    text += " [" + name + " " + dump_type(type) + "]";
  return text;
}

std::string dump_with(const With& with) {
  if (with.tables.empty()) return "";
  return "with " + when(with.recursive, "recursive ") +
         join(with.tables,
              [](const CommonTable& table) {
                return table.name +
                       (table.column_aliases.empty()
                            ? ""
                            : "(" + join_texts(table.column_aliases) + ")") +
                       "=(" + dump(*table.statement) + ")";
              }) +
         " ";
}

std::string dump_where(const ExprPtr& where) {
  return where ? " where " + dump(where.get()) : "";
}

std::string dump_select(const Select& select) {
  std::string text = dump_with(select.with);
  if (select.operation != SetOperation::none) {
    constexpr std::string_view kNames[] = {"", "union", "intersect", "except"};
    text += "(" + dump_select(*select.left) + " " +
            std::string(kNames[static_cast<int>(select.operation)]) + when(select.all, " all") +
            " " + dump_select(*select.right) + ")";
  } else if (!select.values.empty()) {
    text += "values " + join(select.values, [](const std::vector<ExprPtr>& row) {
              return "(" + dump_exprs(row) + ")";
            });
  } else {
    text += "select " + when(select.distinct, "distinct ") +
            (select.distinct_on.empty() ? "" : "on(" + dump_exprs(select.distinct_on) + ") ") +
            dump_targets(select.targets);
  }
  if (select.into)
    text += " into " + when(select.into_temporary, "temp ") + dump_name(*select.into);
  if (!select.from.empty()) text += " from " + join(select.from, dump_from);
  text += dump_where(select.where);
  if (!select.group_by.empty()) text += " group by " + dump_exprs(select.group_by);
  if (select.having) text += " having " + dump(select.having.get());
  text += when(select.has_window, " window");
  if (!select.order_by.empty()) text += " order by " + join(select.order_by, dump_sort);
  if (select.limit)
    text += " limit " + dump(select.limit.get()) + when(select.with_ties, " with ties");
  if (select.offset) text += " offset " + dump(select.offset.get());
  return text + when(select.locking, " locking");
}

std::string dump_returning(const std::optional<Returning>& returning) {
  if (!returning) return "";
  return " returning " +
         when(!returning->old_alias.empty(), "old as " + returning->old_alias + " ") +
         when(!returning->new_alias.empty(), "new as " + returning->new_alias + " ") +
         dump_targets(returning->targets);
}

std::string dump_set(const std::vector<Assignment>& set) {
  return join(set, [](const Assignment& assignment) {
    const std::string columns = join_texts(assignment.columns);
    return (assignment.columns.size() > 1 ? "(" + columns + ")" : columns) +
           when(assignment.subscripted, "[]") + "=" + dump(assignment.value.get());
  });
}

std::string dump_index_elements(const std::vector<IndexElement>& elements) {
  return join(elements, [](const IndexElement& element) {
    return (element.expr ? dump(element.expr.get()) : element.column) +
           (element.collation.empty() ? "" : " collate " + element.collation) +
           (element.opclass.empty() ? "" : " " + element.opclass) +
           when(element.descending, " desc");
  });
}

std::string dump_overriding(Overriding overriding) {
  constexpr std::string_view kNames[] = {"", " overriding system", " overriding user"};
  return std::string(kNames[static_cast<int>(overriding)]);
}

std::string dump_table(const QualifiedName& table, const std::string& alias) {
  return dump_name(table) + (alias.empty() ? "" : " as " + alias);
}

std::string dump_merge_clause(const MergeClause& clause) {
  constexpr std::string_view kMatches[] = {" matched", " not matched by target",
                                           " not matched by source"};
  constexpr std::string_view kActions[] = {" nothing", " update", " delete", " insert"};
  std::string text = " when" + std::string(kMatches[static_cast<int>(clause.match)]);
  if (clause.condition) text += " and " + dump(clause.condition.get());
  text += ":" + std::string(kActions[static_cast<int>(clause.action)]);
  if (!clause.set.empty()) text += " " + dump_set(clause.set);
  if (!clause.columns.empty()) text += " (" + join_texts(clause.columns) + ")";
  text += dump_overriding(clause.overriding);
  if (!clause.values.empty()) text += " values (" + dump_exprs(clause.values) + ")";
  return text;
}

// --- definitions ---

std::string_view object_word(ObjectKind kind) {
  constexpr std::string_view kNames[] = {
      "table",  "view",      "materialized view", "foreign table", "sequence",   "index",    "type",
      "domain", "schema",    "function",          "procedure",     "aggregate",  "trigger",  "rule",
      "policy", "extension", "collation",         "column",        "constraint", "database", "role",
      "cast",   "operator",  "language",          "other"};
  return kNames[static_cast<int>(kind)];
}

std::string_view action_word(RefAction action) {
  constexpr std::string_view kNames[] = {"no action", "restrict", "cascade", "set null",
                                         "set default"};
  return kNames[static_cast<int>(action)];
}

std::string dump_constraint(const ConstraintDef& constraint) {
  constexpr std::string_view kNames[] = {"not null",    "null",     "default",     "check",
                                         "primary key", "unique",   "foreign key", "exclusion",
                                         "identity",    "generated"};
  std::string text = (constraint.name.empty() ? "" : constraint.name + ":") +
                     std::string(kNames[static_cast<int>(constraint.kind)]);
  if (constraint.expr) text += " " + dump(constraint.expr.get());
  if (!constraint.columns.empty()) text += "(" + join_texts(constraint.columns) + ")";
  text += when(constraint.period, " period");
  if (constraint.kind == ConstraintKind::foreign_key && !constraint.referenced.name.empty()) {
    text += "->" + dump_name(constraint.referenced);
    if (!constraint.referenced_columns.empty())
      text += "(" + join_texts(constraint.referenced_columns) + ")";
    text += when(constraint.referenced_period, " period");
    text += when(constraint.match == MatchType::full, " match full");
    text += when(constraint.match == MatchType::partial, " match partial");
    if (constraint.on_delete != RefAction::no_action)
      text += " delete " + std::string(action_word(constraint.on_delete));
    if (!constraint.delete_set_columns.empty())
      text += "(" + join_texts(constraint.delete_set_columns) + ")";
    if (constraint.on_update != RefAction::no_action)
      text += " update " + std::string(action_word(constraint.on_update));
  }
  for (const Exclusion& exclusion : constraint.exclusions) {
    text += " " + (exclusion.expr ? dump(exclusion.expr.get()) : exclusion.column) + " with " +
            exclusion.op;
  }
  text += dump_where(constraint.where);
  if (!constraint.including.empty()) text += " include(" + join_texts(constraint.including) + ")";
  if (!constraint.using_index.empty()) text += " using " + constraint.using_index;
  text += when(constraint.nulls_not_distinct, " nulls not distinct") +
          when(constraint.without_overlaps, " without overlaps") +
          when(constraint.no_inherit, " no inherit") + when(constraint.deferrable, " deferrable") +
          when(constraint.initially_deferred, " deferred") +
          when(constraint.not_valid, " not valid") +
          when(constraint.not_enforced, " not enforced") +
          when(constraint.always && constraint.kind == ConstraintKind::identity, " always") +
          when(constraint.virtual_, " virtual");
  return text + dump_options(constraint.sequence_options);
}

std::string dump_constraints(const std::vector<ConstraintDef>& constraints) {
  return constraints.empty() ? "" : " [" + join(constraints, dump_constraint, "; ") + "]";
}

std::string dump_column(const ColumnDef& column) {
  return column.name + (column.typed_table ? " typed" : " " + dump_type(column.type)) +
         (column.collation.empty() ? "" : " collate " + column.collation) +
         dump_constraints(column.constraints);
}

std::string dump_element(const TableElement& element) {
  if (const ColumnDef* column = std::get_if<ColumnDef>(&element)) return dump_column(*column);
  if (const ConstraintDef* constraint = std::get_if<ConstraintDef>(&element))
    return dump_constraint(*constraint);
  const LikeClause& like = std::get<LikeClause>(element);
  return "like " + dump_name(like.table) + when(like.defaults, " defaults") +
         when(like.constraints, " constraints") + when(like.indexes, " indexes") +
         when(like.identity, " identity") + when(like.generated, " generated");
}

std::string dump_bound(const PartitionBound& bound) {
  if (bound.is_default) return " default";
  switch (bound.strategy) {
    case PartitionStrategy::list:
      return " in (" + dump_exprs(bound.values) + ")";
    case PartitionStrategy::range:
      return " from (" + dump_exprs(bound.from) + ") to (" + dump_exprs(bound.to) + ")";
    case PartitionStrategy::hash:
      return " with (" + std::to_string(bound.modulus) + "," + std::to_string(bound.remainder) +
             ")";
  }
  return "";
}

std::string_view strategy_word(PartitionStrategy strategy) {
  constexpr std::string_view kNames[] = {"list", "range", "hash"};
  return kNames[static_cast<int>(strategy)];
}

std::string dump_command(const AlterTableCommand& command) {
  constexpr std::string_view kNames[] = {"add column",
                                         "drop column",
                                         "set default",
                                         "drop default",
                                         "set not null",
                                         "drop not null",
                                         "set type",
                                         "add constraint",
                                         "drop constraint",
                                         "alter constraint",
                                         "validate",
                                         "add identity",
                                         "set identity",
                                         "drop identity",
                                         "set expression",
                                         "drop expression",
                                         "enable trigger",
                                         "disable trigger",
                                         "enable always",
                                         "enable replica",
                                         "attach",
                                         "detach",
                                         "inherit",
                                         "no inherit",
                                         "owner",
                                         "add index",
                                         "enable rls",
                                         "disable rls",
                                         "force rls",
                                         "no force rls",
                                         "enable rule",
                                         "disable rule",
                                         "set unlogged",
                                         "set logged",
                                         "cluster on",
                                         "replica identity",
                                         "of",
                                         "not of",
                                         "other"};
  std::string text(kNames[static_cast<int>(command.kind)]);
  text += when(command.if_exists, " if exists") + when(command.if_not_exists, " if not exists");
  if (command.column) {
    text += " " + dump_column(*command.column);
    if (command.kind == AlterTableKind::set_type) text += " of " + command.name;
  } else if (!command.name.empty()) {
    text += " " + command.name;
  }
  text += when(command.all_triggers, " all") + when(command.user_triggers, " user");
  if (command.expr) text += " = " + dump(command.expr.get());
  if (command.constraint) text += " " + dump_constraint(*command.constraint);
  if (command.kind == AlterTableKind::alter_constraint) {
    text += when(!command.mentions_deferrability, " (deferrability not mentioned)") +
            when(command.mentions_enforcement, " (enforcement)") +
            when(command.mentions_inheritability, " (inheritance)");
  }
  text += dump_options(command.sequence_options);
  if (!command.other_table.name.empty()) text += " " + plain_name(command.other_table);
  if (command.bound) text += dump_bound(*command.bound);
  text += when(command.concurrently, " concurrently") + when(command.cascade, " cascade");
  return text + (command.text.empty() ? "" : " " + command.text);
}

std::string dump_statements(const std::vector<std::unique_ptr<Statement>>& statements) {
  return join(
      statements, [](const std::unique_ptr<Statement>& statement) { return dump(*statement); },
      "; ");
}

struct StatementDump {
  std::string operator()(const OtherStatement& other) const {
    return other.tag + (other.names.empty() ? "" : " " + join(other.names, plain_name)) +
           when(other.not_in_transaction, " !block") +
           (other.role.empty() ? "" : " role " + other.role) +
           (other.database.empty() ? "" : " database " + other.database) +
           (other.setting ? ": " + (*this)(*other.setting) : "");
  }
  std::string operator()(const Select& select) const { return dump_select(select); }
  std::string operator()(const Insert& insert) const {
    std::string text = dump_with(insert.with) + "insert " + dump_table(insert.table, insert.alias);
    if (!insert.columns.empty()) text += "(" + join_texts(insert.columns) + ")";
    text += when(insert.column_subscripted, "[]") + dump_overriding(insert.overriding) + " " +
            (insert.source ? dump_select(*insert.source) : "default values");
    const OnConflict& conflict = insert.on_conflict;
    if (conflict.action != OnConflictAction::none) {
      text += " on conflict";
      if (!conflict.target.empty()) text += " (" + dump_index_elements(conflict.target) + ")";
      text += dump_where(conflict.target_where);
      if (!conflict.constraint.empty()) text += " on constraint " + conflict.constraint;
      text += conflict.action == OnConflictAction::nothing
                  ? " nothing"
                  : " update " + dump_set(conflict.set) + dump_where(conflict.where);
    }
    return text + dump_returning(insert.returning);
  }
  std::string operator()(const Update& update) const {
    return dump_with(update.with) + "update " + dump_table(update.table, update.alias) + " set " +
           dump_set(update.set) +
           (update.from.empty() ? "" : " from " + join(update.from, dump_from)) +
           dump_where(update.where) + dump_returning(update.returning);
  }
  std::string operator()(const Delete& remove) const {
    return dump_with(remove.with) + "delete " + dump_table(remove.table, remove.alias) +
           (remove.using_.empty() ? "" : " using " + join(remove.using_, dump_from)) +
           dump_where(remove.where) + dump_returning(remove.returning);
  }
  std::string operator()(const Merge& merge) const {
    return dump_with(merge.with) + "merge " + dump_table(merge.table, merge.alias) + " using " +
           dump_from(merge.source) + " on " + dump(merge.on.get()) +
           join(merge.clauses, dump_merge_clause, "") + dump_returning(merge.returning);
  }
  std::string operator()(const Truncate& truncate) const {
    return "truncate " + dump_names(truncate.tables) + when(truncate.restart_identity, " restart") +
           when(truncate.cascade, " cascade");
  }
  std::string operator()(const Copy& copy) const {
    return "copy " + (copy.query ? "(" + dump(*copy.query) + ")" : dump_name(copy.table)) +
           (copy.columns.empty() ? "" : "(" + join_texts(copy.columns) + ")") +
           (copy.from ? " from" : " to") + when(copy.program, " program") + " " +
           copy.file.value_or("std") + dump_options(copy.options) + dump_where(copy.where);
  }
  std::string operator()(const CreateTable& create) const {
    std::string text = "create" + when(create.temporary, " temp") +
                       when(create.unlogged, " unlogged") + when(create.foreign, " foreign") +
                       " table" + when(create.if_not_exists, " if not exists") + " " +
                       dump_name(create.table);
    if (create.of_type) text += " of " + dump_type(*create.of_type);
    if (create.partition_of) text += " partition of " + dump_name(*create.partition_of);
    text += "(" + join(create.elements, dump_element, ", ") + ")";
    if (create.bound) text += dump_bound(*create.bound);
    if (!create.inherits.empty()) text += " inherits " + dump_names(create.inherits);
    if (create.partition_by) {
      text += " by " + std::string(strategy_word(create.partition_by->strategy)) + "(" +
              join(create.partition_by->parts,
                   [](const PartitionKeyPart& part) {
                     return (part.expr ? dump(part.expr.get()) : part.column) +
                            (part.collation.empty() ? "" : " collate " + part.collation) +
                            (part.opclass.empty() ? "" : " " + part.opclass);
                   }) +
              ")";
    }
    return text + (create.on_commit.empty() ? "" : " on commit " + create.on_commit);
  }
  std::string operator()(const CreateTableAs& create) const {
    return "create" + when(create.temporary, " temp") +
           when(create.materialized_view, " materialized") + " table" +
           when(create.if_not_exists, " if not exists") + " " + dump_name(create.table) +
           (create.columns.empty() ? "" : "(" + join_texts(create.columns) + ")") + " as " +
           dump(*create.query) + when(!create.with_data, " no data");
  }
  std::string operator()(const AlterTable& alter) const {
    return "alter " + std::string(object_word(alter.object)) + when(alter.if_exists, " if exists") +
           " " + dump_name(alter.table) + ": " + join(alter.commands, dump_command, ", ");
  }
  std::string operator()(const CreateIndex& index) const {
    return "create" + when(index.unique, " unique") + " index" +
           when(index.concurrently, " concurrently") + when(index.if_not_exists, " if not exists") +
           " " + index.name + " on " + dump_name(index.table) + " " + index.method + "(" +
           dump_index_elements(index.elements) + ")" +
           (index.including.empty() ? "" : " include(" + join_texts(index.including) + ")") +
           when(index.nulls_not_distinct, " nulls not distinct") + dump_where(index.where);
  }
  std::string operator()(const CreateSequence& create) const {
    return "create" + when(create.temporary, " temp") + " sequence" +
           when(create.if_not_exists, " if not exists") + " " + dump_name(create.sequence) +
           dump_options(create.options);
  }
  std::string operator()(const AlterSequence& alter) const {
    return "alter sequence" + when(alter.if_exists, " if exists") + " " +
           dump_name(alter.sequence) + dump_options(alter.options);
  }
  std::string operator()(const CreateDomain& create) const {
    return "create domain " + dump_name(create.domain) + " " + dump_type(create.type) +
           (create.collation.empty() ? "" : " collate " + create.collation) +
           dump_constraints(create.constraints);
  }
  std::string operator()(const AlterDomain& alter) const {
    constexpr std::string_view kNames[] = {"set default",   "drop default",   "set not null",
                                           "drop not null", "add constraint", "drop constraint",
                                           "validate"};
    return "alter domain " + dump_name(alter.domain) + " " +
           std::string(kNames[static_cast<int>(alter.kind)]) + when(alter.if_exists, " if exists") +
           (alter.name.empty() ? "" : " " + alter.name) +
           (alter.expr ? " " + dump(alter.expr.get()) : "") +
           (alter.constraint ? " " + dump_constraint(*alter.constraint) : "") +
           when(alter.cascade, " cascade");
  }
  std::string operator()(const CreateType& create) const {
    constexpr std::string_view kNames[] = {"enum", "composite", "range", "base", "shell"};
    return "create type " + plain_name(create.type) + " " +
           std::string(kNames[static_cast<int>(create.kind)]) +
           (create.labels.empty() ? "" : " (" + join_texts(create.labels) + ")") +
           (create.attributes.empty() ? "" : " (" + join(create.attributes, dump_column) + ")") +
           dump_options(create.options);
  }
  std::string operator()(const AlterEnum& alter) const {
    return "alter enum " + dump_name(alter.type) +
           (alter.old_label.empty() ? " add " : " rename " + alter.old_label + " to ") +
           when(alter.if_not_exists, "if not exists ") + alter.new_label +
           (alter.neighbor.empty() ? "" : (alter.after ? " after " : " before ") + alter.neighbor);
  }
  std::string operator()(const CreateSchema& create) const {
    return "create schema" + when(create.if_not_exists, " if not exists") + " " + create.name +
           (create.elements.empty() ? "" : " {" + dump_statements(create.elements) + "}");
  }
  std::string operator()(const CreateView& create) const {
    return "create" + when(create.replace, " or replace") + when(create.temporary, " temp") +
           " view " + dump_name(create.view) +
           (create.columns.empty() ? "" : "(" + join_texts(create.columns) + ")") + " as " +
           dump_select(*create.query) +
           (create.check_option.empty() ? "" : " check " + create.check_option);
  }
  std::string operator()(const CreateFunction& create) const {
    return "create" + when(create.replace, " or replace") +
           (create.procedure ? " procedure " : " function ") + dump_name(create.function) + "(" +
           join(create.parameters,
                [](const FunctionParameter& parameter) {
                  return std::string(1, parameter.mode) + " " +
                         when(!parameter.name.empty(), parameter.name + " ") +
                         dump_type(parameter.type) +
                         (parameter.default_value ? "=" + dump(parameter.default_value.get()) : "");
                }) +
           ")" + (create.returns ? " returns " + dump_type(*create.returns) : "") +
           (create.language.empty() ? "" : " " + create.language) +
           (create.volatility.empty() ? "" : " " + create.volatility) +
           when(create.strict, " strict") + (create.body.empty() ? "" : " $" + create.body + "$") +
           (create.sql_body.empty() ? "" : " {" + dump_statements(create.sql_body) + "}");
  }
  std::string operator()(const CreateTrigger& create) const {
    constexpr std::string_view kTimings[] = {" before", " after", " instead of"};
    return "create" + when(create.replace, " or replace") + when(create.constraint, " constraint") +
           " trigger " + create.name + std::string(kTimings[static_cast<int>(create.timing)]) +
           when(create.on_insert, " insert") + when(create.on_update, " update") +
           (create.update_columns.empty() ? "" : "(" + join_texts(create.update_columns) + ")") +
           when(create.on_delete, " delete") + when(create.on_truncate, " truncate") + " on " +
           dump_name(create.table) + when(create.for_each_row, " row") +
           (create.when ? " when " + dump(create.when.get()) : "") +
           when(create.deferrable, " deferrable") + when(create.initially_deferred, " deferred") +
           " " + dump_name(create.function) + "(" + join_texts(create.arguments) + ")";
  }
  std::string operator()(const CreateRule& create) const {
    return "create" + when(create.replace, " or replace") + " rule " + create.name + " on " +
           create.event + " to " + dump_name(create.table) + dump_where(create.where) +
           when(create.instead, " instead") + " {" + dump_statements(create.actions) + "}";
  }
  std::string operator()(const CreateExtension& create) const {
    return "create extension" + when(create.if_not_exists, " if not exists") + " " + create.name +
           (create.schema.empty() ? "" : " schema " + create.schema);
  }
  std::string operator()(const CreateCollation& create) const {
    return "create collation" + when(create.if_not_exists, " if not exists") + " " +
           dump_name(create.collation) +
           (create.from ? " from " + dump_name(*create.from) : dump_options(create.options));
  }
  std::string operator()(const Drop& drop) const {
    std::string names;
    for (std::size_t place = 0; place < drop.names.size(); ++place) {
      if (place > 0) names += ",";
      names += dump_name(drop.names[place]);
      if (place < drop.tables.size()) names += " on " + dump_name(drop.tables[place]);
      if (place < drop.function_arguments.size()) {
        names += "(" + join(drop.function_arguments[place], dump_type) + ")";
      }
    }
    return "drop " + std::string(object_word(drop.object)) +
           when(drop.concurrently, " concurrently") + when(drop.if_exists, " if exists") + " " +
           names + when(drop.cascade, " cascade");
  }
  std::string operator()(const Rename& rename) const {
    return "rename " + std::string(object_word(rename.object)) +
           when(rename.if_exists, " if exists") + " " + dump_name(rename.name) +
           (rename.old_name.empty() ? "" : ": " + rename.old_name) + " to " + rename.new_name +
           when(rename.cascade, " cascade");
  }
  std::string operator()(const SetSchema& set) const {
    return "set schema of " + std::string(object_word(set.object)) +
           when(set.if_exists, " if exists") + " " + dump_name(set.name) + " to " + set.new_schema;
  }
  std::string operator()(const OwnerTo& owner) const {
    return "owner of " + std::string(object_word(owner.object)) + " " + dump_name(owner.name) +
           " to " + owner.role;
  }
  std::string operator()(const Comment& comment) const {
    return "comment on " + std::string(object_word(comment.object)) + " " +
           (comment.sub_name.empty() ? "" : comment.sub_name + " of ") + dump_name(comment.name);
  }
  std::string operator()(const Grant& grant) const {
    return std::string(grant.revoke ? "revoke" : "grant") + when(grant.of_roles, " roles") +
           when(grant.grant_option, " option") + " " +
           (grant.privileges.empty() ? "all" : join_texts(grant.privileges)) +
           (grant.of_roles ? "" : " on " + std::string(object_word(grant.object))) +
           when(grant.all_in_schema, "s in schema") +
           (grant.names.empty() ? "" : " " + dump_names(grant.names)) + ": " +
           join_texts(grant.grantees);
  }
  std::string operator()(const CreateRole& create) const {
    return "create " + create.kind + " " + create.name + dump_options(create.options);
  }
  std::string operator()(const AlterRole& alter) const {
    return "alter role " + alter.name + dump_options(alter.options);
  }
  std::string operator()(const DropRole& drop) const {
    return "drop role" + when(drop.if_exists, " if exists") + " " + join_texts(drop.names);
  }
  std::string operator()(const CreateDatabase& create) const {
    return "create database " + create.name + dump_options(create.options);
  }
  std::string operator()(const DropDatabase& drop) const {
    return "drop database" + when(drop.if_exists, " if exists") + " " + drop.name;
  }
  std::string operator()(const Transaction& transaction) const {
    constexpr std::string_view kNames[] = {"begin",     "commit",          "rollback",
                                           "savepoint", "release",         "rollback to",
                                           "prepare",   "commit prepared", "rollback prepared"};
    return std::string(kNames[static_cast<int>(transaction.kind)]) +
           (transaction.name.empty() ? "" : " " + transaction.name) +
           when(transaction.chain, " chain") + dump_options(transaction.options);
  }
  std::string operator()(const SetVariable& set) const {
    std::string text = set.reset_all ? "reset all" : set.reset ? "reset " + set.name : "set ";
    if (set.reset || set.reset_all) return text;
    text += when(set.scope == SetScope::local, "local ") + set.name;
    if (set.transaction_mode) return text + dump_options(set.options);
    return text + when(set.to_default, " default") + when(set.from_current, " current") +
           (set.values.empty() ? "" : "=" + join_texts(set.values, "|"));
  }
  std::string operator()(const SetConstraints& set) const {
    return "set constraints " + (set.all ? "all" : join(set.names, plain_name)) +
           (set.deferred ? " deferred" : " immediate");
  }
  std::string operator()(const Show& show) const { return "show " + show.name; }
  std::string operator()(const Discard& discard) const { return "discard " + discard.what; }
  std::string operator()(const LockTable& lock) const { return "lock " + dump_names(lock.tables); }
  std::string operator()(const Prepare& prepare) const {
    return "prepare " + prepare.name + "(" + join(prepare.types, dump_type) + ") as " +
           dump(*prepare.statement);
  }
  std::string operator()(const Execute& execute) const {
    return "execute " + execute.name + "(" + dump_exprs(execute.arguments) + ")";
  }
  std::string operator()(const Deallocate& deallocate) const {
    return "deallocate " + (deallocate.all ? "all" : deallocate.name);
  }
  std::string operator()(const Explain& explain) const {
    return "explain" + when(explain.analyze, " analyze") + " " + dump(*explain.statement);
  }
  std::string operator()(const Call& call) const { return "call " + dump(call.function.get()); }
  std::string operator()(const DoBlock& block) const {
    return "do " + block.language + " $" + block.body + "$";
  }
  std::string operator()(const DeclareCursor& declare) const {
    return "declare " + declare.name + " for " + dump(*declare.query);
  }
  std::string operator()(const Refresh& refresh) const {
    return "refresh " + dump_name(refresh.view) + when(!refresh.with_data, " no data");
  }
};

std::string dump_case(const Expr& expr) {
  std::string text = "case";
  if (!expr.args.empty() && expr.args.front()) text += " " + dump(expr.args.front().get());
  for (std::size_t place = 1; place + 2 < expr.args.size(); place += 2) {
    text += " when " + dump(expr.args[place].get()) + " then " + dump(expr.args[place + 1].get());
  }
  if (!expr.args.empty() && expr.args.back()) text += " else " + dump(expr.args.back().get());
  return text + " end";
}

}  // namespace

std::string dump(const Expr* pointer) {
  if (!pointer) return "-";
  const Expr& expr = *pointer;
  const auto argument = [&](std::size_t place) {
    return place < expr.args.size() ? dump(expr.args[place].get()) : std::string("?");
  };
  switch (expr.kind) {
    case ExprKind::null_literal:
      return "null";
    case ExprKind::integer:
      return std::to_string(expr.integer);
    case ExprKind::number:
      return expr.text + "n";
    case ExprKind::string:
      return "'" + expr.text + "'";
    case ExprKind::bit_string:
      return "bits " + expr.text;
    case ExprKind::boolean:
      return expr.flag ? "true" : "false";
    case ExprKind::column:
      return join_texts(expr.names, ".");
    case ExprKind::parameter:
      return "$" + std::to_string(expr.integer);
    case ExprKind::default_value:
      return "default";
    case ExprKind::op:
      return expr.args.size() == 1 ? "(" + expr.name + argument(0) + ")"
                                   : "(" + argument(0) + expr.name + argument(1) + ")";
    case ExprKind::op_any:
      return "(" + argument(0) + expr.name + "any " + argument(1) + ")";
    case ExprKind::op_all:
      return "(" + argument(0) + expr.name + "all " + argument(1) + ")";
    case ExprKind::in_list:
      return when(expr.flag, "not ") + "in(" + dump_exprs(expr.args) + ")";
    case ExprKind::between:
      return when(expr.flag, "not ") + "between" + when(expr.symmetric, " symmetric") + "(" +
             dump_exprs(expr.args) + ")";
    case ExprKind::is_distinct:
      return when(expr.flag, "not ") + "distinct(" + dump_exprs(expr.args) + ")";
    case ExprKind::nullif:
      return "nullif(" + dump_exprs(expr.args) + ")";
    case ExprKind::and_:
      return "and(" + dump_exprs(expr.args) + ")";
    case ExprKind::or_:
      return "or(" + dump_exprs(expr.args) + ")";
    case ExprKind::not_:
      return "not(" + argument(0) + ")";
    case ExprKind::is_null:
      return "(" + argument(0) + " is " + when(expr.flag, "not ") + "null)";
    case ExprKind::is_true:
      return "(" + argument(0) + " is " + when(expr.flag, "not ") + expr.name + ")";
    case ExprKind::function:
      return dump_call(expr);
    case ExprKind::cast:
      return argument(0) + "::" + dump_type(*expr.type);
    case ExprKind::collate:
      return "(" + argument(0) + " collate " + join_texts(expr.names, ".") + ")";
    case ExprKind::case_:
      return dump_case(expr);
    case ExprKind::coalesce:
      return "coalesce(" + dump_exprs(expr.args) + ")";
    case ExprKind::greatest:
      return "greatest(" + dump_exprs(expr.args) + ")";
    case ExprKind::least:
      return "least(" + dump_exprs(expr.args) + ")";
    case ExprKind::array:
      return "array[" + dump_exprs(expr.args) + "]";
    case ExprKind::row:
      return "row(" + dump_exprs(expr.args) + ")";
    case ExprKind::field:
      return "(" + argument(0) + ")." + expr.name;
    case ExprKind::subscript:
      return argument(0) + "[" + argument(1) + "]";
    case ExprKind::sublink:
      return expr.name + (expr.args.empty() ? "" : " " + argument(0) + expr.text) + "(" +
             dump_select(*expr.select) + ")";
    case ExprKind::value_function:
      return expr.name + (expr.integer >= 0 ? "(" + std::to_string(expr.integer) + ")" : "");
    case ExprKind::grouping_or_window:
      return "<" + expr.text + ">";
    case ExprKind::unsupported:
      return "unsupported<" + expr.text + ">";
  }
  return "?";
}

std::string dump(const Statement& statement) {
  return std::visit(StatementDump{}, statement.body);
}

std::string dump(const ParsedSql& parsed) {
  if (parsed.error) {
    const SyntaxError& error = *parsed.error;
    return when(error.ours, "(ours) ") + error.sqlstate + " " + error.message + " @" +
           std::to_string(error.position);
  }
  return join(
      parsed.statements, [](const Statement& statement) { return dump(statement); }, "; ");
}

std::string parsed(std::string_view sql) {
  return dump(parse_sql(sql));
}

std::string parsed_for(int target_version, std::string_view sql) {
  ParseSettings settings;
  settings.target_version = target_version;
  return dump(parse_sql(sql, settings));
}

}  // namespace pgfk
