// A text against the skeletons of the server's messages: which one it is, and what fills its holes.
//
// Names and values are raw in the server's texts, so a text that holds a skeleton's own pieces can be cut in several ways. What a message
// leaves open is said, not guessed away.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "parsers/log/messages.h"

namespace pgfk {

/// The arguments of a primary message, in the order of the English text. More than one cut only where a name holds a piece of the skeleton.
struct MatchedMessage {
  MessageForm form{};
  std::string_view language;
  std::vector<std::array<std::string_view, 3>> cuts;
};
/// All of `message` has to be the text of a primary message.
std::optional<MatchedMessage> match_message(std::string_view message);

struct MatchedDetail {
  MessageForm form{};
  std::string_view table;  // empty where the text names none
  std::string_view key;    // "columns)=(values", between the outer parentheses; data() is null where the key is not shown
};
std::optional<MatchedDetail> match_detail(std::string_view detail);

/// A primary message somewhere in `line`, as drivers and traces quote it: from its first piece to the end of its last one. Only those whose first
/// piece tells enough.
struct QuotedMessage {
  std::size_t at = 0;
  std::size_t length = 0;
};
std::optional<QuotedMessage> find_message(std::string_view line);
/// The same for a DETAIL that shows a key or hides it.
std::optional<QuotedMessage> find_detail(std::string_view line);

}  // namespace pgfk
