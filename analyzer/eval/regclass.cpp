#include "analyzer/eval/regclass.h"

#include "analyzer/catalog/names.h"

namespace pgfk {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// Takes one identifier off the front.
std::optional<std::string> take_identifier(std::string_view& text) {
  std::string name;
  if (!text.empty() && text.front() == '"') {
    text.remove_prefix(1);
    for (;;) {
      const std::size_t quote = text.find('"');
      if (quote == std::string_view::npos) return std::nullopt;
      name += text.substr(0, quote);
      text.remove_prefix(quote + 1);
      if (text.empty() || text.front() != '"') break;
      name += '"';
      text.remove_prefix(1);
    }
    if (name.empty()) return std::nullopt;
  } else {
    while (!text.empty() && text.front() != '.' && text.front() != '"' && !is_blank(text.front())) {
      const char c = text.front();
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      text.remove_prefix(1);
    }
    if (name.empty()) return std::nullopt;
  }
  return cut_at_character(name, 63);
}

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

bool is_of_the_system(const QualifiedName& name) {
  return name.schema == "pg_catalog" || name.schema == "information_schema" || name.schema == "pg_toast" ||
         (name.schema.empty() && name.name.starts_with("pg_"));
}

}  // namespace

std::optional<QualifiedName> read_qualified_name(std::string_view text) {
  std::vector<std::string> parts;
  skip_blanks(text);
  for (;;) {
    std::optional<std::string> part = take_identifier(text);
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
    skip_blanks(text);
    if (text.empty()) break;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
    skip_blanks(text);
  }
  if (parts.size() > 3) return std::nullopt;
  QualifiedName name;
  name.name = parts.back();
  if (parts.size() > 1) name.schema = parts[parts.size() - 2];
  if (parts.size() > 2) name.database = parts[0];
  return name;
}

Outcome<Value> read_regclass(const Catalog& catalog, const NameScope& names, std::string_view text) {
  if (is_number(text) || text == "-") return Doubt{"relations are not known by their OID"};
  const std::optional<QualifiedName> name = read_qualified_name(text);
  if (!name) return ServerError{"42602", "invalid name syntax"};
  const RelationId found = catalog.find(names, *name);
  if (found != RelationId::none) return Value::of(TypeId::regclass, write_regclass(catalog, names, found));
  if (is_of_the_system(*name)) return Doubt{"relation \"" + name->name + "\" of the system is not known offline"};
  const std::string shown = name->schema.empty() ? name->name : name->schema + "." + name->name;
  return ServerError{"42P01", "relation \"" + shown + "\" does not exist"};
}

RelationId relation_of(const Catalog& catalog, const NameScope& names, const Value& regclass) {
  const std::optional<QualifiedName> name = read_qualified_name(regclass.text());
  return name ? catalog.find(names, *name) : RelationId::none;
}

std::string quote_identifier(std::string_view name) { return quoted_identifier(name); }

std::string write_regclass(const Catalog& catalog, const NameScope& names, RelationId relation) {
  const Relation& found = catalog[relation];
  QualifiedName bare;
  bare.name = found.name;
  const std::string name = quote_identifier(found.name);
  return catalog.find(names, bare) == relation ? name : quote_identifier(found.schema) + "." + name;
}

}  // namespace pgfk
