// Expressions.
#include <algorithm>

#include "parsers/sql/keyword_table.h"
#include "parsers/sql/numbers.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

ExprPtr make(const TranslateContext& context, ExprKind kind, TreeNode node) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->location = location_of(context, node);
  return expr;
}

ExprPtr make_unsupported(const TranslateContext& context, TreeNode node, std::string_view what) {
  ExprPtr expr = make(context, ExprKind::unsupported, node);
  expr->text = what;
  return expr;
}

bool is_among(const std::vector<int>& places, int location) {
  return std::find(places.begin(), places.end(), location) != places.end();
}

/// A spot the bridge rewrote into something of another meaning: nothing is known of its value.
bool is_opaque(const TranslateContext& context, TreeNode node) {
  return !context.bridge.opaque.empty() &&
         is_among(context.bridge.opaque, location_of(context, node));
}

/// A call in the trees before the constructors of SQL/JSON, which no function of that name stands
/// behind.
bool is_json_constructor(const TranslateContext& context, const Expr& call) {
  if (call.names.size() != 1 || !call.names.front().starts_with("json_") ||
      call.names.front() == "json_object") {
    return false;
  }
  const int since = keyword_since(call.names.front());
  return since != 0 && context.target_version >= since && grammar_version() < since;
}

void add_argument(const TranslateContext& context, Expr& expr, TreeNode tagged) {
  expr.args.push_back(tagged ? translate_expr(context, tagged) : nullptr);
}

ExprPtr constant(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::null_literal, node);
  if (const TreeNode value = node["ival"]) {
    expr->kind = ExprKind::integer;
    expr->integer = integer_value(context, value, static_cast<int>(node["location"].integer()));
  } else if (const TreeNode text = node["sval"]) {
    expr->kind = ExprKind::string;
    expr->text = text["sval"].text();
  } else if (const TreeNode number = node["fval"]) {
    expr->kind = ExprKind::number;
    expr->text = plain_number(number["fval"].text());
  } else if (const TreeNode truth = node["boolval"]) {
    expr->kind = ExprKind::boolean;
    expr->flag = truth["boolval"].flag();
  } else if (const TreeNode bits = node["bsval"]) {
    expr->kind = ExprKind::bit_string;
    expr->text = bits["bsval"].text();
  }
  return expr;
}

ExprPtr column(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::column, node);
  expr->names = string_list(node["fields"]);
  constexpr int kSystemUserSince = 16;
  if (expr->names.size() == 1 && expr->names.front() == "system_user" &&
      context.target_version >= kSystemUserSince &&
      context.text[static_cast<std::size_t>(node["location"].integer())] != '"') {
    expr->kind = ExprKind::value_function;
    expr->name = std::move(expr->names.front());
    expr->names.clear();
    expr->integer = -1;
  }
  return expr;
}

ExprPtr parameter(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::parameter, node);
  expr->integer = node["number"].integer();
  return expr;
}

ExprPtr default_value(const TranslateContext& context, TreeNode node) {
  return make(context, ExprKind::default_value, node);
}

// --- operators ---

struct OperatorForm {
  ExprKind kind;
  bool flag = false;
  bool symmetric = false;
};

constexpr KeywordTable<OperatorForm, 14> kOperatorForms({{
    {"AEXPR_BETWEEN", {ExprKind::between}},
    {"AEXPR_BETWEEN_SYM", {ExprKind::between, false, true}},
    {"AEXPR_DISTINCT", {ExprKind::is_distinct}},
    {"AEXPR_ILIKE", {ExprKind::op}},
    {"AEXPR_IN", {ExprKind::in_list}},
    {"AEXPR_LIKE", {ExprKind::op}},
    {"AEXPR_NOT_BETWEEN", {ExprKind::between, true}},
    {"AEXPR_NOT_BETWEEN_SYM", {ExprKind::between, true, true}},
    {"AEXPR_NOT_DISTINCT", {ExprKind::is_distinct, true}},
    {"AEXPR_NULLIF", {ExprKind::nullif}},
    {"AEXPR_OP", {ExprKind::op}},
    {"AEXPR_OP_ALL", {ExprKind::op_all}},
    {"AEXPR_OP_ANY", {ExprKind::op_any}},
    {"AEXPR_SIMILAR", {ExprKind::op}},
}});
static_assert(kOperatorForms.sorted());

