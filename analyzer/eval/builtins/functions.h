// The functions that a PostgreSQL server has by itself, and those of the extensions whose functions seeds call.
//
// What is in the table exists; whether we can compute it is implementations.h's matter. A name that is in neither and in no script is 42883.
// Source: pg_proc of PostgreSQL 15; newer_functions() for what came later.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "analyzer/types/type.h"

namespace pgfk {

/// An OID of pg_type that fits 16 bits; the negated OID of the element for an array.
using CompactType = std::int16_t;

inline TypeId expand_type(CompactType type) {
  return type < 0 ? array_of(static_cast<TypeId>(-type)) : static_cast<TypeId>(type);
}

struct BuiltinFunction {
  std::string_view name;
  std::string_view source;        // the server's C function, or the name of one written in SQL
  CompactType result = 0;
  char kind = 'f';                // f function, a aggregate, w window function, p procedure
  char volatility = 'v';          // i, s, v
  bool strict = false;
  bool returns_set = false;
  CompactType variadic = 0;       // element type of the last argument, 0 if it is none
  std::int8_t defaults = 0;       // how many arguments may be left out
  std::array<CompactType, 8> arguments = {};  // ends at the first 0
  std::string_view argument_names;            // with blanks between; only where some may be left out
  std::string_view outputs;                   // "key:25 value:114" for OUT parameters
  std::size_t argument_count() const {
    std::size_t count = 0;
    while (count < arguments.size() && arguments[count] != 0) ++count;
    return count;
  }
};

struct ExtensionFunction {
  std::string_view extension;
  BuiltinFunction function;
};

/// A function that came after 15, and with which version.
struct NewerFunction {
  std::string_view name;
  int version = 16;
  bool statistics = false;  // true, and nothing that a foreign key could see
};

std::span<const BuiltinFunction> builtin_functions();
/// All of that name, possibly none.
std::span<const BuiltinFunction> builtin_functions(std::string_view name);
/// The function that an operator names; null if there is none.
const BuiltinFunction* builtin_with_source(std::string_view source, std::size_t arguments);
std::span<const ExtensionFunction> extension_functions();
std::span<const NewerFunction> newer_functions();

}  // namespace pgfk
