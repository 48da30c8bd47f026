#include "parsers/log/skeleton.h"

namespace pgfk {
namespace {

constexpr std::size_t kLongestName = 63;  // bytes, NAMEDATALEN - 1
constexpr std::size_t kMostCuts = 32;     // of one message; a name would have to hold a skeleton's piece many times over
constexpr std::size_t kTellingPiece = 5;  // bytes, as many as "Key (" of a first piece that make it worth looking for in the middle of a line

bool is_primary(MessageForm form) { return form <= MessageForm::remove_partition; }
bool shows_key(MessageForm form) { return form == MessageForm::not_present || form == MessageForm::still_referenced || form == MessageForm::referenced; }

std::string_view without_trailing_spaces(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// All ways to cut `rest`, what stands behind piece `piece`, into names.
void cut_names(const Skeleton& skeleton, std::size_t piece, std::string_view rest, std::array<std::string_view, 3>& names, MatchedMessage& out) {
  const std::size_t hole = piece;
  std::string_view& name = names[skeleton.order[hole]];
  const std::string_view next = skeleton.pieces[piece + 1];
  if (piece + 2 == skeleton.piece_count) {
    if (!rest.ends_with(next)) return;
    name = rest.substr(0, rest.size() - next.size());
    if (!name.empty() && name.size() <= kLongestName) out.cuts.push_back(names);
    return;
  }
  for (std::size_t at = rest.find(next, 1); at != std::string_view::npos && at <= kLongestName && out.cuts.size() < kMostCuts; at = rest.find(next, at + 1)) {
    name = rest.substr(0, at);
    cut_names(skeleton, piece + 1, rest.substr(at + next.size()), names, out);
  }
}

std::optional<MatchedDetail> match_key_detail(const Skeleton& skeleton, std::string_view detail) {
  const std::string_view first = skeleton.pieces[0], last = skeleton.pieces[3];
  if (!detail.starts_with(first) || !detail.ends_with(last) || detail.size() < first.size() + last.size()) return std::nullopt;
  const std::string_view inner = detail.substr(first.size(), detail.size() - first.size() - last.size());
  // The table comes first or last; values can hold the piece beside it, table names practically never do.
  const bool table_first = skeleton.order[0] == 2;
  const std::string_view beside = table_first ? skeleton.pieces[1] : skeleton.pieces[2];
  const std::size_t at = table_first ? inner.find(beside) : inner.rfind(beside);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = inner.substr(0, at), behind = inner.substr(at + beside.size());
  const MatchedDetail matched{skeleton.form, table_first ? before : behind, table_first ? behind : before};
  if (matched.key.find(")=(") == std::string_view::npos) return std::nullopt;
  return matched;
}

/// From the skeleton's first piece to its last one, on one line.
std::optional<QuotedMessage> find_skeleton(const Skeleton& skeleton, std::string_view line) {
  const std::string_view first = skeleton.pieces[0];
  if (first.size() < kTellingPiece) return std::nullopt;
  const std::size_t begin = line.find(first);
  if (begin == std::string_view::npos) return std::nullopt;
  std::size_t at = begin + first.size();
  for (std::size_t piece = 1; piece < skeleton.piece_count; ++piece) {
    const std::size_t next = line.find(skeleton.pieces[piece], at);
    if (next == std::string_view::npos) return std::nullopt;
    at = next + skeleton.pieces[piece].size();
  }
  return QuotedMessage{begin, at - begin};
}

/// The longest one of the leftmost, so that "… on table" is not cut off.
template <class Wanted>
std::optional<QuotedMessage> find_any(std::string_view line, Wanted wanted) {
  std::optional<QuotedMessage> best;
  for (const Skeleton& skeleton : message_skeletons()) {
    if (!wanted(skeleton)) continue;
    const std::optional<QuotedMessage> found = find_skeleton(skeleton, line);
    if (found && (!best || found->at < best->at || (found->at == best->at && found->length > best->length))) best = found;
  }
  return best;
}

}  // namespace

std::optional<MatchedMessage> match_message(std::string_view message) {
  message = without_trailing_spaces(message);
  std::optional<MatchedMessage> best;
  for (const Skeleton& skeleton : message_skeletons()) {
    if (!is_primary(skeleton.form) || !message.starts_with(skeleton.pieces[0])) continue;
    MatchedMessage matched{skeleton.form, skeleton.language, {}};
    std::array<std::string_view, 3> names{};
    cut_names(skeleton, 0, message.substr(skeleton.pieces[0].size()), names, matched);
    // A text with three names also fits a form with two, its end taken for a part of the name.
    const bool better = !best || skeleton.piece_count > 3;
    if (!matched.cuts.empty() && better) best = std::move(matched);
  }
  return best;
}

std::optional<MatchedDetail> match_detail(std::string_view detail) {
  detail = without_trailing_spaces(detail);
  for (const Skeleton& skeleton : message_skeletons()) {
    if (is_primary(skeleton.form) || !detail.starts_with(skeleton.pieces[0])) continue;
    if (shows_key(skeleton.form)) {
      if (std::optional<MatchedDetail> matched = match_key_detail(skeleton, detail)) return matched;
    } else if (skeleton.piece_count == 1) {
      if (detail == skeleton.pieces[0]) return MatchedDetail{skeleton.form, {}, {}};
    } else if (const std::string_view last = skeleton.pieces[1]; detail.ends_with(last) && detail.size() > skeleton.pieces[0].size() + last.size()) {
      const std::size_t begin = skeleton.pieces[0].size();
      return MatchedDetail{skeleton.form, detail.substr(begin, detail.size() - begin - last.size()), {}};
    }
  }
  return std::nullopt;
}

std::optional<QuotedMessage> find_message(std::string_view line) {
  return find_any(line, [](const Skeleton& skeleton) { return is_primary(skeleton.form); });
}

std::optional<QuotedMessage> find_detail(std::string_view line) {
  return find_any(line, [](const Skeleton& skeleton) { return !is_primary(skeleton.form) && skeleton.form != MessageForm::no_rows; });
}

}  // namespace pgfk
