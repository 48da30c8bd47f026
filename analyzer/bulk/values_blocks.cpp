#include "analyzer/bulk/values_blocks.h"

#include <algorithm>
#include <cstring>

#include <simdjson.h>

#include "analyzer/bulk/column_reader.h"
#include "analyzer/bulk/scan_text.h"

namespace pgfk {
namespace {

constexpr std::size_t kBlockBytes = 32u << 10;
constexpr std::size_t kSmallBlockBytes = 1u << 10;
constexpr std::size_t kMaxBlockBytes = 1u << 30;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_word_part(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & '\x80') != 0;
}

bool equals_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

/// How long the header at the begin of `text` is: `header` but for blanks and, outside of double quotes, case. 0 if it is another.
std::size_t match_header(std::string_view text, std::string_view header) {
  if (text.starts_with(header)) return header.size();
  bool quoted = false;
  std::size_t at = 0;
  for (const char wanted : header) {
    if (!quoted && is_blank(wanted)) continue;
    while (!quoted && at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size()) return 0;
    const char found = text[at++];
    if (quoted ? found != wanted : lower(found) != lower(wanted)) return 0;
    if (wanted == '"') quoted = !quoted;
  }
  return at;
}

/// Behind blanks and comments to the line's end.
std::size_t skip_blanks_and_comments(std::string_view text, std::size_t at) {
  for (;;) {
    while (at < text.size() && is_blank(text[at])) ++at;
    if (!text.substr(at).starts_with("--")) return at;
    at = std::min(text.find('\n', at), text.size());
  }
}

}  // namespace

std::optional<std::string> find_header(std::string_view text) {
  const std::size_t begin = skip_blanks_and_comments(text, 0);
  bool quoted = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\'' || text[at] == ';') return std::nullopt;
    if (quoted || !is_word_part(text[at])) continue;
    const std::size_t word = at;
    while (at < text.size() && is_word_part(text[at])) ++at;
    const std::size_t behind = at--;
    if (!equals_word(text.substr(word, behind - word), "values")) continue;
    if (text.substr(skip_blanks_and_comments(text, behind)).starts_with('(')) return std::string(text.substr(begin, behind - begin));
  }
  return std::nullopt;
}

ValuesBlocks::ValuesBlocks(const BulkPlan& plan, const std::string& header)
    : plan_(plan), header_(header), columns_(plan.columns.size()) {}

void ValuesBlocks::start(std::string_view text, std::size_t readable) {
  text_ = text;
  readable_ = readable;
  at_ = 0;
  block_size_ = kBlockBytes;
  in_rows_ = false;
  statements_.clear();
}

ValuesBlocks::Next ValuesBlocks::next() {
  for (;;) {
    if (at_ == text_.size()) return in_rows_ ? Next::unsupported : Next::end;
    const std::size_t offered = std::min(block_size_, text_.size() - at_);
    const Next found = take(offered, at_ + offered == text_.size());
    if (found != Next::end) {
      block_size_ = cut_ ? kSmallBlockBytes : std::max(block_size_, std::min(block_size_ * 2, kBlockBytes));
      return found;
    }
    if (offered < block_size_ || block_size_ >= kMaxBlockBytes) return Next::unsupported;
    block_size_ *= 2;
  }
}

/// Takes what lies whole in the next `offered` bytes; Next::end if nothing does.
ValuesBlocks::Next ValuesBlocks::take(std::size_t offered, bool last) {
  base_ = text_.data() + at_;
  length_ = offered;
  last_ = last;
  if (text_.size() + readable_ - at_ - offered < kPadding) {
    padded_.assign(offered + kPadding, '\0');
    std::memcpy(padded_.data(), base_, offered);
    base_ = padded_.data();
  }
  positions_.resize(std::max(positions_.size(), length_ + 64));
  const ValuesScan scan = scan_values(base_, length_, positions_.data());
  if (scan.nul || (scan.backslash && !plan_.standard_strings)) return Next::unsupported;
  mark_ = 0;
  marks_ = scan.marks;
  used_ = 0;
  cut_ = false;
  quoted_cells_ = 0;
  pairs_.clear();
  kinds_.clear();
  rows_.clear();
  bad_rows_.clear();
  if (take_rows() == Step::unsupported) return Next::unsupported;
  if (used_ == 0) return Next::end;
  // Every quoted cell has two quotes; if there are more, some cell holds one.
  const std::size_t behind = static_cast<std::size_t>(std::count(base_ + used_, base_ + length_, '\''));
  block_ = CellBlock{base_, pairs_.data(), 2, 0, rows_.size(), columns_, kinds_.data(), scan.quotes - behind != 2 * quoted_cells_};
  block_at_ = at_;
  if (scan.high && plan_.check_utf8 && !check_encoding()) return Next::unsupported;
  at_ += used_;
  return Next::rows;
}

