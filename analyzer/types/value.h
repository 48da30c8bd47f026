// A value of an SQL type: known, NULL, or one that only the server could know.
//
// A value that is unknown but the same elsewhere carries a symbol; two unknowns with the same symbol are equal. A fresh symbol
// (a new random uuid) differs from every other value.
// What `data` holds, by type: bool, int2, int4, int8, oid, money (cents), "char", date (days since 2000-01-01), time and timestamp
// and timestamptz (microseconds, from midnight or 2000-01-01 00:00, UTC for timestamptz; INT64_MIN and INT64_MAX are the infinities, as are
// INT32_MIN and INT32_MAX for dates) int64; float4, float8 double; interval, timetz their structs; arrays, composites and ranges Values in a
// Compound; enum: int64, the label's position; everything else (text, bpchar with its padding, bytea as bytes, numeric in output form with its
// scale, uuid as 36 characters, jsonb in output form, bit strings as 0 and 1, inet/cidr/macaddr in output form ...) a string.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/types/type.h"

namespace pgfk {

struct Interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t microseconds = 0;
};

struct TimeTz {
  std::int64_t microseconds = 0;
  std::int32_t zone = 0;  // seconds west of UTC, as the server stores it
};

class Value;

/// Elements of an array, fields of a row, bounds of a range (two values, a NULL bound is infinite), ranges of a multirange.
struct Compound {
  std::vector<Value> items;
  std::vector<std::int32_t> dimensions;    // arrays; empty for {}
  std::vector<std::int32_t> lower_bounds;  // arrays, one per dimension
  bool empty = false;                      // ranges
  bool lower_inclusive = false, upper_inclusive = false;
};

enum class ValueKind : std::uint8_t { null, known, unknown };

class Value {
 public:
  using Data = std::variant<std::monostate, std::int64_t, double, Interval, TimeTz, std::string, Compound>;

  static Value null(TypeId type = TypeId::unknown) { return Value(ValueKind::null, type, {}); }
  static Value of(TypeId type, std::int64_t number) { return Value(ValueKind::known, type, number); }
  static Value of(TypeId type, double number) { return Value(ValueKind::known, type, number); }
  static Value of(TypeId type, std::string text) { return Value(ValueKind::known, type, std::move(text)); }
  static Value of(TypeId type, Interval interval) { return Value(ValueKind::known, type, interval); }
  static Value of(TypeId type, TimeTz time) { return Value(ValueKind::known, type, time); }
  static Value of(TypeId type, Compound compound) { return Value(ValueKind::known, type, std::move(compound)); }
  static Value boolean(bool b) { return of(TypeId::bool_, static_cast<std::int64_t>(b)); }
  /// `symbol` from Symbols::make.
  static Value unknown(TypeId type, std::uint32_t symbol) {
    Value v(ValueKind::unknown, type, {});
    v.symbol_ = symbol;
    return v;
  }

  Value() = default;
  ValueKind kind() const { return kind_; }
  bool is_null() const { return kind_ == ValueKind::null; }
  bool is_known() const { return kind_ == ValueKind::known; }
  bool is_unknown() const { return kind_ == ValueKind::unknown; }
  TypeId type() const { return type_; }
  std::uint32_t symbol() const { return symbol_; }
  const Data& data() const { return data_; }

  /// Only where the type says so; a known value.
  std::int64_t integer() const { return *std::get_if<std::int64_t>(&data_); }
  double number() const { return *std::get_if<double>(&data_); }
  const std::string& text() const { return *std::get_if<std::string>(&data_); }
  const Interval& interval() const { return *std::get_if<Interval>(&data_); }
  const TimeTz& timetz() const { return *std::get_if<TimeTz>(&data_); }
  const Compound& compound() const { return *std::get_if<Compound>(&data_); }
  bool is_true() const { return is_known() && integer() != 0; }
  /// The same data under another type that is stored alike (text as varchar, a domain as its base).
  Value relabel(TypeId type) const {
    Value v = *this;
    v.type_ = type;
    return v;
  }

 private:
  Value(ValueKind kind, TypeId type, Data data) : kind_(kind), type_(type), data_(std::move(data)) {}
  ValueKind kind_ = ValueKind::null;
  TypeId type_ = TypeId::unknown;
  std::uint32_t symbol_ = 0;
  Data data_;
};

/// Why values are unknown. Grows only; symbol 0 is never given.
class Symbols {
 public:
  struct Entry {
    std::string reason;  // "gen_random_uuid() is known to the server alone"
    bool fresh = false;  // differs from all that is known and from all other symbols (a new uuid)
  };
  std::uint32_t make(std::string reason, bool fresh) {
    entries_.push_back({std::move(reason), fresh});
    return static_cast<std::uint32_t>(entries_.size());
  }
  const Entry& operator[](std::uint32_t symbol) const { return entries_[symbol - 1]; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace pgfk
