#include "analyzer/rewrite/effects.h"

#include <set>

namespace pgfk {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

class Reader {
 public:
  explicit Reader(StatementEffects& out) : out_(out) {}

  void statement(const Statement& statement) {
    std::visit(Overloaded{
                   [&](const Select& s) { select(s); },
                   [&](const Insert& s) {
                     with(s.with);
                     if (s.source) select(*s.source);
                     assignments(s.on_conflict.set);
                     expr(s.on_conflict.where);
                     returning(s.returning);
                     out_.touch(s.table.name, s.on_conflict.action == OnConflictAction::update ? TableAccess::change : TableAccess::append);
                   },
                   [&](const Update& s) {
                     with(s.with);
                     assignments(s.set);
                     items(s.from);
                     expr(s.where);
                     returning(s.returning);
                     out_.touch(s.table.name, TableAccess::change);
                   },
                   [&](const Delete& s) {
                     with(s.with);
                     items(s.using_);
                     expr(s.where);
                     returning(s.returning);
                     out_.touch(s.table.name, TableAccess::change);
                   },
                   [&](const Merge& s) {
                     with(s.with);
                     item(s.source);
                     expr(s.on);
                     for (const MergeClause& clause : s.clauses) {
                       expr(clause.condition);
                       assignments(clause.set);
                       for (const ExprPtr& value : clause.values) expr(value);
                     }
                     returning(s.returning);
                     out_.touch(s.table.name, TableAccess::change);
                   },
                   [&](const Truncate& s) {
                     if (s.cascade) out_.fixed = "TRUNCATE .. CASCADE";
                     for (const QualifiedName& table : s.tables) out_.touch(table.name, TableAccess::change);
                   },
                   [&](const Copy& s) {
                     if (s.query) this->statement(*s.query);
                     expr(s.where);
                     if (!s.table.name.empty()) out_.touch(s.table.name, s.from ? TableAccess::append : TableAccess::read);
                   },
                   [&](const CreateTable& s) { create_table(s); },
                   [&](const AlterTable& s) { alter_table(s); },
                   [&](const CreateIndex& s) { out_.touch(s.table.name, TableAccess::change); },
                   // What these do touches no row, and no row them.
                   [](const Comment&) {}, [](const Grant&) {}, [](const Show&) {},
                   [&](const OtherStatement& s) {
                     if (s.tag != "ANALYZE" && s.tag != "VACUUM") out_.fixed = s.tag;
                   },
                   [&](const Transaction& s) {
                     out_.fixed = "a transaction begins or ends there";
                     out_.ends_with_transaction = s.kind == TransactionKind::savepoint || s.kind == TransactionKind::release || s.kind == TransactionKind::rollback_to;
                   },
                   [&](const SetVariable& s) {
                     out_.fixed = s.scope == SetScope::local ? "SET LOCAL " + s.name : "SET " + s.name;
                     out_.ends_with_transaction = s.scope == SetScope::local;
                   },
                   [&](const SetConstraints&) {
                     out_.fixed = "SET CONSTRAINTS";
                     out_.ends_with_transaction = true;
                   },
                   [&](const DoBlock&) { out_.fixed = "a DO block"; },
                   [&](const Call&) { out_.fixed = "CALL"; },
                   [&](const Prepare&) { out_.fixed = "PREPARE"; },
                   [&](const Execute&) { out_.fixed = "EXECUTE"; },
                   [&](const auto&) { out_.fixed = "a definition"; },
               },
               statement.body);
  }

 private:
  void with(const With& with) {
    for (const CommonTable& table : with.tables) {
      common_.insert(table.name);
      if (table.statement) statement(*table.statement);
    }
  }

  void returning(const std::optional<Returning>& returning) {
    if (returning) targets(returning->targets);
  }
  void targets(const std::vector<Target>& targets) {
    for (const Target& target : targets) expr(target.expr);
  }
  void assignments(const std::vector<Assignment>& set) {
    for (const Assignment& assignment : set) expr(assignment.value);
  }
  void items(const std::vector<FromItem>& items) {
    for (const FromItem& each : items) item(each);
  }