ValuesBlocks::Step ValuesBlocks::take_rows() {
  for (;;) {
    if (!in_rows_) {
      const Step step = begin_statement();
      if (step != Step::done || cut_ || !in_rows_) return step;
    }
    const Step step = take_row();
    if (step != Step::done) return step;
  }
}

/// Takes blanks, comments and a header; without a header where the block ends in blanks or is cut.
ValuesBlocks::Step ValuesBlocks::begin_statement() {
  std::size_t at = used_;
  for (;;) {
    while (at < length_ && is_blank(base_[at])) ++at;
    used_ = at;
    if (at == length_) return Step::done;
    if (base_[at] != '-') break;
    const Step step = skip_comment(at);
    if (step != Step::done || cut_) return step;
  }
  const std::string_view rest(base_ + at, length_ - at);
  const std::size_t header = match_header(rest, header_);
  // A header may be cut by the block's end; a longer spelling of it gets a second chance with a longer block.
  if (header == 0) return last_ || rest.size() > 2 * header_.size() + kSmallBlockBytes ? Step::unsupported : Step::incomplete;
  used_ = at + header;
  while (mark_ < marks_ && positions_[mark_] < used_) ++mark_;
  statements_.push_back({at_ + at, 0, 0, false});
  in_rows_ = true;
  return Step::done;
}

ValuesBlocks::Step ValuesBlocks::skip_comment(std::size_t& at) {
  const std::string_view rest(base_ + at, length_ - at);
  if (rest.size() < 2) return last_ ? Step::unsupported : Step::incomplete;
  if (rest[1] != '-') return Step::unsupported;
  const std::size_t newline = rest.find('\n');
  if (newline == std::string_view::npos && !last_) return Step::incomplete;
  const std::string_view comment = rest.substr(0, newline);
  at += comment.size();
  used_ = at;
  cut_ = comment.find('\'') != std::string_view::npos;
  while (mark_ < marks_ && positions_[mark_] < at) ++mark_;
  return Step::done;
}

ValuesBlocks::Step ValuesBlocks::take_row() {
  const std::uint32_t* mark = positions_.data() + mark_;
  if (marks_ - mark_ < columns_ + 2) return take_odd_row();
  if (base_[mark[0]] != '(' || !only_blanks(used_, mark[0])) return Step::unsupported;
  for (std::size_t cell = 0; cell < columns_; ++cell) {
    if (base_[mark[cell + 1]] != (cell + 1 < columns_ ? ',' : ')')) return take_odd_row();
  }
  const std::size_t quoted = quoted_cells_;
  for (std::size_t cell = 0; cell < columns_; ++cell) {
    if (!add_cell(mark[cell] + 1, mark[cell + 1])) return Step::unsupported;
  }
  const Step step = end_row(mark_ + columns_);
  if (step == Step::done) {
    rows_.push_back({mark[0], mark[columns_] + 1});
    Statement& statement = statements_.back();
    ++statement.rows;
  } else {
    pairs_.resize(rows_.size() * columns_ * 2);
    kinds_.resize(rows_.size() * columns_);
    quoted_cells_ = quoted;
  }
  return step;
}

