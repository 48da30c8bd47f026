#include "analyzer/eval/type_rules.h"

#include <algorithm>
#include <string>

namespace pgfk {

namespace {

struct Category {
  TypeId type;
  char category;
};

// Those that are not 'U'.
constexpr Category kCategories[] = {
    {TypeId::bool_, 'B'},     {TypeId::char_, 'Z'},       {TypeId::name, 'S'},      {TypeId::int8, 'N'},     {TypeId::int2, 'N'},
    {TypeId::int4, 'N'},      {TypeId::regproc, 'N'},     {TypeId::text, 'S'},      {TypeId::oid, 'N'},      {TypeId::point, 'G'},
    {TypeId::lseg, 'G'},      {TypeId::path, 'G'},        {TypeId::box, 'G'},       {TypeId::polygon, 'G'},  {TypeId::line, 'G'},
    {TypeId::float4, 'N'},    {TypeId::float8, 'N'},      {TypeId::unknown, 'X'},   {TypeId::circle, 'G'},   {TypeId::money, 'N'},
    {TypeId::inet, 'I'},      {TypeId::cidr, 'I'},        {TypeId::bpchar, 'S'},    {TypeId::varchar, 'S'},  {TypeId::date, 'D'},
    {TypeId::time, 'D'},      {TypeId::timestamp, 'D'},   {TypeId::timestamptz, 'D'}, {TypeId::interval, 'T'}, {TypeId::timetz, 'D'},
    {TypeId::bit, 'V'},       {TypeId::varbit, 'V'},      {TypeId::numeric, 'N'},   {TypeId::regclass, 'N'}, {TypeId::regtype, 'N'},
    {TypeId::record, 'P'},    {TypeId::any, 'P'},         {TypeId::void_, 'P'},     {TypeId::trigger, 'P'},  {kCstring, 'P'},
    {kAnyArray, 'P'},         {kAnyElement, 'P'},         {kAnyNonArray, 'P'},      {kAnyEnum, 'P'},         {kAnyRange, 'P'},
    {kAnyMultirange, 'P'},    {kAnyCompatible, 'P'},      {kAnyCompatibleArray, 'P'}, {kAnyCompatibleNonArray, 'P'},
    {kAnyCompatibleRange, 'P'}, {kAnyCompatibleMultirange, 'P'}, {TypeId::int4range, 'R'}, {TypeId::numrange, 'R'},
    {TypeId::tsrange, 'R'},   {TypeId::tstzrange, 'R'},   {TypeId::daterange, 'R'}, {TypeId::int8range, 'R'},
    {TypeId::int4multirange, 'R'}, {TypeId::nummultirange, 'R'}, {TypeId::tsmultirange, 'R'}, {TypeId::tstzmultirange, 'R'},
    {TypeId::datemultirange, 'R'}, {TypeId::int8multirange, 'R'},
};

char category_of_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::enum_: return 'E';
    case TypeKind::composite: return 'C';
    case TypeKind::range:
    case TypeKind::multirange: return 'R';
    case TypeKind::pseudo: return 'P';
    case TypeKind::base:
    case TypeKind::domain:
    case TypeKind::opaque: return 'U';
  }
  return 'U';
}

bool is_user_kind(const TypeLookup& types, TypeId type, TypeKind kind) {
  if (is_array(type)) return false;
  const Type* found = types.type(type);
  return found != nullptr && found->kind == kind;
}

/// What a range is over, or the range of a multirange; none for other types.
TypeId part_of(const TypeLookup& types, TypeId type, TypeKind kind) {
  const Type* found = is_array(type) ? nullptr : types.type(type);
  if (found == nullptr && !is_array(type)) found = builtin_type_info(type);
  return found != nullptr && found->kind == kind ? found->subtype : TypeId::none;
}

TypeId range_subtype(const TypeLookup& types, TypeId range) { return part_of(types, range, TypeKind::range); }

