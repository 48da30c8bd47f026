#include "analyzer/rewrite/placeholders.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/catalog/expressions.h"
#include "analyzer/types/type_io.h"

namespace pgfk {
namespace {

constexpr std::int32_t kLengthHeader = 4;      // of typmods of varchar and bpchar
constexpr std::int64_t kLongestText = 10'000;  // that a CHECK on a length is met with

enum class Shape { whole_number, fraction, text, boolean, day, moment, time, span, uuid, json, bytes, address, network, hardware, bits, array, range, label, other };

Shape shape_of(const Catalog& catalog, TypeId type) {
  if (is_array(type)) return Shape::array;
  switch (type) {
    case TypeId::int2: case TypeId::int4: case TypeId::int8: case TypeId::oid: return Shape::whole_number;
    case TypeId::numeric: case TypeId::float4: case TypeId::float8: case TypeId::money: return Shape::fraction;
    case TypeId::text: case TypeId::varchar: case TypeId::bpchar: case TypeId::name: case TypeId::char_: return Shape::text;
    case TypeId::bool_: return Shape::boolean;
    case TypeId::date: return Shape::day;
    case TypeId::timestamp: case TypeId::timestamptz: return Shape::moment;
    case TypeId::time: case TypeId::timetz: return Shape::time;
    case TypeId::interval: return Shape::span;
    case TypeId::uuid: return Shape::uuid;
    case TypeId::json: case TypeId::jsonb: return Shape::json;
    case TypeId::bytea: return Shape::bytes;
    case TypeId::inet: return Shape::address;
    case TypeId::cidr: return Shape::network;
    case TypeId::macaddr: case TypeId::macaddr8: return Shape::hardware;
    case TypeId::bit: case TypeId::varbit: return Shape::bits;
    default: break;
  }
  const Type* made = catalog.type(type);
  if (made && made->kind == TypeKind::enum_) return Shape::label;
  if (made && (made->kind == TypeKind::range || made->kind == TypeKind::multirange)) return Shape::range;
  return Shape::other;
}

/// The typmod that holds for the column: a domain brings its own.
std::int32_t typmod_of(const Catalog& catalog, const Column& column) {
  std::int32_t typmod = column.typmod;
  for (const Type* type = catalog.type(column.type); typmod < 0 && type && type->kind == TypeKind::domain; type = catalog.type(type->base)) {
    typmod = type->typmod;
  }
  return typmod;
}

std::string day(unsigned after) {
  // 28 days a month make every day there is.
  return fmt::format("{:04}-{:02}-{:02}", 2000 + after / 336, after / 28 % 12 + 1, after % 28 + 1);
}

/// What a LIKE pattern lets through.
std::string meeting_pattern(const std::string& pattern, std::string hint) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '%') {
      out += std::exchange(hint, {});
      continue;
    }
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    out += pattern[at] == '_' ? 'x' : pattern[at];
  }
  return out;
}

/// "007" for 7: as long as `zeros`.
std::string padded(std::string_view zeros, const std::string& hint) {
  return hint.size() >= zeros.size() ? hint.substr(hint.size() - zeros.size()) : std::string(zeros.substr(hint.size())) + hint;
}

}  // namespace

std::string placeholder_value(const Catalog& catalog, const Column& column, unsigned variant, const std::string& hint) {
  const TypeId type = base_type(catalog, column.type);
  const std::int32_t typmod = typmod_of(catalog, column);
  switch (shape_of(catalog, type)) {
    case Shape::whole_number:
      // Far from what people and sequences count.
      return variant == 0 ? "0" : std::to_string((type == TypeId::int2 ? 32'000u : 2'147'480'000u) - variant);
    case Shape::fraction: return std::to_string(variant);
    case Shape::text: {
      if (type == TypeId::char_) return std::string(1, static_cast<char>('A' + variant % 26));
      std::string text = variant == 0 ? "placeholder" : variant == 1 ? "placeholder-" + hint : fmt::format("placeholder-{}-{}", hint, variant);
      const std::int32_t longest = typmod >= kLengthHeader ? typmod - kLengthHeader : 0;
      // The end is what makes it differ.
      if (longest > 0 && static_cast<std::int32_t>(text.size()) > longest) {
        text = variant == 0 ? text.substr(0, static_cast<std::size_t>(longest)) : text.substr(text.size() - static_cast<std::size_t>(longest));
        if (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0) == 0x80) text = std::string(static_cast<std::size_t>(longest), 'x');
      }
      return text;
    }
    case Shape::boolean: return variant % 2 == 0 ? "false" : "true";
    case Shape::day: return day(variant);
    case Shape::moment: return day(variant) + " 00:00:00" + (type == TypeId::timestamptz ? "+00" : "");
    case Shape::time: return fmt::format("{:02}:{:02}:{:02}{}", variant / 3600 % 24, variant / 60 % 60, variant % 60, type == TypeId::timetz ? "+00" : "");
    case Shape::span: return fmt::format("{} seconds", variant);
    case Shape::uuid: return fmt::format("00000000-0000-4000-8000-{:012}", variant);
    case Shape::json: return variant == 0 ? "{}" : fmt::format("{{\"placeholder\": {}}}", variant);
    case Shape::bytes: return variant == 0 ? "\\x" : fmt::format("\\x{:08x}", variant);
    case Shape::address: return fmt::format("0.0.{}.{}", variant / 256 % 256, variant % 256);
    case Shape::network: return fmt::format("0.0.{}.{}/32", variant / 256 % 256, variant % 256);
    case Shape::hardware: return type == TypeId::macaddr8 ? fmt::format("00:00:00:00:00:00:{:02x}:{:02x}", variant / 256 % 256, variant % 256)
                                                         : fmt::format("00:00:00:00:{:02x}:{:02x}", variant / 256 % 256, variant % 256);
    case Shape::bits: {
      const std::size_t width = typmod > 0 ? static_cast<std::size_t>(typmod) : 1;
      std::string bits(width, '0');
      for (std::size_t bit = 0; bit < std::min<std::size_t>(width, 32); ++bit) bits[width - 1 - bit] = (variant >> bit & 1) != 0 ? '1' : '0';
      return bits;
    }
    case Shape::array: return "{}";
    case Shape::range: return catalog.type(type)->kind == TypeKind::range ? "empty" : "{}";
    case Shape::label: {
      const Type* labels = catalog.type(type);
      return labels->labels.empty() ? std::string() : labels->labels[variant % labels->labels.size()];
    }
    case Shape::other: break;
  }
  const Type* made = catalog.type(type);
  if (made && made->kind == TypeKind::composite) return "(" + std::string(made->fields.empty() ? 0 : made->fields.size() - 1, ',') + ")";
  if (type == TypeId::point) return "(0,0)";
  if (type == TypeId::xml) return "<placeholder/>";
  return variant == 0 ? "" : std::to_string(variant);
}