ExprPtr operation(const TranslateContext& context, TreeNode node) {
  const OperatorForm* form = kOperatorForms.find(node["kind"].text());
  if (!form) return make_unsupported(context, node, node["kind"].text());
  ExprPtr expr = make(context, form->kind, node);
  expr->flag = form->flag;
  expr->symmetric = form->symmetric;
  for (const TreeNode part : node["name"]) expr->name = string_value(part);
  if (const TreeNode left = node["lexpr"]) add_argument(context, *expr, left);
  const TreeNode right = node["rexpr"];
  if (form->kind == ExprKind::in_list) expr->flag = expr->name == "<>";
  if ((form->kind == ExprKind::in_list || form->kind == ExprKind::between) &&
      right.tag() == "List") {
    for (const TreeNode item : right.content()["items"]) add_argument(context, *expr, item);
  } else {
    add_argument(context, *expr, right);
  }
  return expr;
}

constexpr KeywordTable<ExprKind, 3> kBooleanForms({{
    {"AND_EXPR", ExprKind::and_},
    {"NOT_EXPR", ExprKind::not_},
    {"OR_EXPR", ExprKind::or_},
}});
static_assert(kBooleanForms.sorted());

ExprPtr boolean_operation(const TranslateContext& context, TreeNode node) {
  ExprPtr expr =
      make(context, kBooleanForms.find_or(node["boolop"].text(), ExprKind::unsupported), node);
  expr->args = translate_exprs(context, node["args"]);
  return expr;
}

ExprPtr null_test(const TranslateContext& context, TreeNode node) {
  if (is_opaque(context, node)) return make_unsupported(context, node, "IS JSON");
  ExprPtr expr = make(context, ExprKind::is_null, node);
  expr->flag = node["nulltesttype"].text() == "IS_NOT_NULL";
  add_argument(context, *expr, node["arg"]);
  return expr;
}

struct TruthTest {
  std::string_view name;
  bool negated;
};

constexpr KeywordTable<TruthTest, 6> kTruthTests({{
    {"IS_FALSE", {"false", false}},
    {"IS_NOT_FALSE", {"false", true}},
    {"IS_NOT_TRUE", {"true", true}},
    {"IS_NOT_UNKNOWN", {"unknown", true}},
    {"IS_TRUE", {"true", false}},
    {"IS_UNKNOWN", {"unknown", false}},
}});
static_assert(kTruthTests.sorted());

ExprPtr truth_test(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::is_true, node);
  const TruthTest test = kTruthTests.find_or(node["booltesttype"].text(), {"unknown", false});
  expr->name = test.name;
  expr->flag = test.negated;
  add_argument(context, *expr, node["arg"]);
  return expr;
}

// --- calls, casts and constructors ---

ExprPtr call(const TranslateContext& context, TreeNode node) {
  if (is_opaque(context, node)) return make_unsupported(context, node, "SQL/JSON");
  ExprPtr expr = make(context, ExprKind::function, node);
  expr->names = string_list(node["funcname"]);
  if (is_json_constructor(context, *expr)) return make_unsupported(context, node, "SQL/JSON");
  const TreeNode arguments = node["args"];
  std::size_t named = 0;
  for (const TreeNode argument : arguments) {
    if (argument.tag() == "NamedArgExpr") {
      const TreeNode content = argument.content();
      if (named++ == 0) expr->arg_names.resize(expr->args.size());
      expr->arg_names.emplace_back(content["name"].text());
      add_argument(context, *expr, content["arg"]);
    } else {
      add_argument(context, *expr, argument);
    }
  }
  expr->star = node["agg_star"].flag();
  expr->distinct = node["agg_distinct"].flag();
  expr->variadic = node["func_variadic"].flag();
  expr->order_by = translate_sort_keys(context, node["agg_order"]);
  if (const TreeNode filter = node["agg_filter"]) expr->filter = translate_expr(context, filter);
  expr->window = static_cast<bool>(node["over"]);
  if (!context.bridge.local_zones.empty() && is_among(context.bridge.local_zones, expr->location)) {
    expr->args.erase(
        expr->args.begin());  // timezone(value), as the grammars that know AT LOCAL have it
  }
  return expr;
}

