// json (kept as written) and jsonb (held in output form, equal by content). Source: json.c, jsonb.c, jsonb_util.c; fk-semantics 8.15.
#include "analyzer/types/family.h"
#include "analyzer/types/json.h"
#include "analyzer/types/numeric.h"

namespace pgfk {
namespace {

Outcome<Value> read_json(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const Outcome<JsonNode> node = parse_json(text, false, context.settings.server_version);
  if (!node) return node.as<Value>();
  return Value::of(type, std::string(text));
}

Outcome<Value> read_jsonb(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  Outcome<JsonNode> node = parse_json(text, true, context.settings.server_version);
  if (!node) return node.as<Value>();
  sort_json(*node);
  std::string canonical;
  write_jsonb(*node, canonical);
  return Value::of(type, std::move(canonical));
}

JsonNode content(const Value& value) {
  Outcome<JsonNode> node = parse_json(value.text(), true, 15);
  return node ? *std::move(node) : JsonNode{};  // a value's text was written by us
}

void append_node(const JsonNode& node, std::string& out) {
  out += static_cast<char>(node.kind);
  switch (node.kind) {
    case JsonKind::null: break;
    case JsonKind::boolean: out += static_cast<char>(node.truth); break;
    case JsonKind::number: append_bytes_key(numeric_canonical(node.text), out); break;
    case JsonKind::string: append_bytes_key(node.text, out); break;
    case JsonKind::array:
    case JsonKind::object:
      append_number_key(std::uint64_t{node.items.size()}, out);
      for (std::size_t item = 0; item < node.items.size(); ++item) {
        if (node.kind == JsonKind::object) append_bytes_key(node.keys[item], out);
        append_node(node.items[item], out);
      }
  }
}

void jsonb_key(const TypeContext&, const Value& value, std::string& out) { append_node(content(value), out); }

/// Null < string < number < boolean < array < object; longer arrays and objects are greater.
int compare_nodes(const JsonNode& a, const JsonNode& b) {
  if (a.kind != b.kind) return three_way(a.kind, b.kind);
  switch (a.kind) {
    case JsonKind::null: return 0;
    case JsonKind::boolean: return three_way(a.truth, b.truth);
    case JsonKind::number: return numeric_compare(a.text, b.text);
    case JsonKind::string: return a.text.compare(b.text);
    case JsonKind::array:
    case JsonKind::object: break;
  }
  if (a.items.size() != b.items.size()) return three_way(a.items.size(), b.items.size());
  for (std::size_t item = 0; item < a.items.size(); ++item) {
    if (a.kind == JsonKind::object) {
      const int order = a.keys[item].compare(b.keys[item]);
      if (order != 0) return order;
    }
    const int order = compare_nodes(a.items[item], b.items[item]);
    if (order != 0) return order;
  }
  return 0;
}

int jsonb_compare(const TypeContext&, const Value& a, const Value& b) { return compare_nodes(content(a), content(b)); }

}  // namespace

const TypeOps kJsonOps = {read_json, string_write, string_key, string_compare};
const TypeOps kJsonbOps = {read_jsonb, string_write, jsonb_key, jsonb_compare};

}  // namespace pgfk
