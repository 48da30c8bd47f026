// What PostgreSQL writes about a foreign key failure, and the labels around it, in every language and encoding it does so.
//
// The tables are made out of messages.json by scripts/make_log_messages.py.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pgfk {

/// The kinds of messages.json, without "detail_".
enum class MessageForm : std::uint8_t {
  insert_update, update_delete, update_delete_restrict, remove_partition,
  not_present, not_present_hidden, still_referenced, still_referenced_hidden, referenced, referenced_hidden, match_full, no_rows,
};

/// A text with holes: piece, argument, piece, argument, …, piece. The first and the last piece may be empty, the others are not.
struct Skeleton {
  MessageForm form;
  std::string_view language;
  std::array<std::string_view, 4> pieces;
  std::size_t piece_count;
  std::array<std::uint8_t, 3> order;  // which argument of the English text fills the hole; from 0
};
std::span<const Skeleton> message_skeletons();

enum class LabelKind : std::uint8_t {
  debug, log, info, notice, warning, error, fatal, panic,  // severities
  detail, hint, query, context, location, backtrace, statement,  // sections, in the order in which the server writes them
};
constexpr bool is_severity(LabelKind kind) { return kind <= LabelKind::panic; }

/// "ERROR:  ", "STATEMENT:  ", with the colon and the spaces behind it.
struct LogLabel {
  LabelKind kind;
  std::string_view language;
  std::string_view text;
};
std::span<const LogLabel> log_labels();

/// Whether this is what the server writes for a name that it does not know: "[unknown]", in any language.
bool is_unknown_text(std::string_view text);

/// The longest label that `text` begins with; null where there is none.
const LogLabel* label_at(std::string_view text);
/// The leftmost label in `text` and where it begins; null where there is none.
struct FoundLabel {
  const LogLabel* label = nullptr;
  std::size_t at = 0;
};
FoundLabel find_label(std::string_view text, std::size_t from = 0);

}  // namespace pgfk