ExprPtr merge_action(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::function, node);
  expr->names = {"merge_action"};
  return expr;
}

ExprPtr cast(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::cast, node);
  add_argument(context, *expr, node["arg"]);
  expr->type = std::make_unique<TypeName>(translate_type(context, node["typeName"]));
  return expr;
}

ExprPtr collate(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::collate, node);
  add_argument(context, *expr, node["arg"]);
  expr->names = string_list(node["collname"]);
  return expr;
}

ExprPtr case_expression(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::case_, node);
  add_argument(context, *expr, node["arg"]);
  for (const TreeNode branch : node["args"]) {
    const TreeNode content = branch.content();
    add_argument(context, *expr, content["expr"]);
    add_argument(context, *expr, content["result"]);
  }
  add_argument(context, *expr, node["defresult"]);
  return expr;
}

ExprPtr coalesce(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::coalesce, node);
  expr->args = translate_exprs(context, node["args"]);
  return expr;
}

ExprPtr greatest_or_least(const TranslateContext& context, TreeNode node) {
  const bool least = node["op"].text() == "IS_LEAST";
  ExprPtr expr = make(context, least ? ExprKind::least : ExprKind::greatest, node);
  expr->args = translate_exprs(context, node["args"]);
  return expr;
}

ExprPtr array(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::array, node);
  expr->args = translate_exprs(context, node["elements"]);
  return expr;
}

ExprPtr row(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::row, node);
  expr->args = translate_exprs(context, node["args"]);
  return expr;
}

ExprPtr indirection(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = translate_expr(context, node["arg"]);
  for (const TreeNode step : node["indirection"]) {
    auto outer = std::make_unique<Expr>();
    outer->location = expr->location;
    outer->args.push_back(std::move(expr));
    if (step.tag() == "A_Indices") {
      const TreeNode indices = step.content();
      outer->kind = indices["is_slice"].flag() ? ExprKind::unsupported : ExprKind::subscript;
      if (outer->kind == ExprKind::unsupported) outer->text = "array slice";
      for (const char* bound : {"lidx", "uidx"}) {
        if (const TreeNode index = indices[bound]) add_argument(context, *outer, index);
      }
    } else {
      outer->kind = ExprKind::field;
      outer->name = step.tag() == "A_Star" ? std::string_view("*") : string_value(step);
    }
    expr = std::move(outer);
  }
  return expr;
}

constexpr KeywordTable<std::string_view, 5> kSublinks({{
    {"ALL_SUBLINK", "all"},
    {"ANY_SUBLINK", "any"},
    {"ARRAY_SUBLINK", "array"},
    {"EXISTS_SUBLINK", "exists"},
    {"EXPR_SUBLINK", "expr"},
}});
static_assert(kSublinks.sorted());

ExprPtr sublink(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::sublink, node);
  expr->name = kSublinks.find_or(node["subLinkType"].text(), "expr");
  if (const TreeNode left = node["testexpr"]) add_argument(context, *expr, left);
  for (const TreeNode part : node["operName"]) expr->text = string_value(part);
  if (expr->name == "any" && expr->text.empty()) expr->text = "=";  // IN
  expr->select = translate_select_pointer(context, node["subselect"].content());
  return expr;
}

