#include "analyzer/eval/implementations.h"

#include <unordered_map>

namespace pgfk {

namespace {

using Table = std::unordered_map<std::string_view, Implementation>;

Table make_table() {
  Table table;
  for (const auto family : {arithmetic_functions(), numeric_functions(), text_functions(), pattern_functions(), format_functions(), date_functions(),
                            json_functions(), array_functions(), range_functions(), binary_functions(), sequence_functions(), session_functions(),
                            large_object_functions(), text_search_functions()}) {
    for (const ImplementationEntry& entry : family) table.emplace(entry.source, entry.function);
  }
  return table;
}

}  // namespace

Implementation find_implementation(std::string_view source) {
  static const Table table = make_table();
  const auto found = table.find(source);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace pgfk
