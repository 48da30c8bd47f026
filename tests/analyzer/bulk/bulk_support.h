// What the tests of the bulk path share: types without a catalog, columns by a word, rows as text.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/bulk/bulk.h"

namespace pgfk::bulk_test {

class BuiltinTypes : public TypeLookup {
 public:
  const Type* type(TypeId id) const override { return builtin_type_info(id); }
};

inline const TypeContext& context() {
  static const BuiltinTypes types;
  static const ValueSettings settings;
  static const TypeContext made{types, settings};
  return made;
}

inline BulkColumn column(TypeId type, bool not_null = false, std::int32_t typmod = -1, bool wanted = true) {
  return {type, typmod, not_null, wanted};
}

inline BulkPlan copy_plan(std::vector<BulkColumn> columns) {
  BulkPlan plan;
  plan.columns = std::move(columns);
  return plan;
}

inline BulkPlan insert_plan(std::vector<BulkColumn> columns) {
  BulkPlan plan = copy_plan(std::move(columns));
  plan.insert = true;
  return plan;
}

/// The text in memory that ends right behind it, so that a sanitizer sees reads past the end.
class TightText {
 public:
  explicit TightText(std::string_view text) : bytes_(text.begin(), text.end()) { bytes_.shrink_to_fit(); }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

inline std::string print(const Value& value) { return value.is_null() ? "NULL" : write_value(context(), value); }

/// All rows, a line each: cells of wanted columns with | between them.
inline std::string print(const BulkRows& rows, const BulkPlan& plan) {
  std::string text;
  for (BulkRow row = 0; row < rows.size(); ++row) {
    for (std::size_t index = 0; index < plan.columns.size(); ++index) {
      if (index > 0) text += '|';
      if (plan.columns[index].wanted) text += print(rows.cell(row, index));
    }
    text += '\n';
  }
  return text;
}

/// "3 rows" or what stands against it.
inline std::string verdict(const BulkResult& result) {
  if (result.unsupported) return "unsupported";
  if (result.bad_row) return "bad row " + std::to_string(*result.bad_row);
  std::string text = std::to_string(result.rows ? result.rows->size() : 0) + " rows";
  for (const std::uint64_t statement : result.bad_statements) text += ", bad statement " + std::to_string(statement);
  return text;
}

using Random = std::mt19937_64;
inline std::uint64_t below(Random& random, std::uint64_t limit) { return random() % limit; }

}  // namespace pgfk::bulk_test
