#include "rules/wording.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace pgfk {
namespace {

// Words that PostgreSQL 18 reserves, so that a name spelled like one needs quotes (kwlist.h, RESERVED_KEYWORD and
// TYPE_FUNC_NAME_KEYWORD); sorted for the search.
constexpr std::array<std::string_view, 101> kReserved = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary", "both",
    "case", "cast", "check", "collate", "collation", "column", "concurrently", "constraint", "create", "cross",
    "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for",
    "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike", "in", "initially", "inner", "intersect",
    "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp",
    "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing",
    "primary", "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric",
    "system_user", "table", "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using",
    "variadic", "verbose", "when", "where", "window", "with"};
static_assert(std::ranges::is_sorted(kReserved));

bool has_word(std::string_view text, std::string_view lower_word) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(), same) != text.end();
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::string listed(const std::vector<std::string>& words) {
  if (words.size() < 2) return words.empty() ? std::string() : words.front();
  return fmt::format("{} and {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

std::string quoted_name(std::string_view name) {
  const auto plain_start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto plain = [&](char c) { return plain_start(c) || (c >= '0' && c <= '9') || c == '$'; };
  if (!name.empty() && plain_start(name.front()) && std::ranges::all_of(name, plain) &&
      !std::ranges::binary_search(kReserved, name)) {
    return std::string(name);
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string qualified_name(std::string_view schema, std::string_view name) {
  return schema.empty() ? quoted_name(name) : quoted_name(schema) + "." + quoted_name(name);
}

std::string literal(std::string_view value) {
  const std::string_view digits = value.substr(value.starts_with('-') ? 1 : 0);
  if (!digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::string(value);
  }
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + '\'';
}

std::string key_text(const std::vector<std::string>& key) {
  return key.size() == 1 ? key.front() : fmt::format("({})", fmt::join(key, ", "));
}

std::string shown_table(const Finding& finding, std::string_view schema, std::string_view table) {
  const bool qualified = finding.statement.table.find('.') != std::string::npos;
  if (schema.empty() || (schema == "public" && !qualified)) return quoted_name(table);
  return qualified_name(schema, table);
}

std::string referencing_table(const Finding& finding) {
  if (!finding.constraint) return finding.statement.table;
  return shown_table(finding, finding.constraint->schema, finding.constraint->table);
}

std::string referenced_table(const Finding& finding) {
  if (!finding.constraint) return {};
  return shown_table(finding, finding.constraint->referenced_schema, finding.constraint->referenced_table);
}

std::string line_of(const Sources& sources, Span place, Span from) {
  const std::uint64_t line = sources.place_of(place).line;
  if (place.source == from.source) return fmt::format("line {}", line);
  if (const std::optional<Origin>& origin = sources[place.source].origin(); origin && origin->dump_id > 0) {
    return fmt::format("entry {} line {}", origin->dump_id, line);
  }
  return fmt::format("{}:{}", base_name(sources[place.source].path()), line);
}

std::int32_t toc_entry(const Finding& finding, const Sources& sources) {
  const std::optional<Origin>& origin = sources[finding.statement.span.source].origin();
  return origin ? origin->dump_id : 0;
}

bool checks_standing_rows(const Finding& finding) {
  return finding.statement.kind.starts_with("ALTER") || finding.statement.kind.starts_with("CREATE");
}

std::string statement_phrase(const Finding& finding, const Sources& sources) {
  const std::string& kind = finding.statement.kind;
  const std::string& table = finding.statement.table;
  if (kind == "ALTER TABLE") {
    constexpr std::size_t kEnough = 4096;  // what an ALTER TABLE does stands at its beginning
    const std::string_view text = sources.text(finding.statement.span).substr(0, kEnough);
    if (has_word(text, "validate constraint")) return "VALIDATE CONSTRAINT";
    if (has_word(text, "attach partition")) return "ATTACH PARTITION";
    if (has_word(text, "detach partition")) return "DETACH PARTITION";
    if (has_word(text, "references")) return "ADD FOREIGN KEY";
  }
  if (table.empty()) return kind;
  if (kind == "INSERT" || kind == "MERGE") return fmt::format("{} INTO {}", kind, table);
  if (kind == "DELETE") return fmt::format("DELETE FROM {}", table);
  return fmt::format("{} {}", kind, table);
}

bool is_data_statement(std::string_view kind) {
  constexpr std::array<std::string_view, 5> kKinds = {"INSERT", "COPY", "UPDATE", "DELETE", "MERGE"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

std::string sqlstate_suffix(const Finding& finding) {
  return finding.sqlstate.empty() ? std::string() : fmt::format(" (SQLSTATE {})", finding.sqlstate);
}

}  // namespace pgfk
