// libpg_query's parse trees as the structs of tree.h: one function for each family of nodes.
//
// Written for the trees of 15, 17 and 18 alike: a field that only one of them has is absent in the
// others, and absent is zero, false or empty. What the grammar never produces is not looked for.
// Depth: a tree is as deep as its JSON (TreeJson::kMaximumDepth at most), and so is the recursion
// here; check_depth (pg_query.cpp) has refused deep texts before.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/bridge.h"
#include "parsers/sql/pg_query.h"
#include "parsers/sql/tree.h"
#include "parsers/sql/tree_json.h"

namespace pgfk {

struct TranslateContext {
  std::string_view text;  // what the grammar read
  const Bridge& bridge;   // how it differs from what the caller gave
  int target_version;
  std::optional<SyntaxError>& refused;  // set where the target takes amiss what the grammar took
};

/// All statements of a parse tree.
std::vector<Statement> translate_statements(const TranslateContext& context, Node root);

/// A node of the kind that stands for a statement, {"InsertStmt": {...}}. `location` and `length`
/// stay 0.
Statement translate_statement(const TranslateContext& context, Node tagged);
std::unique_ptr<Statement> translate_statement_pointer(const TranslateContext& context,
                                                       Node tagged);

// --- translate_names.cpp: what every family is made of ---

/// The caller's byte offset, -1 where the node has none.
int location_of(const TranslateContext& context, Node node);
/// Refuses a bare name, of a column or a function being defined, that is a keyword in the target
/// and none in the grammar. `location` is the caller's byte offset, -1 for the name behind FUNCTION
/// or PROCEDURE.
void refuse_later_keyword(const TranslateContext& context, std::string_view name, int location);
/// {"String": {"sval": ..}} as its text.
std::string_view string_value(Node tagged);
std::vector<std::string> string_list(Node list);
/// A RangeVar.
QualifiedName translate_range_var(const TranslateContext& context, Node range_var);
std::vector<QualifiedName> translate_range_vars(const TranslateContext& context, Node list);
/// A list of strings, [database,] [schema,] name.
QualifiedName qualified_name(Node list);
/// "schema.name" or "name".
std::string dotted_name(Node list);
/// A RoleSpec: a name, or "public", "current_user", "current_role", "session_user".
std::string translate_role(Node role);
TypeName translate_type(const TranslateContext& context, Node type);
/// An integer constant: the JSON form of 15 says nothing for those below zero, which are then read
/// from the text. `location` is where the constant, or the word in front of it, stands in the
/// grammar's text.
std::int64_t integer_value(const TranslateContext& context, Node value, int location);
/// A DefElem. Lower-cases nothing: the grammar has done so where the server does.
Option translate_option(const TranslateContext& context, Node definition);
std::vector<Option> translate_options(const TranslateContext& context, Node list);

// --- translate_expr.cpp ---

ExprPtr translate_expr(const TranslateContext& context, Node tagged);
std::vector<ExprPtr> translate_exprs(const TranslateContext& context, Node list);
/// What is said of a node that is not translated: the same whether a grammar knows it or the bridge
/// hid it.
std::string_view unsupported_name(std::string_view tag);
/// A FuncCall without its tag.
ExprPtr translate_function_call(const TranslateContext& context, Node call);
std::vector<SortKey> translate_sort_keys(const TranslateContext& context, Node list);

// --- translate_query.cpp ---

SelectPtr translate_select_pointer(const TranslateContext& context, Node select);
Select translate_select(const TranslateContext& context, Node select);
Insert translate_insert(const TranslateContext& context, Node insert);
Update translate_update(const TranslateContext& context, Node update);
Delete translate_delete(const TranslateContext& context, Node remove);
Merge translate_merge(const TranslateContext& context, Node merge);
FromItem translate_from(const TranslateContext& context, Node tagged);
std::vector<IndexElement> translate_index_elements(const TranslateContext& context, Node list);

// --- translate_ddl.cpp ---

ColumnDef translate_column(const TranslateContext& context, Node column);
ConstraintDef translate_constraint(const TranslateContext& context, Node constraint);
PartitionBound translate_bound(const TranslateContext& context, Node bound);
CreateTable translate_create_table(const TranslateContext& context, Node create, bool foreign);
CreateTableAs translate_create_table_as(const TranslateContext& context, Node create);
CreateIndex translate_create_index(const TranslateContext& context, Node index);
CreateDomain translate_create_domain(const TranslateContext& context, Node create);

// --- translate_alter.cpp ---

Statement translate_alter_table(const TranslateContext& context, Node alter);
AlterDomain translate_alter_domain(const TranslateContext& context, Node alter);

// --- translate_objects.cpp: statements that create, drop, rename or describe objects of any kind
// ---

ObjectKind object_kind(std::string_view object_type);
Drop translate_drop(const TranslateContext& context, Node drop);
Rename translate_rename(const TranslateContext& context, Node rename);
SetSchema translate_set_schema(const TranslateContext& context, Node alter);
OwnerTo translate_owner_to(const TranslateContext& context, Node alter);
Comment translate_comment(const TranslateContext& context, Node comment);
Grant translate_grant(const TranslateContext& context, Node grant);
Grant translate_grant_role(const TranslateContext& context, Node grant);
Statement translate_define(const TranslateContext& context, Node define);
CreateType translate_create_enum(const TranslateContext& context, Node create);
CreateType translate_create_composite(const TranslateContext& context, Node create);
CreateType translate_create_range(const TranslateContext& context, Node create);
AlterEnum translate_alter_enum(const TranslateContext& context, Node alter);
CreateSchema translate_create_schema(const TranslateContext& context, Node create);
CreateView translate_create_view(const TranslateContext& context, Node create);
CreateFunction translate_create_function(const TranslateContext& context, Node create);
CreateTrigger translate_create_trigger(const TranslateContext& context, Node create);
CreateRule translate_create_rule(const TranslateContext& context, Node create);
CreateExtension translate_create_extension(const TranslateContext& context, Node create);
CreateSequence translate_create_sequence(const TranslateContext& context, Node create);
AlterSequence translate_alter_sequence(const TranslateContext& context, Node alter);
CreateRole translate_create_role(const TranslateContext& context, Node create);
AlterRole translate_alter_role(const TranslateContext& context, Node alter);
DropRole translate_drop_role(const TranslateContext& context, Node drop);
CreateDatabase translate_create_database(const TranslateContext& context, Node create);
DropDatabase translate_drop_database(const TranslateContext& context, Node drop);

// --- translate_session.cpp: transactions, settings, COPY and what else acts without defining ---

Transaction translate_transaction(const TranslateContext& context, Node transaction);
SetVariable translate_set(const TranslateContext& context, Node set);
SetConstraints translate_set_constraints(const TranslateContext& context, Node set);
Copy translate_copy(const TranslateContext& context, Node copy);
Truncate translate_truncate(const TranslateContext& context, Node truncate);
Show translate_show(const TranslateContext& context, Node show);
Discard translate_discard(const TranslateContext& context, Node discard);
LockTable translate_lock(const TranslateContext& context, Node lock);
Prepare translate_prepare(const TranslateContext& context, Node prepare);
Execute translate_execute(const TranslateContext& context, Node execute);
Deallocate translate_deallocate(const TranslateContext& context, Node deallocate);
Explain translate_explain(const TranslateContext& context, Node explain);
Call translate_call(const TranslateContext& context, Node call);
DoBlock translate_do(const TranslateContext& context, Node block);
DeclareCursor translate_declare_cursor(const TranslateContext& context, Node declare);
Refresh translate_refresh(const TranslateContext& context, Node refresh);

// --- translate_other.cpp ---

/// A statement that has no struct: `tag` is the node's name.
OtherStatement translate_other(const TranslateContext& context, std::string_view tag, Node node);

}  // namespace pgfk
