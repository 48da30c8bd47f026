// Texts that name relations: 'public."Order_id_seq"'::regclass. A regclass value holds the RelationId as its number.
// Source: regclassin, textToQualifiedNameList.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/catalog/catalog.h"

namespace pgfk {

/// As SQL reads an identifier: folded unless quoted, cut to 63 bytes. nullopt for bad syntax (42602 invalid name syntax).
std::optional<QualifiedName> read_qualified_name(std::string_view text);

/// 42P01 `relation "x" does not exist`; a Doubt for relations of the system and for numbers.
Outcome<Value> read_regclass(const Catalog& catalog, const NameScope& names, std::string_view text);
/// As regclassout: qualified where the search path does not find it.
std::string write_regclass(const Catalog& catalog, const NameScope& names, RelationId relation);
/// A name in double quotes where SQL would need them.
std::string quote_identifier(std::string_view name);

inline RelationId relation_of(const Value& regclass) { return RelationId(static_cast<std::uint32_t>(regclass.integer())); }

}  // namespace pgfk
