// Written modifiers as the number a column carries. Source: the types' typmodin functions.
#include <string>

#include "analyzer/types/interval_fields.h"
#include "analyzer/types/type_io.h"

namespace pgfk {
namespace {

constexpr std::int64_t kMaxCharacters = 10485760;         // MaxAttrSize
constexpr std::int64_t kMaxBits = 83886080;               // .. times eight
constexpr std::int64_t kMaxPrecision = 1000, kMaxScale = 1000;
constexpr std::int64_t kMaxSecondDigits = 6;

ServerError refuse(std::string message) { return {"22023", std::move(message)}; }

Outcome<std::int32_t> length_typmod(const char* type, const std::vector<std::int64_t>& modifiers, std::int64_t limit, std::int64_t header) {
  if (modifiers.size() != 1) return refuse("invalid type modifier");
  if (modifiers[0] < 1) return refuse(std::string("length for type ") + type + " must be at least 1");
  if (modifiers[0] > limit) return refuse(std::string("length for type ") + type + " cannot exceed " + std::to_string(limit));
  return static_cast<std::int32_t>(modifiers[0] + header);
}

Outcome<std::int32_t> numeric_typmod(const std::vector<std::int64_t>& modifiers) {
  if (modifiers.size() > 2) return refuse("invalid NUMERIC type modifier");
  const std::int64_t precision = modifiers[0], scale = modifiers.size() == 2 ? modifiers[1] : 0;
  if (precision < 1 || precision > kMaxPrecision) {
    return refuse("NUMERIC precision " + std::to_string(precision) + " must be between 1 and " + std::to_string(kMaxPrecision));
  }
  if (scale < -kMaxScale || scale > kMaxScale) {
    return refuse("NUMERIC scale " + std::to_string(scale) + " must be between -1000 and 1000");
  }
  return static_cast<std::int32_t>((precision << 16 | (scale & 0x7ff)) + 4);
}

/// Digits of seconds. More than six are taken for six, with a warning.
Outcome<std::int32_t> seconds_typmod(const char* type, const char* tail, std::int64_t digits) {
  if (digits < 0) return refuse(std::string(type) + "(" + std::to_string(digits) + ")" + tail + " precision must not be negative");
  return static_cast<std::int32_t>(digits > kMaxSecondDigits ? kMaxSecondDigits : digits);
}

}  // namespace

Outcome<std::int32_t> read_typmod(TypeId type, const std::vector<std::int64_t>& modifiers, std::int32_t interval_fields) {
  if (is_array(type)) return read_typmod(element_of(type), modifiers, interval_fields);
  if (type == TypeId::interval) {
    if (modifiers.empty() && interval_fields < 0) return -1;
    if (modifiers.size() > 1) return refuse("invalid INTERVAL type modifier");
    Outcome<std::int32_t> precision(kFullIntervalPrecision);
    if (!modifiers.empty()) precision = seconds_typmod("INTERVAL", "", modifiers[0]);
    if (!precision) return precision;
    const std::int32_t range = interval_fields < 0 ? kFullIntervalRange : interval_fields;
    return (range & kFullIntervalRange) << 16 | *precision;
  }
  if (modifiers.empty()) return -1;
  switch (type) {
    case TypeId::varchar: return length_typmod("varchar", modifiers, kMaxCharacters, 4);
    case TypeId::bpchar: return length_typmod("char", modifiers, kMaxCharacters, 4);
    case TypeId::bit: return length_typmod("bit", modifiers, kMaxBits, 0);
    case TypeId::varbit: return length_typmod("varbit", modifiers, kMaxBits, 0);
    case TypeId::numeric: return numeric_typmod(modifiers);
    case TypeId::time: return seconds_typmod("TIME", "", modifiers[0]);
    case TypeId::timetz: return seconds_typmod("TIME", " WITH TIME ZONE", modifiers[0]);
    case TypeId::timestamp: return seconds_typmod("TIMESTAMP", "", modifiers[0]);
    case TypeId::timestamptz: return seconds_typmod("TIMESTAMP", " WITH TIME ZONE", modifiers[0]);
    default: return ServerError{"42601", "type modifier is not allowed for type \"" + std::string(builtin_type_info(type) == nullptr ? "?" : builtin_type_info(type)->name) + "\""};
  }
}

}  // namespace pgfk
