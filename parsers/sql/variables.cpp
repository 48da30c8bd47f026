#include "parsers/sql/variables.h"

#include <algorithm>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

struct SpecialVariable {
  std::string_view name;
  std::string_view initial;
  bool boolean;                   // others of psql's checks (enumerations of output formats) cannot matter here
  std::optional<MetaKind> kind;
};

constexpr SpecialVariable kSpecial[] = {
    {"ON_ERROR_STOP", "off", true, MetaKind::set_error_stop},
    {"ON_ERROR_ROLLBACK", "off", true, MetaKind::set_error_rollback},
    {"AUTOCOMMIT", "on", true, MetaKind::set_autocommit},
    {"SINGLESTEP", "off", true, MetaKind::set_single_step},
    {"SINGLELINE", "off", true, std::nullopt},
    {"QUIET", "off", true, std::nullopt},
    {"SHOW_ALL_RESULTS", "on", true, std::nullopt},
    {"ECHO", "none", false, std::nullopt},
    {"ECHO_HIDDEN", "off", false, std::nullopt},
    {"FETCH_COUNT", "0", false, std::nullopt},
    {"VERBOSITY", "default", false, std::nullopt},
    {"SHOW_CONTEXT", "errors", false, std::nullopt},
    {"ERROR", "false", false, std::nullopt},
    {"SQLSTATE", "00000", false, std::nullopt},
    {"LAST_ERROR_SQLSTATE", "00000", false, std::nullopt},
    {"LAST_ERROR_MESSAGE", "", false, std::nullopt},
    {"ROW_COUNT", "0", false, std::nullopt},
    {"SHELL_ERROR", "false", false, std::nullopt},
    {"SHELL_EXIT_CODE", "0", false, std::nullopt},
    {"DBNAME", "postgres", false, std::nullopt},
    {"USER", "postgres", false, std::nullopt},
    {"HOST", "", false, std::nullopt},
    {"PORT", "5432", false, std::nullopt},
    {"ENCODING", "UTF8", false, std::nullopt},
};

const SpecialVariable* special(std::string_view name) {
  const auto found = std::find_if(std::begin(kSpecial), std::end(kSpecial),
                                  [name](const SpecialVariable& one) { return one.name == name; });
  return found == std::end(kSpecial) ? nullptr : found;
}

std::string doubled(std::string_view value, char quote, bool backslashes) {
  std::string text(1, quote);
  for (const char character : value) {
    if (character == quote || (backslashes && character == '\\')) text += character;
    text += character;
  }
  text += quote;
  return text;
}

}  // namespace

std::optional<bool> read_psql_boolean(std::string_view text) {
  struct Spelling {
    std::string_view word;
    std::size_t shortest;
    bool value;
  };
  static constexpr Spelling kSpellings[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true},
                                            {"no", 1, false},  {"on", 2, true},     {"off", 2, false},
                                            {"1", 1, true},    {"0", 1, false}};
  for (const Spelling& spelling : kSpellings) {
    if (text.size() >= spelling.shortest && is_word(text, spelling.word.substr(0, text.size())))
      return spelling.value;
  }
  return std::nullopt;
}

Variables::Variables(int psql_version) {
  for (const SpecialVariable& one : kSpecial) values_.emplace(one.name, one.initial);
  const std::string major = std::to_string(psql_version);
  for (const char* prefix : {"", "SERVER_"}) {
    values_.emplace(prefix + std::string("VERSION_NUM"), major + "0000");
    values_.emplace(prefix + std::string("VERSION_NAME"), major + ".0");
  }
}

const std::string* Variables::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Variables::Change Variables::set(std::string_view name, std::string_view value) {
  const bool named = !name.empty() && std::all_of(name.begin(), name.end(), [](char character) {
    return is_one_of(character, kVariable);
  });
  if (!named) return Change::refused;
  const SpecialVariable* known = special(name);
  std::string stored(value);
  if (known != nullptr && known->boolean) {
    const std::optional<bool> on = value.empty() ? true : read_psql_boolean(value);
    const bool interactive =
        known->kind == MetaKind::set_error_rollback && is_word(value, "interactive");
    if (!on && !interactive) return Change::refused;
    stored = interactive ? "interactive" : (*on ? "on" : "off");
  }
  values_.insert_or_assign(std::string(name), std::move(stored));
  return known != nullptr && known->kind ? Change::steers : Change::stored;
}

Variables::Change Variables::unset(std::string_view name) {
  const SpecialVariable* known = special(name);
  if (known != nullptr && known->boolean) return set(name, "off");
  const auto found = values_.find(name);
  if (found != values_.end()) values_.erase(found);
  return Change::stored;
}

std::optional<MetaKind> Variables::meta_kind(std::string_view name) {
  const SpecialVariable* known = special(name);
  return known == nullptr ? std::nullopt : known->kind;
}

std::string quote_literal(std::string_view value) {
  const bool backslashes = value.find('\\') != std::string_view::npos;
  return (backslashes ? " E" : "") + doubled(value, '\'', backslashes);
}

std::string psql_identifier(std::string_view value) { return doubled(value, '"', false); }

}  // namespace pgfk