// A precision is kept in `integer`, -1 where there is none.
constexpr KeywordTable<std::string_view, 15> kValueFunctions({{
    {"SVFOP_CURRENT_CATALOG", "current_catalog"},
    {"SVFOP_CURRENT_DATE", "current_date"},
    {"SVFOP_CURRENT_ROLE", "current_role"},
    {"SVFOP_CURRENT_SCHEMA", "current_schema"},
    {"SVFOP_CURRENT_TIME", "current_time"},
    {"SVFOP_CURRENT_TIMESTAMP", "current_timestamp"},
    {"SVFOP_CURRENT_TIMESTAMP_N", "current_timestamp"},
    {"SVFOP_CURRENT_TIME_N", "current_time"},
    {"SVFOP_CURRENT_USER", "current_user"},
    {"SVFOP_LOCALTIME", "localtime"},
    {"SVFOP_LOCALTIMESTAMP", "localtimestamp"},
    {"SVFOP_LOCALTIMESTAMP_N", "localtimestamp"},
    {"SVFOP_LOCALTIME_N", "localtime"},
    {"SVFOP_SESSION_USER", "session_user"},
    {"SVFOP_USER", "user"},
}});
static_assert(kValueFunctions.sorted());

ExprPtr value_function(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::value_function, node);
  const std::string_view op = node["op"].text();
  expr->name = kValueFunctions.find_or(op, op);
  expr->integer = op.ends_with("_N") ? node["typmod"].integer() : -1;
  return expr;
}

ExprPtr grouping(const TranslateContext& context, TreeNode node) {
  ExprPtr expr = make(context, ExprKind::grouping_or_window, node);
  expr->text = "grouping";
  return expr;
}

using Translator = ExprPtr (*)(const TranslateContext&, TreeNode);

constexpr KeywordTable<Translator, 22> kTranslators({{
    {"A_ArrayExpr", &array},
    {"A_Const", &constant},
    {"A_Expr", &operation},
    {"A_Indirection", &indirection},
    {"BoolExpr", &boolean_operation},
    {"BooleanTest", &truth_test},
    {"CaseExpr", &case_expression},
    {"CoalesceExpr", &coalesce},
    {"CollateClause", &collate},
    {"ColumnRef", &column},
    {"FuncCall", &call},
    {"GroupingFunc", &grouping},
    {"GroupingSet", &grouping},
    {"MergeSupportFunc", &merge_action},
    {"MinMaxExpr", &greatest_or_least},
    {"NullTest", &null_test},
    {"ParamRef", &parameter},
    {"RowExpr", &row},
    {"SQLValueFunction", &value_function},
    {"SetToDefault", &default_value},
    {"SubLink", &sublink},
    {"TypeCast", &cast},
}});
static_assert(kTranslators.sorted());

}  // namespace

std::string_view unsupported_name(std::string_view tag) {
  if (tag == "JsonIsPredicate") return "IS JSON";
  return tag.starts_with("Json") ? "SQL/JSON" : tag;
}

ExprPtr translate_expr(const TranslateContext& context, TreeNode tagged) {
  const std::string_view tag = tagged.tag();
  const Translator* translator = kTranslators.find(tag);
  return translator ? (*translator)(context, tagged.content())
                    : make_unsupported(context, tagged.content(), unsupported_name(tag));
}

ExprPtr translate_function_call(const TranslateContext& context, TreeNode node) {
  return call(context, node);
}

std::vector<ExprPtr> translate_exprs(const TranslateContext& context, TreeNode list) {
  std::vector<ExprPtr> exprs;
  exprs.reserve(list.size());
  for (const TreeNode element : list) exprs.push_back(translate_expr(context, element));
  return exprs;
}

std::vector<SortKey> translate_sort_keys(const TranslateContext& context, TreeNode list) {
  std::vector<SortKey> keys;
  for (const TreeNode element : list) {
    const TreeNode sort = element.content();
    SortKey key;
    key.expr = translate_expr(context, sort["node"]);
    const std::string_view direction = sort["sortby_dir"].text();
    key.descending = direction == "SORTBY_DESC";
    if (direction == "SORTBY_USING") {
      for (const TreeNode part : sort["useOp"]) key.descending = string_value(part).starts_with('>');
    }
    const std::string_view nulls = sort["sortby_nulls"].text();
    key.nulls = nulls == "SORTBY_NULLS_FIRST"  ? NullsOrder::first
                : nulls == "SORTBY_NULLS_LAST" ? NullsOrder::last
                                               : NullsOrder::by_default;
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace pgfk
