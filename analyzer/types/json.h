// A JSON text as a tree, with the server's complaints. Source: jsonapi.c, json_parse; jsonb.c.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/types/outcome.h"

namespace pgfk {

enum class JsonKind { null, string, number, boolean, array, object };

struct JsonNode {
  JsonKind kind = JsonKind::null;
  bool truth = false;
  std::string text;              // a string's characters, a number as numeric writes it
  std::vector<std::string> keys; // of an object, as long as items
  std::vector<JsonNode> items;
};

/// Reads a whole text. With `decode`, escapes are decoded and numbers read, as jsonb needs it; without, only the syntax is checked, as for json.
Outcome<JsonNode> parse_json(std::string_view text, bool decode, int server_version);
/// jsonb's form: keys by length then bytes, the last of equals, one blank behind , and :.
void sort_json(JsonNode& node);
void write_jsonb(const JsonNode& node, std::string& out);

}  // namespace pgfk
