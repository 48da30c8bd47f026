// One line for each node that stands for a statement.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/tokens.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

using Translator = Statement (*)(const TranslateContext&, TreeNode);

template <auto kTranslate>
Statement as_statement(const TranslateContext& context, TreeNode node) {
  Statement statement;
  statement.body = kTranslate(context, node);
  return statement;
}

CreateTable create_table(const TranslateContext& context, TreeNode node) {
  return translate_create_table(context, node, false);
}

CreateTable create_foreign_table(const TranslateContext& context, TreeNode node) {
  // 15 to 18 all keep what CREATE TABLE has in `base`.
  return translate_create_table(context, node["base"], true);
}

/// RETURN expression, of a function's SQL body.
Select return_statement(const TranslateContext& context, TreeNode node) {
  Select select;
  Target& target = select.targets.emplace_back();
  target.expr = translate_expr(context, node["returnval"]);
  target.location = target.expr->location;
  select.location = target.location;
  return select;
}

constexpr KeywordTable<Translator, 54> kTranslators({{
    {"AlterDomainStmt", &as_statement<&translate_alter_domain>},
    {"AlterEnumStmt", &as_statement<&translate_alter_enum>},
    {"AlterObjectSchemaStmt", &as_statement<&translate_set_schema>},
    {"AlterOwnerStmt", &as_statement<&translate_owner_to>},
    {"AlterRoleStmt", &as_statement<&translate_alter_role>},
    {"AlterSeqStmt", &as_statement<&translate_alter_sequence>},
    {"AlterTableStmt", &translate_alter_table},
    {"CallStmt", &as_statement<&translate_call>},
    {"CommentStmt", &as_statement<&translate_comment>},
    {"CompositeTypeStmt", &as_statement<&translate_create_composite>},
    {"ConstraintsSetStmt", &as_statement<&translate_set_constraints>},
    {"CopyStmt", &as_statement<&translate_copy>},
    {"CreateDomainStmt", &as_statement<&translate_create_domain>},
    {"CreateEnumStmt", &as_statement<&translate_create_enum>},
    {"CreateExtensionStmt", &as_statement<&translate_create_extension>},
    {"CreateForeignTableStmt", &as_statement<&create_foreign_table>},
    {"CreateFunctionStmt", &as_statement<&translate_create_function>},
    {"CreateRangeStmt", &as_statement<&translate_create_range>},
    {"CreateRoleStmt", &as_statement<&translate_create_role>},
    {"CreateSchemaStmt", &as_statement<&translate_create_schema>},
    {"CreateSeqStmt", &as_statement<&translate_create_sequence>},
    {"CreateStmt", &as_statement<&create_table>},
    {"CreateTableAsStmt", &as_statement<&translate_create_table_as>},
    {"CreateTrigStmt", &as_statement<&translate_create_trigger>},
    {"CreatedbStmt", &as_statement<&translate_create_database>},
    {"DeallocateStmt", &as_statement<&translate_deallocate>},
    {"DeclareCursorStmt", &as_statement<&translate_declare_cursor>},
    {"DefineStmt", &translate_define},
    {"DeleteStmt", &as_statement<&translate_delete>},
    {"DiscardStmt", &as_statement<&translate_discard>},
    {"DoStmt", &as_statement<&translate_do>},
    {"DropRoleStmt", &as_statement<&translate_drop_role>},
    {"DropStmt", &as_statement<&translate_drop>},
    {"DropdbStmt", &as_statement<&translate_drop_database>},
    {"ExecuteStmt", &as_statement<&translate_execute>},
    {"ExplainStmt", &as_statement<&translate_explain>},
    {"GrantRoleStmt", &as_statement<&translate_grant_role>},
    {"GrantStmt", &as_statement<&translate_grant>},
    {"IndexStmt", &as_statement<&translate_create_index>},
    {"InsertStmt", &as_statement<&translate_insert>},
    {"LockStmt", &as_statement<&translate_lock>},
    {"MergeStmt", &as_statement<&translate_merge>},
    {"PrepareStmt", &as_statement<&translate_prepare>},
    {"RefreshMatViewStmt", &as_statement<&translate_refresh>},
    {"RenameStmt", &as_statement<&translate_rename>},
    {"ReturnStmt", &as_statement<&return_statement>},
    {"RuleStmt", &as_statement<&translate_create_rule>},
    {"SelectStmt", &as_statement<&translate_select>},
    {"TransactionStmt", &as_statement<&translate_transaction>},
    {"TruncateStmt", &as_statement<&translate_truncate>},
    {"UpdateStmt", &as_statement<&translate_update>},
    {"VariableSetStmt", &as_statement<&translate_set>},
    {"VariableShowStmt", &as_statement<&translate_show>},
    {"ViewStmt", &as_statement<&translate_create_view>},
}});
static_assert(kTranslators.sorted());

/// Up to 17 a statement begins right behind the semicolon before it, in 18 at its first token: here
/// always at the latter.
void set_extent(const TranslateContext& context, TreeNode raw, Statement& statement) {
  const std::size_t location = static_cast<std::size_t>(raw["stmt_location"].integer());
  const std::size_t length = static_cast<std::size_t>(raw["stmt_len"].integer());
  const std::size_t first = Tokenizer(context.text, true, location).next().offset;
  statement.location = context.bridge.edits.original(static_cast<int>(first));
  if (length == 0) return;
  const int end = context.bridge.edits.original(static_cast<int>(location + length));
  statement.length = end - statement.location;
}

}  // namespace

Statement translate_statement(const TranslateContext& context, TreeNode tagged) {
  const std::string_view tag = tagged.tag();
  if (const Translator* translator = kTranslators.find(tag))
    return (*translator)(context, tagged.content());
  Statement statement;
  statement.body = translate_other(context, tag, tagged.content());
  return statement;
}

std::unique_ptr<Statement> translate_statement_pointer(const TranslateContext& context,
                                                       TreeNode tagged) {
  return std::make_unique<Statement>(translate_statement(context, tagged));
}

std::vector<Statement> translate_statements(const TranslateContext& context, TreeNode root) {
  std::vector<Statement> statements;
  const TreeNode list = root["stmts"];
  statements.reserve(list.size());
  for (const TreeNode raw : list) {
    const TreeNode tagged = raw["stmt"];
    if (tagged.tag().empty()) continue;  // nothing but blanks before a semicolon
    statements.push_back(translate_statement(context, tagged));
    set_extent(context, raw, statements.back());
  }
  return statements;
}

}  // namespace pgfk
