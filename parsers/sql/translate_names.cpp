// Names, types, numbers and options: what statements of every family are made of.
#include <charconv>

#include "parsers/sql/pg_query.h"
#include "parsers/sql/tokens.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

// INTERVAL_FULL_RANGE: a precision without fields, interval(3).
constexpr std::int64_t kIntervalFullRange = 0x7FFF;

/// Reads the number that begins at, or follows, `location`: minus signs, parentheses, words and
/// comments, then digits.
std::int64_t integer_from_text(std::string_view text, int location) {
  if (location < 0 || static_cast<std::size_t>(location) >= text.size()) return 0;
  Tokenizer tokenizer(text, true, static_cast<std::size_t>(location));
  bool negative = false;
  for (Token token = tokenizer.next(); token.kind != TokenKind::end; token = tokenizer.next()) {
    if (token.is("-")) {
      negative = !negative;
    } else if (token.kind == TokenKind::number) {
      std::int64_t value = 0;
      std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
      return negative ? -value : value;
    } else if (token.is(";")) {
      break;
    }
  }
  return 0;
}

std::string type_text(TreeNode type) {
  const TreeNode names = type["names"];
  const QualifiedName name = qualified_name(names);
  return name.schema.empty() || name.schema == "pg_catalog" ? name.name
                                                            : name.schema + "." + name.name;
}

}  // namespace

int location_of(const TranslateContext& context, TreeNode node) {
  // A location of 0 is left out of the JSON: so is one that was never set, but those nodes are not
  // asked.
  return context.bridge.edits.original(static_cast<int>(node["location"].integer()));
}

void refuse_later_keyword(const TranslateContext& context, std::string_view name, int location) {
  const int since = keyword_since(name);
  if (since == 0 || context.target_version < since || grammar_version() >= since) return;
  const std::size_t offset =
      location < 0 ? 0 : static_cast<std::size_t>(context.bridge.edits.rewritten(location));
  Tokenizer tokenizer(context.text, true, offset);
  Token token = tokenizer.next();
  if (location < 0) {
    Token before;
    while (token.kind != TokenKind::end &&
           !(token.is_word(name) && (before.is_word("function") || before.is_word("procedure")))) {
      before = token;
      token = tokenizer.next();
    }
  }
  if (!token.is_word(name)) return;  // it was quoted
  if (location < 0)
    token = tokenizer.next();  // such a word begins a call, and stumbles over its parenthesis
  SyntaxError error;
  error.message = "syntax error at or near \"" + std::string(token.text) + "\"";
  error.position = context.bridge.edits.original(static_cast<int>(token.offset));
  if (!context.refused || context.refused->position > error.position)
    context.refused = std::move(error);
}

std::string_view string_value(TreeNode tagged) {
  return tagged.content()["sval"].text();
}

std::vector<std::string> string_list(TreeNode list) {
  std::vector<std::string> strings;
  for (const TreeNode element : list) {
    strings.emplace_back(element.tag() == "A_Star" ? std::string_view("*") : string_value(element));
  }
  return strings;
}

QualifiedName translate_range_var(const TranslateContext& context, TreeNode range_var) {
  QualifiedName name;
  name.database = range_var["catalogname"].text();
  name.schema = range_var["schemaname"].text();
  name.name = range_var["relname"].text();
  name.only = !range_var["inh"].flag();
  name.location = location_of(context, range_var);
  return name;
}

std::vector<QualifiedName> translate_range_vars(const TranslateContext& context, TreeNode list) {
  std::vector<QualifiedName> names;
  for (const TreeNode element : list) names.push_back(translate_range_var(context, element.content()));
  return names;
}

QualifiedName qualified_name(TreeNode list) {
  QualifiedName name;
  for (const TreeNode element : list) {
    name.database = std::move(name.schema);
    name.schema = std::move(name.name);
    name.name = string_value(element);
  }
  return name;
}

std::string dotted_name(TreeNode list) {
  std::string name;
  for (const TreeNode element : list) {
    if (!name.empty()) name += '.';
    name += string_value(element);
  }
  return name;
}

std::string translate_role(TreeNode role) {
  const std::string_view type = role["roletype"].text();
  if (type == "ROLESPEC_CURRENT_USER") return "current_user";
  if (type == "ROLESPEC_CURRENT_ROLE") return "current_role";
  if (type == "ROLESPEC_SESSION_USER") return "session_user";
  if (type == "ROLESPEC_PUBLIC") return "public";
  return std::string(role["rolename"].text());
}

TypeName translate_type(const TranslateContext& context, TreeNode type) {
  TypeName result;
  const QualifiedName name = qualified_name(type["names"]);
  result.schema = name.schema;
  result.name = name.name;
  result.modifiers = translate_exprs(context, type["typmods"]);
  if (result.name == "interval" && !result.modifiers.empty()) {
    const std::int64_t fields = result.modifiers.front()->integer;
    if (fields != kIntervalFullRange) result.interval_fields = static_cast<std::int32_t>(fields);
    result.modifiers.erase(result.modifiers.begin());
  }
  result.array_dimensions = static_cast<int>(type["arrayBounds"].size());
  result.setof = type["setof"].flag();
  result.percent_type = type["pct_type"].flag();
  result.location = location_of(context, type);
  return result;
}

std::int64_t integer_value(const TranslateContext& context, TreeNode value, int location) {
  const TreeNode integer = value["ival"];
  if (integer) return integer.integer();
  return grammar_version() >= 17 ? 0 : integer_from_text(context.text, location);
}

Option translate_option(const TranslateContext& context, TreeNode definition) {
  Option option;
  option.name = definition["defname"].text();
  option.location = location_of(context, definition);
  const TreeNode argument = definition["arg"];
  if (!argument) return option;

  const std::string_view tag = argument.tag();
  const TreeNode content = argument.content();
  const int grammar_location = static_cast<int>(definition["location"].integer());
  if (tag == "String") {
    option.value = content["sval"].text();
  } else if (tag == "Integer") {
    option.value = std::to_string(integer_value(context, content, grammar_location));
  } else if (tag == "Float") {
    option.value = content["fval"].text();
  } else if (tag == "Boolean") {
    option.value = content["boolval"].flag() ? "true" : "false";
  } else if (tag == "A_Star") {
    option.names = {"*"};
  } else if (tag == "TypeName") {
    option.value = type_text(content);
    option.names = string_list(content["names"]);
  } else if (tag == "RoleSpec") {
    option.value = translate_role(content);
  } else if (tag == "A_Const") {  // SET TRANSACTION, SET x: words and numbers
    const ExprPtr constant = translate_expr(context, argument);
    option.value =
        constant->kind == ExprKind::integer ? std::to_string(constant->integer) : constant->text;
  } else if (tag == "List") {
    for (const TreeNode item : content["items"]) {
      option.names.push_back(item.tag() == "RoleSpec" ? translate_role(item.content())
                             : item.tag() == "A_Star" ? std::string("*")
                                                      : std::string(string_value(item)));
    }
  }
  return option;
}

std::vector<Option> translate_options(const TranslateContext& context, TreeNode list) {
  std::vector<Option> options;
  for (const TreeNode element : list) options.push_back(translate_option(context, element.content()));
  return options;
}

}  // namespace pgfk
