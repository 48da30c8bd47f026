#include <algorithm>
#include <unordered_map>

#include "analyzer/eval/builtins/functions.h"
#include "analyzer/eval/builtins/operators.h"

namespace pgfk {

namespace {

template <typename Entry>
std::span<const Entry> named(std::span<const Entry> table, std::string_view name) {
  const auto first = std::lower_bound(table.begin(), table.end(), name,
                                      [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
  auto last = first;
  while (last != table.end() && last->name == name) ++last;
  return {first, last};
}

constexpr NewerFunction kNewerFunctions[] = {
    {"any_value", 16},         {"array_sample", 16},   {"array_shuffle", 16},          {"date_add", 16},
    {"date_subtract", 16},     {"erf", 16},            {"erfc", 16},                   {"pg_input_is_valid", 16},
    {"random_normal", 16},     {"system_user", 16},    {"pg_input_error_info", 16},    {"json_arrayagg", 16},
    {"json_objectagg", 16},    {"to_bin", 17},                 {"to_oct", 17},
    {"unicode_assigned", 17},  {"unicode_version", 17}, {"uuid_extract_timestamp", 17}, {"uuid_extract_version", 17},
    {"xmltext", 17},           {"json_scalar", 17},    {"json_serialize", 17},         {"array_reverse", 18},
    {"array_sort", 18},        {"casefold", 18},       {"crc32", 18},                  {"crc32c", 18},
    {"gamma", 18},             {"lgamma", 18},         {"uuidv4", 18},                 {"uuidv7", 18},
    {"pg_restore_relation_stats", 18, true}, {"pg_restore_attribute_stats", 18, true},
};

}  // namespace

std::span<const BuiltinFunction> builtin_functions(std::string_view name) { return named(builtin_functions(), name); }
std::span<const BuiltinOperator> builtin_operators(std::string_view name) { return named(builtin_operators(), name); }
const BuiltinFunction* builtin_with_source(std::string_view source, std::size_t arguments) {
  using Index = std::unordered_multimap<std::string_view, const BuiltinFunction*>;
  static const Index index = [] {
    Index made;
    for (const BuiltinFunction& function : builtin_functions()) made.emplace(function.source, &function);
    return made;
  }();
  const auto [first, last] = index.equal_range(source);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second->argument_count() == arguments) return entry->second;
  }
  return nullptr;
}

std::span<const NewerFunction> newer_functions() { return kNewerFunctions; }

}  // namespace pgfk
