// log_line_prefix, compiled into a matcher: what stands before the label of a line, as fields.
//
// A prefix alone is ambiguous (names hold any character); what makes it safe is that a label of the server has to follow it.
// Cost: about the length of the prefix; bounded by kMostSteps for hostile lines. Threads: match() from any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/messages.h"

namespace pgfk {

enum class PrefixField : std::uint8_t {
  time, pid, session_id, user, database, application, remote, host, sqlstate, line_number, session_start, virtual_transaction, transaction, query_id,
  backend_type, command_tag, leader_pid, local_address,
};
inline constexpr std::size_t kPrefixFields = 18;

struct PrefixMatch {
  std::array<std::string_view, kPrefixFields> fields{};  // data() is null where the line does not have it
  const LogLabel* label = nullptr;
  std::string_view text;  // behind the label

  std::string_view operator[](PrefixField field) const { return fields[static_cast<std::size_t>(field)]; }
};

class LinePrefix {
 public:
  /// As in postgresql.conf: "%m [%p] %q%u@%d ".
  explicit LinePrefix(std::string text);

  /// The line's prefix and the label behind it; false where they do not fit.
  bool match(std::string_view line, PrefixMatch& out) const;
  const std::string& text() const { return text_; }
  std::size_t field_count() const { return field_count_; }
  bool has(PrefixField field) const;

 private:
  struct Element {
    enum class Kind : std::uint8_t { literal, field, optional_rest } kind;
    std::string literal;
    PrefixField field{};
    char escape = 0;
    int width = 0;  // as in printf: negative pads on the right
  };
  class Attempt;

  std::string text_;
  std::vector<Element> elements_;
  std::size_t field_count_ = 0;
};

/// Prefixes met in the wild, most telling first.
const std::vector<LinePrefix>& known_prefixes();

/// The log_line_prefix that these lines were written with: a known one, or one made up from what stands before the labels. Empty where no
/// line has a label. `lines` without line ends.
struct DetectedPrefix {
  std::string text;
  bool found = false;
  bool from_server = false;  // labels that only servers write were seen, or the prefix is one that they are known to have, or has a time
  bool guessed = false;      // only the label and perhaps the time are told
  std::size_t labelled = 0;  // lines with a label
  std::size_t matched = 0;
  std::string language;      // of the labels, where it is not English
};
DetectedPrefix detect_prefix(const std::vector<std::string_view>& lines);

}  // namespace pgfk
