// Cutting JSON text at its joints, without building a tree: values stay the text they were.
// The text must be valid JSON, as read_value leaves json and jsonb.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/types/json.h"

namespace pgfk {

JsonKind json_kind(std::string_view value);
/// Members in the order of the text: unescaped keys, values as written.
std::vector<std::pair<std::string, std::string_view>> json_members(std::string_view object);
std::vector<std::string_view> json_elements(std::string_view array);
/// The characters of a JSON string with its quotes.
std::string json_unescape(std::string_view text);
/// A JSON string with its quotes, as to_json writes it.
std::string json_escape(std::string_view text);
/// The last member of that name; nullopt if there is none or `object` is no object.
std::optional<std::string_view> json_member(std::string_view object, std::string_view key);
/// Counted from 0, or from the end if negative.
std::optional<std::string_view> json_element(std::string_view array, std::int64_t index);

}  // namespace pgfk
