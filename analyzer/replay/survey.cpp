#include "analyzer/replay/survey.h"

#include <algorithm>
#include <cctype>
#include <type_traits>
#include <variant>

namespace pgfk {

void Survey::add_key(const std::string& table, const std::vector<std::string>& columns) {
  demand_.columns[table].insert(columns.begin(), columns.end());
}

void Survey::add_expression(const std::string& table, const Expr& expr) {
  if (expr.kind == ExprKind::column && !expr.names.empty()) demand_.columns[table].insert(expr.names.back());
  for (const ExprPtr& arg : expr.args) {
    if (arg) add_expression(table, *arg);
  }
  if (expr.select) add_select(*expr.select);
}

void Survey::add_from(const FromItem& item) {
  if (item.kind == FromKind::table) demand_.whole.insert(item.table.name);
  if (item.select) add_select(*item.select);
  if (item.function) add_expression("", *item.function);
  if (item.left) add_from(*item.left);
  if (item.right) add_from(*item.right);
}

void Survey::add_select(const Select& select) {
  for (const CommonTable& table : select.with.tables) {
    if (table.statement) add(*table.statement);
  }
  for (const FromItem& item : select.from) add_from(item);
  if (select.left) add_select(*select.left);
  if (select.right) add_select(*select.right);
  for (const Target& target : select.targets) {
    if (target.expr) add_expression("", *target.expr);
  }
  if (select.where) add_expression("", *select.where);
}

/// Tables that a function's body names may be read or changed whenever it runs.
void Survey::add_query_text(const std::string& body) {
  std::string word;
  for (const char c : body + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    } else if (!word.empty()) {
      bodies_.insert(word);
      word.clear();
    }
  }
}

void Survey::add_constraint(const std::string& table, const std::string& column, const ConstraintDef& constraint) {
  const std::vector<std::string> columns = constraint.columns.empty() && !column.empty() ? std::vector<std::string>{column} : constraint.columns;
  switch (constraint.kind) {
    case ConstraintKind::primary_key:
    case ConstraintKind::unique:
      add_key(table, columns);
      if (constraint.without_overlaps) demand_.whole.insert(table);
      break;
    case ConstraintKind::exclusion:
      // Rows are compared by operators, which sets of keys do not know; so are those of keys with PERIOD.
      demand_.whole.insert(table);
      break;
    case ConstraintKind::foreign_key:
      add_key(table, columns);
      if (constraint.period) {
        demand_.whole.insert(table);
        demand_.whole.insert(constraint.referenced.name);
      }
      add_key(constraint.referenced.name, constraint.referenced_columns);
      // A guard or an action looks for referencing rows one by one.
      actions_.emplace_back(constraint.referenced.name, table);
      break;
    case ConstraintKind::check:
    case ConstraintKind::generated:
      if (constraint.expr) add_expression(table, *constraint.expr);
      break;
    default:
      break;
  }
}

