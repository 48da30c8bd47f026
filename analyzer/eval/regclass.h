// Texts that name relations: 'public."Order_id_seq"'::regclass. A regclass value holds the name as regclassout writes it.
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

/// The relation behind a regclass value; `none` if it is gone.
RelationId relation_of(const Catalog& catalog, const NameScope& names, const Value& regclass);

}  // namespace pgfk