  void item(const FromItem& item) {
    if (item.kind == FromKind::table && !(item.table.schema.empty() && common_.contains(item.table.name))) {
      out_.touch(item.table.name, TableAccess::read);
    }
    if (item.select) select(*item.select);
    expr(item.function);
    if (item.left) this->item(*item.left);
    if (item.right) this->item(*item.right);
    expr(item.on);
  }

  void select(const Select& select) {
    with(select.with);
    if (select.into) out_.fixed = "SELECT INTO";
    if (select.left) this->select(*select.left);
    if (select.right) this->select(*select.right);
    for (const std::vector<ExprPtr>& row : select.values) {
      for (const ExprPtr& cell : row) expr(cell);
    }
    targets(select.targets);
    items(select.from);
    for (const ExprPtr* each : {&select.where, &select.having, &select.limit, &select.offset}) expr(*each);
    for (const ExprPtr& each : select.group_by) expr(each);
    for (const SortKey& key : select.order_by) expr(key.expr);
  }

  void expr(const ExprPtr& expr) {
    if (!expr) return;
    if (expr->kind == ExprKind::function && !expr->names.empty() && expr->names.back() == "set_config") out_.fixed = "set_config()";
    for (const ExprPtr& arg : expr->args) this->expr(arg);
    for (const SortKey& key : expr->order_by) this->expr(key.expr);
    this->expr(expr->filter);
    if (expr->select) select(*expr->select);
  }

  void references(const ConstraintDef& constraint) {
    if (constraint.kind == ConstraintKind::foreign_key) out_.touch(constraint.referenced.name, TableAccess::read);
  }

  void create_table(const CreateTable& create) {
    for (const TableElement& element : create.elements) {
      if (const auto* column = std::get_if<ColumnDef>(&element)) {
        for (const ConstraintDef& constraint : column->constraints) references(constraint);
      } else if (const auto* constraint = std::get_if<ConstraintDef>(&element)) {
        references(*constraint);
      } else if (const auto* like = std::get_if<LikeClause>(&element)) {
        out_.touch(like->table.name, TableAccess::change);
      }
    }
    for (const QualifiedName& parent : create.inherits) out_.touch(parent.name, TableAccess::change);
    if (create.partition_of) out_.touch(create.partition_of->name, TableAccess::change);
    if (create.temporary) out_.fixed = "a temporary table";
    out_.touch(create.table.name, TableAccess::change);
  }

  void alter_table(const AlterTable& alter) {
    if (alter.object != ObjectKind::table) out_.fixed = "a definition";
    for (const AlterTableCommand& command : alter.commands) {
      if (command.constraint) references(*command.constraint);
      if (command.column) {
        for (const ConstraintDef& constraint : command.column->constraints) references(constraint);
      }
      if (!command.other_table.name.empty()) out_.touch(command.other_table.name, TableAccess::change);
      // Which checks are made depends on these: nothing passes them.
      switch (command.kind) {
        case AlterTableKind::enable_trigger:
        case AlterTableKind::disable_trigger:
        case AlterTableKind::enable_always_trigger:
        case AlterTableKind::enable_replica_trigger:
          out_.fixed = "it turns triggers on or off";
          break;
        default:
          break;
      }
    }
    out_.touch(alter.table.name, TableAccess::change);
  }

  StatementEffects& out_;
  std::set<std::string> common_;
};

}  // namespace

void StatementEffects::touch(const std::string& table, TableAccess access) {
  const auto [found, fresh] = tables.emplace(table, access);
  if (!fresh && found->second != access) found->second = TableAccess::change;
}

void StatementEffects::merge(const StatementEffects& other) {
  for (const auto& [table, access] : other.tables) touch(table, access);
  if (other.fixed.empty() || (!fixed.empty() && !ends_with_transaction)) return;
  fixed = other.fixed;
  ends_with_transaction = other.ends_with_transaction;
}

StatementEffects effects_of(const Statement& statement) {
  StatementEffects effects;
  Reader(effects).statement(statement);
  return effects;
}

}  // namespace pgfk