/// The multirange over a range.
TypeId multirange_over(const TypeLookup& types, TypeId range) {
  constexpr TypeId kBuiltin[] = {TypeId::int4multirange, TypeId::nummultirange,  TypeId::tsmultirange,
                                 TypeId::tstzmultirange, TypeId::datemultirange, TypeId::int8multirange};
  for (const TypeId multirange : kBuiltin) {
    if (part_of(types, multirange, TypeKind::multirange) == range) return multirange;
  }
  const TypeId next{static_cast<std::uint32_t>(range) + 1};  // CREATE TYPE .. AS RANGE makes both, one after the other
  return part_of(types, next, TypeKind::multirange) == range ? next : TypeId::none;
}

bool is_compatible_family(TypeId type) {
  return type == kAnyCompatible || type == kAnyCompatibleArray || type == kAnyCompatibleNonArray || type == kAnyCompatibleRange ||
         type == kAnyCompatibleMultirange;
}

bool is_element_family(TypeId type) {
  return type == kAnyElement || type == kAnyArray || type == kAnyNonArray || type == kAnyEnum || type == kAnyRange || type == kAnyMultirange;
}

/// What an argument says of the element type behind `declared`; none where nothing, nullopt where it does not fit.
std::optional<TypeId> element_behind(const TypeLookup& types, TypeId actual, TypeId declared) {
  if (actual == TypeId::unknown || actual == TypeId::none) return TypeId::none;
  const TypeId base = base_type(types, actual);
  if (declared == kAnyArray || declared == kAnyCompatibleArray) {
    if (!is_array(base)) return std::nullopt;
    return element_of(base);
  }
  if (declared == kAnyRange || declared == kAnyCompatibleRange) {
    const TypeId subtype = range_subtype(types, base);
    if (subtype == TypeId::none) return std::nullopt;
    return subtype;
  }
  if (declared == kAnyMultirange || declared == kAnyCompatibleMultirange) {
    const TypeId range = part_of(types, base, TypeKind::multirange);
    if (range == TypeId::none) return std::nullopt;
    return range_subtype(types, range);
  }
  if ((declared == kAnyNonArray || declared == kAnyCompatibleNonArray) && is_array(base)) return std::nullopt;
  if (declared == kAnyEnum && !is_user_kind(types, base, TypeKind::enum_)) return std::nullopt;
  return actual;
}

}  // namespace

char type_category(const TypeLookup& types, TypeId type) {
  if (is_array(type)) return 'A';
  for (const Category& entry : kCategories) {
    if (entry.type == type) return entry.category;
  }
  if (static_cast<std::uint32_t>(type) < kFirstUserType) return 'U';
  const Type* found = types.type(type);
  if (found == nullptr) return 'U';
  if (found->kind == TypeKind::domain) return type_category(types, base_type(types, type));
  return category_of_kind(found->kind);
}

bool is_preferred(TypeId type) {
  return type == TypeId::bool_ || type == TypeId::text || type == TypeId::oid || type == TypeId::float8 || type == TypeId::inet ||
         type == TypeId::timestamptz || type == TypeId::interval || type == TypeId::varbit;
}

bool is_polymorphic(TypeId type) { return is_element_family(type) || is_compatible_family(type); }

bool can_coerce(const TypeLookup& types, TypeId from, TypeId to, CastContext how) {
  if (from == to || from == TypeId::none || to == TypeId::none || to == TypeId::any) return true;
  if (is_polymorphic(to)) return element_behind(types, from, to).has_value();
  if (from == TypeId::unknown) return true;
  const TypeId source = base_type(types, from);
  const TypeId target = base_type(types, to);
  if (source == target) return true;
  if (target == TypeId::record) return is_user_kind(types, source, TypeKind::composite);
  if (source == TypeId::record) return is_user_kind(types, target, TypeKind::composite);
  return can_cast(types, source, target, how);
}

