// Transactions, settings, COPY and what else acts without defining anything.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/tokens.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

constexpr KeywordTable<TransactionKind, 10> kTransactionKinds({{
    {"TRANS_STMT_BEGIN", TransactionKind::begin},
    {"TRANS_STMT_COMMIT", TransactionKind::commit},
    {"TRANS_STMT_COMMIT_PREPARED", TransactionKind::commit_prepared},
    {"TRANS_STMT_PREPARE", TransactionKind::prepare},
    {"TRANS_STMT_RELEASE", TransactionKind::release},
    {"TRANS_STMT_ROLLBACK", TransactionKind::rollback},
    {"TRANS_STMT_ROLLBACK_PREPARED", TransactionKind::rollback_prepared},
    {"TRANS_STMT_ROLLBACK_TO", TransactionKind::rollback_to},
    {"TRANS_STMT_SAVEPOINT", TransactionKind::savepoint},
    {"TRANS_STMT_START", TransactionKind::begin},
}});
static_assert(kTransactionKinds.sorted());

constexpr KeywordTable<std::string_view, 4> kDiscards({{
    {"DISCARD_ALL", "all"},
    {"DISCARD_PLANS", "plans"},
    {"DISCARD_SEQUENCES", "sequences"},
    {"DISCARD_TEMP", "temp"},
}});
static_assert(kDiscards.sorted());

/// What SET was given, as the server makes a text of it.
/// Source: guc_funcs.c, flatten_set_variable_args.
std::string setting_text(const Expr& value) {
  switch (value.kind) {
    case ExprKind::integer:
      return std::to_string(value.integer);
    case ExprKind::boolean:
      return value.flag ? "true" : "false";
    case ExprKind::cast:  // SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE is the only one
      return "INTERVAL '" + (value.args.empty() ? std::string() : value.args.front()->text) + "'";
    default:
      return value.text;
  }
}

bool is_off(const Option& option) {
  return option.value &&
         (*option.value == "off" || *option.value == "false" || *option.value == "0");
}

}  // namespace

Transaction translate_transaction(const TranslateContext& context, TreeNode node) {
  Transaction transaction;
  transaction.kind = kTransactionKinds.find_or(node["kind"].text(), TransactionKind::begin);
  transaction.name = node["savepoint_name"].text();
  if (transaction.name.empty()) transaction.name = node["gid"].text();
  transaction.chain = node["chain"].flag();
  transaction.options = translate_options(context, node["options"]);
  return transaction;
}

SetVariable translate_set(const TranslateContext& context, TreeNode node) {
  SetVariable set;
  const std::string_view kind = node["kind"].text();
  set.name = lower_ascii(node["name"].text());
  set.scope = node["is_local"].flag() ? SetScope::local : SetScope::session;
  set.to_default = kind == "VAR_SET_DEFAULT";
  set.from_current = kind == "VAR_SET_CURRENT";
  set.reset = kind == "VAR_RESET";
  set.reset_all = kind == "VAR_RESET_ALL";
  for (const TreeNode argument : node["args"]) {
    if (argument.tag() == "DefElem") {
      set.transaction_mode = true;
      set.options.push_back(translate_option(context, argument.content()));
    } else {
      set.values.push_back(setting_text(*translate_expr(context, argument)));
    }
  }
  return set;
}

SetConstraints translate_set_constraints(const TranslateContext& context, TreeNode node) {
  SetConstraints set;
  set.names = translate_range_vars(context, node["constraints"]);
  set.all = set.names.empty();
  set.deferred = node["deferred"].flag();
  return set;
}

Copy translate_copy(const TranslateContext& context, TreeNode node) {
  Copy copy;
  if (const TreeNode relation = node["relation"]) copy.table = translate_range_var(context, relation);
  if (const TreeNode query = node["query"]) copy.query = translate_statement_pointer(context, query);
  copy.columns = string_list(node["attlist"]);
  copy.from = node["is_from"].flag();
  copy.program = node["is_program"].flag();
  if (const TreeNode file = node["filename"]) copy.file = file.text();
  copy.options = translate_options(context, node["options"]);
  if (const TreeNode where = node["whereClause"]) copy.where = translate_expr(context, where);
  return copy;
}

Truncate translate_truncate(const TranslateContext& context, TreeNode node) {
  return {translate_range_vars(context, node["relations"]), node["restart_seqs"].flag(),
          node["behavior"].text() == "DROP_CASCADE"};
}

Show translate_show(const TranslateContext&, TreeNode node) {
  return {lower_ascii(node["name"].text())};
}

Discard translate_discard(const TranslateContext&, TreeNode node) {
  return {std::string(kDiscards.find_or(node["target"].text(), "all"))};
}

LockTable translate_lock(const TranslateContext& context, TreeNode node) {
  return {translate_range_vars(context, node["relations"])};
}

Prepare translate_prepare(const TranslateContext& context, TreeNode node) {
  Prepare prepare;
  prepare.name = node["name"].text();
  for (const TreeNode type : node["argtypes"])
    prepare.types.push_back(translate_type(context, type.content()));
  prepare.statement = translate_statement_pointer(context, node["query"]);
  return prepare;
}

Execute translate_execute(const TranslateContext& context, TreeNode node) {
  return {std::string(node["name"].text()), translate_exprs(context, node["params"])};
}

Deallocate translate_deallocate(const TranslateContext&, TreeNode node) {
  const std::string_view name = node["name"].text();
  return {std::string(name), name.empty()};
}

Explain translate_explain(const TranslateContext& context, TreeNode node) {
  Explain explain;
  explain.statement = translate_statement_pointer(context, node["query"]);
  for (const Option& option : translate_options(context, node["options"])) {
    if (option.name == "analyze") explain.analyze = !is_off(option);
  }
  return explain;
}

Call translate_call(const TranslateContext& context, TreeNode node) {
  return {translate_function_call(context, node["funccall"])};
}

DoBlock translate_do(const TranslateContext& context, TreeNode node) {
  DoBlock block;
  block.language = "plpgsql";
  for (const Option& option : translate_options(context, node["args"])) {
    if (option.name == "as") block.body = option.value.value_or("");
    if (option.name == "language") block.language = option.value.value_or("");
  }
  return block;
}

DeclareCursor translate_declare_cursor(const TranslateContext& context, TreeNode node) {
  return {std::string(node["portalname"].text()),
          translate_statement_pointer(context, node["query"])};
}

Refresh translate_refresh(const TranslateContext& context, TreeNode node) {
  return {translate_range_var(context, node["relation"]), !node["skipData"].flag()};
}

}  // namespace pgfk
