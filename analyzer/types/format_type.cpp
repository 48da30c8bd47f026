// Types as messages write them. Source: format_type.c, format_type_extended; the types' typmodout functions.
#include <string>

#include "analyzer/types/builtin_types.h"
#include "analyzer/types/interval_fields.h"

namespace pgfk {
namespace {

std::string in_parentheses(std::int64_t number) { return "(" + std::to_string(number) + ")"; }

/// A precision stands in the midst: "timestamp(3) without time zone".
std::string with_precision(std::string_view head, std::int32_t typmod, std::string_view tail) {
  std::string text(head);
  if (typmod >= 0) text += in_parentheses(typmod);
  return text.append(tail);
}

std::string format_scalar(TypeId type, std::int32_t typmod, const char* written) {
  switch (type) {
    case TypeId::bpchar:
      // char(n) is written as in SQL; without a length only the internal name is right.
      return typmod >= 4 ? "character" + in_parentheses(typmod - 4) : typmod == -1 ? "character" : "bpchar";
    case TypeId::varchar: return typmod >= 4 ? written + in_parentheses(typmod - 4) : written;
    case TypeId::bit:
    case TypeId::varbit: return typmod >= 0 ? written + in_parentheses(typmod) : written;
    case TypeId::numeric: {
      if (typmod < 4) return written;
      const std::int32_t packed = typmod - 4;
      const std::int32_t scale = ((packed & 0x7ff) ^ 1024) - 1024;
      return "numeric(" + std::to_string((packed >> 16) & 0xffff) + "," + std::to_string(scale) + ")";
    }
    case TypeId::time: return with_precision("time", typmod, " without time zone");
    case TypeId::timetz: return with_precision("time", typmod, " with time zone");
    case TypeId::timestamp: return with_precision("timestamp", typmod, " without time zone");
    case TypeId::timestamptz: return with_precision("timestamp", typmod, " with time zone");
    case TypeId::interval: return "interval" + interval_typmod_text(typmod);
    default: return written;
  }
}

}  // namespace

std::string format_type(const TypeLookup& types, TypeId type, std::int32_t typmod) {
  if (is_array(type)) return format_type(types, element_of(type), typmod) + "[]";
  if (const BuiltinType* builtin = find_builtin(type)) return format_scalar(type, typmod, builtin->written);
  const Type* info = types.type(type);
  return info == nullptr ? "???" : info->name;
}

}  // namespace pgfk