void Survey::add(const Statement& statement) {
  std::visit(
      [&](const auto& s) {
        using T = std::decay_t<decltype(s)>;
        if constexpr (std::is_same_v<T, Select>) {
          add_select(s);
        } else if constexpr (std::is_same_v<T, Insert>) {
          for (const CommonTable& table : s.with.tables) {
            if (table.statement) add(*table.statement);
          }
          if (s.source) add_select(*s.source);
          if (s.on_conflict.action == OnConflictAction::update) demand_.whole.insert(s.table.name);
        } else if constexpr (std::is_same_v<T, Update>) {
          demand_.whole.insert(s.table.name);
          for (const FromItem& item : s.from) add_from(item);
          if (s.where) add_expression(s.table.name, *s.where);
          for (const Assignment& assignment : s.set) {
            if (assignment.value) add_expression(s.table.name, *assignment.value);
          }
        } else if constexpr (std::is_same_v<T, Delete>) {
          demand_.whole.insert(s.table.name);
          for (const FromItem& item : s.using_) add_from(item);
          if (s.where) add_expression(s.table.name, *s.where);
        } else if constexpr (std::is_same_v<T, Merge>) {
          demand_.whole.insert(s.table.name);
          add_from(s.source);
        } else if constexpr (std::is_same_v<T, Copy>) {
          if (s.query) add(*s.query);
          if (s.from && s.where) demand_.whole.insert(s.table.name);
        } else if constexpr (std::is_same_v<T, CreateTable>) {
          for (const TableElement& element : s.elements) {
            if (const ColumnDef* column = std::get_if<ColumnDef>(&element)) {
              for (const ConstraintDef& constraint : column->constraints) add_constraint(s.table.name, column->name, constraint);
            } else if (const ConstraintDef* constraint = std::get_if<ConstraintDef>(&element)) {
              add_constraint(s.table.name, "", *constraint);
            }
          }
          if (s.partition_by) {
            for (const PartitionKeyPart& part : s.partition_by->parts) {
              if (!part.column.empty()) demand_.columns[s.table.name].insert(part.column);
              if (part.expr) add_expression(s.table.name, *part.expr);
            }
          }
          if (s.partition_of) partitions_.emplace_back(s.partition_of->name, s.table.name);
          if (!s.inherits.empty()) demand_.whole.insert(s.table.name);
        } else if constexpr (std::is_same_v<T, AlterTable>) {
          for (const AlterTableCommand& command : s.commands) {
            if (command.constraint) add_constraint(s.table.name, "", *command.constraint);
            switch (command.kind) {
              case AlterTableKind::add_column:
                if (command.column) {
                  for (const ConstraintDef& constraint : command.column->constraints) add_constraint(s.table.name, command.column->name, constraint);
                }
                demand_.whole.insert(s.table.name);
                break;
              case AlterTableKind::set_type:
              case AlterTableKind::set_expression:
              case AlterTableKind::drop_column:
                demand_.whole.insert(s.table.name);
                break;
              case AlterTableKind::set_not_null:
              case AlterTableKind::add_identity:
                demand_.columns[s.table.name].insert(command.name);
                break;
              case AlterTableKind::attach_partition:
                partitions_.emplace_back(s.table.name, command.other_table.name);
                break;
              case AlterTableKind::detach_partition:
                demand_.whole.insert(command.other_table.name);
                break;
              case AlterTableKind::inherit:
                demand_.whole.insert(s.table.name);
                break;
              default:
                break;
            }
          }
        } else if constexpr (std::is_same_v<T, AlterDomain>) {
          demand_.domains_change = true;
        } else if constexpr (std::is_same_v<T, CreateIndex>) {
          if (!s.unique) return;
          for (const IndexElement& element : s.elements) {
            if (!element.column.empty()) demand_.columns[s.table.name].insert(element.column);
            if (element.expr) demand_.whole.insert(s.table.name);
          }
          if (s.where) demand_.whole.insert(s.table.name);
        } else if constexpr (std::is_same_v<T, CreateTableAs>) {
          if (s.query && !s.materialized_view) add(*s.query);  // no key can be on a materialized view
        } else if constexpr (std::is_same_v<T, Prepare> || std::is_same_v<T, Explain>) {
          if (s.statement) add(*s.statement);
        } else if constexpr (std::is_same_v<T, CreateView>) {
          // A view reads its tables only when something reads the view.
          Demand inside;
          Survey reader(inside);
          if (s.query) reader.add_select(*s.query);
          for (const std::string& table : inside.whole) views_.emplace_back(s.view.name, table);
        } else if constexpr (std::is_same_v<T, DoBlock>) {
          add_query_text(s.body);
        } else if constexpr (std::is_same_v<T, CreateSchema>) {
          for (const auto& element : s.elements) add(*element);
        } else if constexpr (std::is_same_v<T, Rename>) {
          // Demand is kept by name: what is renamed is kept whole under both.
          if (s.object == ObjectKind::table || s.object == ObjectKind::column) {
            demand_.whole.insert(s.name.name);
            if (s.object == ObjectKind::table) demand_.whole.insert(s.new_name);
          }
        }
      },
      statement.body);
}

void Survey::finish() {
  for (const std::string& word : bodies_) {
    // DO blocks may change what they name; functions only matter once something calls them, which is undecided anyway.
    demand_.whole.insert(word);
  }
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [root, partition] : partitions_) {
      if (demand_.whole.contains(root) && demand_.whole.insert(partition).second) grown = true;
      const std::unordered_set<std::string> asked = demand_.columns[root];
      for (const std::string& column : asked) {
        if (demand_.columns[partition].insert(column).second) grown = true;
      }
    }
    for (const auto& [view, table] : views_) {
      if (demand_.whole.contains(view) && demand_.whole.insert(table).second) grown = true;
    }
    for (const auto& [referenced, referencing] : actions_) {
      if (demand_.whole.contains(referenced) && demand_.whole.insert(referencing).second) grown = true;
    }
  }
}

}  // namespace pgfk