/// A row with another number of cells than wanted, or cut by the block's end.
ValuesBlocks::Step ValuesBlocks::take_odd_row() {
  std::size_t close = mark_ + 1;
  if (mark_ < marks_ && (base_[positions_[mark_]] != '(' || !only_blanks(used_, positions_[mark_]))) return Step::unsupported;
  while (close < marks_ && base_[positions_[close]] == ',') ++close;
  if (close + 1 >= marks_) return last_ ? Step::unsupported : Step::incomplete;
  if (base_[positions_[close]] != ')') return Step::unsupported;
  if (close - mark_ == columns_) return Step::unsupported;  // it was whole, and yet not taken
  const std::size_t cells = pairs_.size(), quoted = quoted_cells_;
  bool literal = true;
  for (std::size_t cell = mark_; literal && cell < close; ++cell) {
    // Nobody reads these cells later, so they are looked through here.
    literal = add_cell(positions_[cell] + 1, positions_[cell + 1]) &&
              is_literal(kinds_.back(), std::string_view(base_ + pairs_.end()[-2], pairs_.back() - pairs_.end()[-2]));
  }
  pairs_.resize(cells);
  kinds_.resize(cells / 2);
  quoted_cells_ = quoted;
  if (!literal) return Step::unsupported;
  Statement& statement = statements_.back();
  const Step step = end_row(close);
  if (step == Step::done) statement.odd = true;
  return step;
}

/// What stands behind the parenthesis that mark `close` is.
ValuesBlocks::Step ValuesBlocks::end_row(std::size_t close) {
  const std::uint32_t* mark = positions_.data() + close;
  const char behind = base_[mark[1]];
  if (behind != ',' && behind != ';') return Step::unsupported;
  if (!only_blanks(mark[0] + 1, mark[1]) && !(behind == ';' && is_conflict_clause(mark[0] + 1, mark[1]))) return Step::unsupported;
  used_ = mark[1] + 1;
  mark_ = close + 2;
  in_rows_ = behind == ',';
  if (!in_rows_) statements_.back().end = at_ + mark[1];
  return Step::done;
}

/// False if the cell does not begin and end as a literal does.
bool ValuesBlocks::add_cell(std::size_t begin, std::size_t end) {
  while (begin < end && is_blank(base_[begin])) ++begin;
  while (end > begin && is_blank(base_[end - 1])) --end;
  if (begin == end) return false;
  LiteralKind kind = LiteralKind::number;
  switch (base_[begin]) {
    case '\'':
      kind = LiteralKind::text;
      ++quoted_cells_;
      if (end - begin < 2 || base_[end - 1] != '\'') return false;
      ++begin;
      --end;
      break;
    case 'b':
    case 'B':
      kind = LiteralKind::bits;
      ++quoted_cells_;
      if (end - begin < 3 || base_[begin + 1] != '\'' || base_[end - 1] != '\'') return false;
      begin += 2;
      --end;
      break;
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': case '-': case '+': case '.':
      break;
    default: {
      const std::string_view word(base_ + begin, end - begin);
      if (equals_word(word, "null")) {
        kind = LiteralKind::null;
      } else if (equals_word(word, "true") || equals_word(word, "false")) {
        kind = LiteralKind::boolean;
      } else if (equals_word(word, "default")) {
        kind = LiteralKind::default_;
      } else {
        return false;
      }
    }
  }
  pairs_.push_back(static_cast<std::uint32_t>(begin));
  pairs_.push_back(static_cast<std::uint32_t>(end));
  kinds_.push_back(kind);
  return true;
}

bool ValuesBlocks::only_blanks(std::size_t begin, std::size_t end) const {
  while (begin < end && is_blank(base_[begin])) ++begin;
  return begin == end;
}

/// ON CONFLICT DO NOTHING; the same for all statements, or the run would not be one.
bool ValuesBlocks::is_conflict_clause(std::size_t begin, std::size_t end) const {
  const std::string_view text(base_, end);
  for (const std::string_view word : {"on", "conflict", "do", "nothing"}) {
    while (begin < end && is_blank(text[begin])) ++begin;
    if (!equals_word(text.substr(begin, word.size()), word)) return false;
    begin += word.size();
    if (begin < end && is_word_part(text[begin])) return false;
  }
  return only_blanks(begin, end);
}

/// Finds the rows that are not UTF-8. False if something else is not.
bool ValuesBlocks::check_encoding() {
  if (simdjson::validate_utf8(base_, used_)) return true;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (!simdjson::validate_utf8(base_ + rows_[row].begin, rows_[row].end - rows_[row].begin)) {
      bad_rows_.push_back(static_cast<std::uint32_t>(row));
    }
  }
  return !bad_rows_.empty();
}

}  // namespace pgfk
