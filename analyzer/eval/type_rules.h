// How PostgreSQL's parser chooses types: categories, coercion, polymorphic arguments, the common type of CASE, VALUES and UNION.
//
// TypeId::none stands for "cannot be told" and goes with everything.
// Source: parse_coerce.c.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/eval/builtins/functions.h"
#include "analyzer/types/outcome.h"
#include "analyzer/types/type_io.h"

namespace pgfk {

inline constexpr TypeId kCstring{2275}, kAnyArray{2277}, kAnyElement{2283}, kAnyNonArray{2776}, kAnyEnum{3500}, kAnyRange{3831},
    kAnyMultirange{4537}, kAnyCompatible{5077}, kAnyCompatibleArray{5078}, kAnyCompatibleNonArray{5079}, kAnyCompatibleRange{5080},
    kAnyCompatibleMultirange{4538}, kTimestamptzDefault{1184};

/// pg_type.typcategory: 'N' numbers, 'S' strings, 'D' dates, 'B' booleans, 'A' arrays, 'U' others, 'X' unknown, ...
char type_category(const TypeLookup& types, TypeId type);
bool is_preferred(TypeId type);
bool is_polymorphic(TypeId type);

/// Whether an argument of type `from` may stand where `to` is declared: by identity, implicit cast, as an untyped literal, or as
/// one of the pseudo-types.
bool can_coerce(const TypeLookup& types, TypeId from, TypeId to, CastContext how = CastContext::implicit);

/// The actual types behind a declaration's polymorphic ones; nullopt where the arguments do not fit each other.
/// `none` in the answer where an untyped literal leaves it open.
struct PolymorphicTypes {
  TypeId element = TypeId::none;     // anyelement and its family
  TypeId range = TypeId::none;       // anyrange
  TypeId multirange = TypeId::none;  // anymultirange, over that range
  TypeId compatible = TypeId::none;  // anycompatible and its family
  /// The declared type with its place taken.
  TypeId apply(TypeId declared) const;
};
std::optional<PolymorphicTypes> resolve_polymorphic(const TypeLookup& types, std::span<const TypeId> actual, std::span<const TypeId> declared);

/// The type in which all meet, or 42804 `CASE types integer and text cannot be matched`, `what` being CASE, COALESCE, ARRAY, UNION, VALUES, ...
Outcome<TypeId> common_type(const TypeLookup& types, std::span<const TypeId> candidates, std::string_view what);

}  // namespace pgfk
