// psql's variables: names, values, booleans, and how a value is quoted into SQL.
//
// Those that steer psql (ON_ERROR_STOP and its kin) take booleans only and are kept as "on", "off", "interactive".
// Source: psql's variables.c and startup.c; fk-semantics 15.7.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/sql/script.h"

namespace pgfk {

/// psql's reading of a boolean: any prefix of true, false, yes, no; on, of, off; 1, 0. Nothing for anything else.
std::optional<bool> read_psql_boolean(std::string_view text);

class Variables {
 public:
  enum class Change { refused, stored, steers };

  /// The variables psql sets by itself; those that name the connection hold what a restore at home would see.
  explicit Variables(int psql_version);

  const std::string* find(std::string_view name) const;

  /// `steers`: one that the replay follows, see meta_kind(). `refused`: a bad name, or no boolean where one is needed.
  Change set(std::string_view name, std::string_view value);
  Change unset(std::string_view name);

  /// The meta item that tells the replay of a change to `name`; nothing for ordinary variables.
  static std::optional<MetaKind> meta_kind(std::string_view name);

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// 'value' with doubled quotes; with backslashes inside, " E'value'" as libpq writes it.
std::string quote_literal(std::string_view value);
/// "value" with doubled quotes.
std::string psql_identifier(std::string_view value);

}  // namespace pgfk
