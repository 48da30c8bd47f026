// What we compute ourselves: the server's C functions by name, one table per family.
//
// A function with no line in these tables exists but is not evaluated: a Doubt.
#pragma once

#include <span>
#include <string_view>

#include "analyzer/eval/bound.h"

namespace pgfk {

struct ImplementationEntry {
  std::string_view source;
  Implementation function;
};

std::span<const ImplementationEntry> arithmetic_functions();
std::span<const ImplementationEntry> numeric_functions();
std::span<const ImplementationEntry> text_functions();
std::span<const ImplementationEntry> pattern_functions();
std::span<const ImplementationEntry> format_functions();
std::span<const ImplementationEntry> date_functions();
std::span<const ImplementationEntry> json_functions();
std::span<const ImplementationEntry> array_functions();
std::span<const ImplementationEntry> range_functions();
std::span<const ImplementationEntry> binary_functions();
std::span<const ImplementationEntry> sequence_functions();
std::span<const ImplementationEntry> session_functions();
std::span<const ImplementationEntry> large_object_functions();
std::span<const ImplementationEntry> text_search_functions();

/// Null where we do not compute it.
Implementation find_implementation(std::string_view source);

}  // namespace pgfk
