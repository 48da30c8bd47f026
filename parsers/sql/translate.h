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
std::vector<Statement> translate_statements(const TranslateContext& context, TreeNode root);

/// A node of the kind that stands for a statement, {"InsertStmt": {...}}. `location` and `length`
/// stay 0.
Statement translate_statement(const TranslateContext& context, TreeNode tagged);
std::unique_ptr<Statement> translate_statement_pointer(const TranslateContext& context,
                                                       TreeNode tagged);

// --- translate_names.cpp: what every family is made of ---

/// The caller's byte offset, -1 where the node has none.
int location_of(const TranslateContext& context, TreeNode node);
/// Refuses a bare name, of a column or a function being defined, that is a keyword in the target
/// and none in the grammar. `location` is the caller's byte offset, -1 for the name behind FUNCTION
/// or PROCEDURE.
void refuse_later_keyword(const TranslateContext& context, std::string_view name, int location);
/// {"String": {"sval": ..}} as its text.
std::string_view string_value(TreeNode tagged);
std::vector<std::string> string_list(TreeNode list);
/// A RangeVar.
QualifiedName translate_range_var(const TranslateContext& context, TreeNode range_var);
std::vector<QualifiedName> translate_range_vars(const TranslateContext& context, TreeNode list);
/// A list of strings, [database,] [schema,] name.
QualifiedName qualified_name(TreeNode list);
/// "schema.name" or "name".
std::string dotted_name(TreeNode list);
/// A RoleSpec: a name, or "public", "current_user", "current_role", "session_user".
std::string translate_role(TreeNode role);
TypeName translate_type(const TranslateContext& context, TreeNode type);
/// An integer constant: the JSON form of 15 says nothing for those below zero, which are then read
/// from the text. `location` is where the constant, or the word in front of it, stands in the
/// grammar's text.
std::int64_t integer_value(const TranslateContext& context, TreeNode value, int location);
/// A DefElem. Lower-cases nothing: the grammar has done so where the server does.
Option translate_option(const TranslateContext& context, TreeNode definition);
std::vector<Option> translate_options(const TranslateContext& context, TreeNode list);

// --- translate_expr.cpp ---

ExprPtr translate_expr(const TranslateContext& context, TreeNode tagged);
std::vector<ExprPtr> translate_exprs(const TranslateContext& context, TreeNode list);
/// What is said of a node that is not translated: the same whether a grammar knows it or the bridge
/// hid it.
std::string_view unsupported_name(std::string_view tag);
/// A FuncCall without its tag.
ExprPtr translate_function_call(const TranslateContext& context, TreeNode call);
std::vector<SortKey> translate_sort_keys(const TranslateContext& context, TreeNode list);

// --- translate_query.cpp ---

SelectPtr translate_select_pointer(const TranslateContext& context, TreeNode select);
Select translate_select(const TranslateContext& context, TreeNode select);
Insert translate_insert(const TranslateContext& context, TreeNode insert);
Update translate_update(const TranslateContext& context, TreeNode update);
Delete translate_delete(const TranslateContext& context, TreeNode remove);
Merge translate_merge(const TranslateContext& context, TreeNode merge);
FromItem translate_from(const TranslateContext& context, TreeNode tagged);
std::vector<IndexElement> translate_index_elements(const TranslateContext& context, TreeNode list);

// --- translate_ddl.cpp ---

ColumnDef translate_column(const TranslateContext& context, TreeNode column);
ConstraintDef translate_constraint(const TranslateContext& context, TreeNode constraint);
PartitionBound translate_bound(const TranslateContext& context, TreeNode bound);
CreateTable translate_create_table(const TranslateContext& context, TreeNode create, bool foreign);
CreateTableAs translate_create_table_as(const TranslateContext& context, TreeNode create);
CreateIndex translate_create_index(const TranslateContext& context, TreeNode index);
CreateDomain translate_create_domain(const TranslateContext& context, TreeNode create);

// --- translate_alter.cpp ---

Statement translate_alter_table(const TranslateContext& context, TreeNode alter);
AlterDomain translate_alter_domain(const TranslateContext& context, TreeNode alter);

// --- translate_objects.cpp: statements that create, drop, rename or describe objects of any kind
// ---

ObjectKind object_kind(std::string_view object_type);
Drop translate_drop(const TranslateContext& context, TreeNode drop);
Rename translate_rename(const TranslateContext& context, TreeNode rename);
SetSchema translate_set_schema(const TranslateContext& context, TreeNode alter);
OwnerTo translate_owner_to(const TranslateContext& context, TreeNode alter);
Comment translate_comment(const TranslateContext& context, TreeNode comment);
Grant translate_grant(const TranslateContext& context, TreeNode grant);
Grant translate_grant_role(const TranslateContext& context, TreeNode grant);
Statement translate_define(const TranslateContext& context, TreeNode define);
CreateType translate_create_enum(const TranslateContext& context, TreeNode create);
CreateType translate_create_composite(const TranslateContext& context, TreeNode create);
CreateType translate_create_range(const TranslateContext& context, TreeNode create);
AlterEnum translate_alter_enum(const TranslateContext& context, TreeNode alter);
CreateSchema translate_create_schema(const TranslateContext& context, TreeNode create);
CreateView translate_create_view(const TranslateContext& context, TreeNode create);
CreateFunction translate_create_function(const TranslateContext& context, TreeNode create);
CreateTrigger translate_create_trigger(const TranslateContext& context, TreeNode create);
CreateRule translate_create_rule(const TranslateContext& context, TreeNode create);
CreateExtension translate_create_extension(const TranslateContext& context, TreeNode create);
CreateSequence translate_create_sequence(const TranslateContext& context, TreeNode create);
AlterSequence translate_alter_sequence(const TranslateContext& context, TreeNode alter);
CreateRole translate_create_role(const TranslateContext& context, TreeNode create);
AlterRole translate_alter_role(const TranslateContext& context, TreeNode alter);
DropRole translate_drop_role(const TranslateContext& context, TreeNode drop);
CreateDatabase translate_create_database(const TranslateContext& context, TreeNode create);
DropDatabase translate_drop_database(const TranslateContext& context, TreeNode drop);

// --- translate_session.cpp: transactions, settings, COPY and what else acts without defining ---

Transaction translate_transaction(const TranslateContext& context, TreeNode transaction);
SetVariable translate_set(const TranslateContext& context, TreeNode set);
SetConstraints translate_set_constraints(const TranslateContext& context, TreeNode set);
Copy translate_copy(const TranslateContext& context, TreeNode copy);
Truncate translate_truncate(const TranslateContext& context, TreeNode truncate);
Show translate_show(const TranslateContext& context, TreeNode show);
Discard translate_discard(const TranslateContext& context, TreeNode discard);
LockTable translate_lock(const TranslateContext& context, TreeNode lock);
Prepare translate_prepare(const TranslateContext& context, TreeNode prepare);
Execute translate_execute(const TranslateContext& context, TreeNode execute);
Deallocate translate_deallocate(const TranslateContext& context, TreeNode deallocate);
Explain translate_explain(const TranslateContext& context, TreeNode explain);
Call translate_call(const TranslateContext& context, TreeNode call);
DoBlock translate_do(const TranslateContext& context, TreeNode block);
DeclareCursor translate_declare_cursor(const TranslateContext& context, TreeNode declare);
Refresh translate_refresh(const TranslateContext& context, TreeNode refresh);

// --- translate_other.cpp ---

/// A statement that has no struct: `tag` is the node's name.
OtherStatement translate_other(const TranslateContext& context, std::string_view tag, TreeNode node);

}  // namespace pgfk