TypeId PolymorphicTypes::apply(TypeId declared) const {
  if (declared == kAnyElement || declared == kAnyNonArray || declared == kAnyEnum) return element;
  if (declared == kAnyArray) return element == TypeId::none ? TypeId::none : array_of(element);
  if (declared == kAnyRange || declared == kAnyCompatibleRange) return range;
  if (declared == kAnyMultirange || declared == kAnyCompatibleMultirange) return multirange;
  if (declared == kAnyCompatible || declared == kAnyCompatibleNonArray) return compatible;
  if (declared == kAnyCompatibleArray) return compatible == TypeId::none ? TypeId::none : array_of(compatible);
  return declared;
}

std::optional<PolymorphicTypes> resolve_polymorphic(const TypeLookup& types, std::span<const TypeId> actual,
                                                    std::span<const TypeId> declared) {
  PolymorphicTypes result;
  std::vector<TypeId> compatible;
  for (std::size_t at = 0; at < declared.size() && at < actual.size(); ++at) {
    if (!is_polymorphic(declared[at])) continue;
    const std::optional<TypeId> element = element_behind(types, actual[at], declared[at]);
    if (!element) return std::nullopt;
    if (actual[at] != TypeId::unknown && actual[at] != TypeId::none) {
      TypeId range = TypeId::none;
      if (declared[at] == kAnyRange || declared[at] == kAnyCompatibleRange) range = base_type(types, actual[at]);
      if (declared[at] == kAnyMultirange || declared[at] == kAnyCompatibleMultirange) {
        result.multirange = base_type(types, actual[at]);
        range = part_of(types, result.multirange, TypeKind::multirange);
      }
      if (range != TypeId::none && result.range != TypeId::none && range != result.range) return std::nullopt;
      if (range != TypeId::none) result.range = range;
    }
    if (*element == TypeId::none) continue;
    if (is_compatible_family(declared[at])) {
      compatible.push_back(*element);
    } else if (result.element == TypeId::none) {
      result.element = *element;
    } else if (result.element != *element) {
      return std::nullopt;
    }
  }
  if (result.range != TypeId::none && result.multirange == TypeId::none) result.multirange = multirange_over(types, result.range);
  if (!compatible.empty()) {
    const Outcome<TypeId> met = common_type(types, compatible, "arguments");
    if (!met) return std::nullopt;
    result.compatible = *met;
  } else if (std::any_of(declared.begin(), declared.end(), is_compatible_family)) {
    result.compatible = TypeId::text;
  }
  return result;
}

Outcome<TypeId> common_type(const TypeLookup& types, std::span<const TypeId> candidates, std::string_view what) {
  if (candidates.empty()) return TypeId::text;
  // One and the same type, domains included, is itself.
  if (candidates[0] != TypeId::unknown &&
      std::all_of(candidates.begin(), candidates.end(), [&](TypeId type) { return type == candidates[0]; })) {
    return candidates[0];
  }
  TypeId chosen = TypeId::unknown;
  for (const TypeId candidate : candidates) {
    if (candidate == TypeId::none) return TypeId::none;
    const TypeId next = base_type(types, candidate);
    if (next == TypeId::unknown || next == chosen) continue;
    if (chosen == TypeId::unknown) {
      chosen = next;
    } else if (type_category(types, next) != type_category(types, chosen)) {
      return ServerError{"42804", std::string(what) + " types " + format_type(types, chosen) + " and " + format_type(types, next) +
                                      " cannot be matched"};
    } else if (!is_preferred(chosen) && can_coerce(types, chosen, next) && !can_coerce(types, next, chosen)) {
      chosen = next;
    }
  }
  if (chosen == TypeId::unknown) return TypeId::text;
  for (const TypeId candidate : candidates) {
    if (!can_coerce(types, candidate, chosen)) {
      return ServerError{"42804", std::string(what) + " could not convert type " + format_type(types, base_type(types, candidate)) + " to " +
                                      format_type(types, chosen)};
    }
  }
  return chosen;
}

}  // namespace pgfk
