// Rows of composite types, compared field by field. Source: rowtypes.c, record_in, record_out; fk-semantics 8.16.
#include <optional>

#include "analyzer/types/compounds.h"

namespace pgfk {
namespace {

Outcome<Value> read_record(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const Type* info = type == TypeId::record ? nullptr : context.types.type(type);
  if (info == nullptr) return ServerError{"0A000", "input of anonymous composite types is not implemented"};
  const auto malformed = [&](const char* detail) -> Outcome<Value> {
    return ServerError{"22P02", "malformed record literal: \"" + std::string(text) + "\"", detail};
  };
  std::size_t at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  if (at == text.size() || text[at] != '(') return malformed("Missing left parenthesis.");
  ++at;
  Compound row;
  for (std::size_t field = 0; field < info->fields.size(); ++field) {
    if (field > 0) {
      if (at == text.size() || text[at] != ',') return malformed("Too few columns.");
      ++at;
    }
    const TypeId field_type = info->fields[field].second;
    if (at < text.size() && (text[at] == ',' || text[at] == ')')) {
      row.items.push_back(Value::null(base_type(context.types, field_type)));
      continue;
    }
    std::string written;
    bool in_quotes = false;
    while (in_quotes || at == text.size() || (text[at] != ',' && text[at] != ')')) {
      if (at == text.size()) return malformed("Unexpected end of input.");
      const char c = text[at++];
      if (c == '\\') {
        if (at == text.size()) return malformed("Unexpected end of input.");
        written += text[at++];
      } else if (c == '"') {
        if (in_quotes && at < text.size() && text[at] == '"') {
          written += text[at++];
        } else {
          in_quotes = !in_quotes;
        }
      } else {
        written += c;
      }
    }
    Outcome<Value> item = read_value(context, field_type, -1, written);
    if (!item) return item;
    row.items.push_back(*std::move(item));
  }
  if (at == text.size() || text[at] != ')') return malformed("Too many columns.");
  ++at;
  while (at < text.size() && is_space(text[at])) ++at;
  if (at != text.size()) return malformed("Junk after right parenthesis.");
  return Value::of(type, std::move(row));
}

void write_record(const TypeContext& context, const Value& value, std::string& out) {
  out += '(';
  bool first = true;
  for (const Value& item : value.compound().items) {
    if (!first) out += ',';
    first = false;
    if (!item.is_null()) write_quoted(write_value(context, item), "\"\\(),", true, false, out);
  }
  out += ')';
}

void record_key(const TypeContext& context, const Value& value, std::string& out) {
  append_number_key(std::uint64_t{value.compound().items.size()}, out);
  for (const Value& item : value.compound().items) append_part_key(context, item, out);
}

int record_compare(const TypeContext& context, const Value& a, const Value& b) {
  const std::vector<Value> &left = a.compound().items, &right = b.compound().items;
  for (std::size_t item = 0; item < left.size() && item < right.size(); ++item) {
    const int order = compare_parts(context, left[item], right[item]);
    if (order != 0) return order;
  }
  return three_way(left.size(), right.size());
}

}  // namespace

const TypeOps kRecordOps = {read_record, write_record, record_key, record_compare};

}  // namespace pgfk
