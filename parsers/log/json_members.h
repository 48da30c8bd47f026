// A JSON object as a flat list of members: enough for log records, and forgiving where they are not quite JSON.
//
// Bytes above 7F are passed on as they are: a backend writes its log in its database's encoding, so that strict parsers refuse such lines.
// Cost: one copy of every value; meant for the few records that matter. Depth and size are bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

struct JsonMember {
  std::string path;   // "record.message"; elements of arrays have their array's path
  std::string value;  // decoded text; a number or true/false as written. An array of bytes (journalctl -o json) is their text
  bool is_string = false;
};

class JsonMembers {
 public:
  /// Reads the first value of `text`, up to where it ends or stops being JSON. Null members are left out.
  explicit JsonMembers(std::string_view text);

  /// The first member at this path; null where there is none.
  const std::string* find(std::string_view path) const;
  const std::vector<JsonMember>& all() const { return members_; }
  /// Whether the value was read to its end.
  bool complete() const { return complete_; }

 private:
  std::vector<JsonMember> members_;
  bool complete_ = false;
};

}  // namespace pgfk