std::vector<std::string> candidate_values(const Catalog& catalog, const Column& column, const std::vector<const Expr*>& conditions, const std::string& hint) {
  const TypeId type = base_type(catalog, column.type);
  const Shape shape = shape_of(catalog, type);
  std::vector<std::string> out;
  const auto add = [&](std::string value) {
    if (std::ranges::find(out, value) == out.end()) out.push_back(std::move(value));
  };
  if (!hint.empty() && shape == Shape::text) {
    for (const std::string& value : {"placeholder-" + hint + "@example.invalid", "https://example.invalid/" + hint, "placeholder-" + hint, hint}) add(value);
    for (const char* zeros : {"0", "00", "000", "0000", "00000", "000000", "0000000000"}) add(padded(zeros, hint));
  }
  if (!hint.empty() && shape == Shape::whole_number) add(hint);
  for (const Expr* condition : conditions) {
    walk(*condition, [&](const Expr& expr) {
      if (expr.kind == ExprKind::integer) {
        if (shape == Shape::text) {
          for (const std::int64_t length : {expr.integer, expr.integer + 1, expr.integer - 1}) {
            if (length > 0 && length <= kLongestText) add(std::string(static_cast<std::size_t>(length), 'x'));
          }
        }
        for (const std::int64_t beside : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}}) {
          std::int64_t value = 0;
          if (!__builtin_add_overflow(expr.integer, beside, &value)) add(std::to_string(value));
        }
      } else if (expr.kind == ExprKind::number) {
        add(expr.text);
      } else if (expr.kind == ExprKind::string) {
        if (shape == Shape::text) {
          add(meeting_pattern(expr.text, hint));
          add(meeting_pattern(expr.text, "x"));
        }
        add(expr.text);
      }
    });
  }
  switch (shape) {
    case Shape::whole_number:
    case Shape::fraction:
      for (const char* value : {"1", "0", "-1", "100", "2000"}) add(value);
      if (shape == Shape::fraction) add("0.5");
      break;
    case Shape::text:
      for (const char* value : {"placeholder@example.invalid", "https://example.invalid/", "x", "X", "xx", "XX", "xxx", "XXX", "0", "00", "000", "0000", "00000",
                                "+10000000000", "XXX-000", "xxx000", "#000000", "00000000-0000-4000-8000-000000000000", "2000-01-01", "{}", "/"}) {
        add(value);
      }
      break;
    case Shape::boolean: add("true"); add("false"); break;
    case Shape::day:
      for (const char* value : {"2000-01-02", "1900-01-01", "2100-01-01"}) add(value);
      break;
    case Shape::moment:
      for (const char* value : {"2000-01-02 00:00:00+00", "1900-01-01 00:00:00+00", "2100-01-01 00:00:00+00"}) add(value);
      break;
    case Shape::time: add("12:00:00"); add("23:59:59"); break;
    case Shape::span: add("1 day"); add("1 second"); break;
    case Shape::json:
      for (const char* value : {"[]", "\"\"", "0", "null"}) add(value);
      break;
    case Shape::label:
      for (const std::string& label : catalog.type(type)->labels) add(label);
      break;
    case Shape::array:
      for (const char* value : {"{0}", "{1}", "{x}"}) add(value);
      break;
    default: break;
  }
  return out;
}

}  // namespace pgfk
