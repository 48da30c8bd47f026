// Names the server makes up, and names as its messages show them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/catalog/catalog.h"
#include "parsers/sql/tree.h"

namespace pgfk {

/// The first `limit` bytes of UTF-8 text, less where a character would be cut.
std::string cut_at_character(std::string_view text, std::size_t limit);

/// "a_b_c": the columns' part of a made-up name.
std::string joined_names(const std::vector<std::string>& names);

/// FIRST_SECOND_LABEL, numbered while a relation of that name exists in the schema (or, for a constraint's index, a constraint).
std::string relation_name(const Catalog& catalog, std::string_view schema, std::string_view first, std::string_view second,
                          std::string_view label, bool constraint = false);

/// The same for constraints without an index; `others` are names taken within the statement.
std::string constraint_name(const Catalog& catalog, std::string_view schema, std::string_view first, std::string_view second,
                            std::string_view label, const std::vector<std::string>& others = {});

/// As written: [database.][schema.]name.
std::string shown(const QualifiedName& name);
/// In the double quotes of a message: nothing is escaped.
std::string quoted(std::string_view name);
/// In details of dependencies: quoted only where SQL would need it (key words apart).
std::string quoted_identifier(std::string_view name);

}  // namespace pgfk
