#include "analyzer/bulk/copy_blocks.h"

#include <algorithm>
#include <cstring>

#include <simdjson.h>

#include "analyzer/bulk/scan_text.h"

namespace pgfk {
namespace {

constexpr std::size_t kBlockBytes = 32u << 10;  // text and positions of a block stay in the nearest caches
constexpr std::size_t kMaxBlockBytes = 1u << 30;

}  // namespace

CopyBlocks::CopyBlocks(const BulkPlan& plan, bool crlf)
    : plan_(plan), crlf_(crlf), plain_null_(plan.null_text == "\\N"), columns_(std::max<std::size_t>(plan.columns.size(), 1)) {}

void CopyBlocks::start(std::string_view text, std::size_t readable) {
  text_ = text;
  readable_ = readable;
  at_ = 0;
  block_size_ = kBlockBytes;
}

CopyBlocks::Next CopyBlocks::next() {
  for (;;) {
    if (at_ == text_.size()) return Next::end;
    const std::size_t offered = std::min(block_size_, text_.size() - at_);
    const Next found = take(offered, at_ + offered == text_.size());
    if (found != Next::end) return found;
    if (block_size_ >= kMaxBlockBytes) return Next::too_long;
    block_size_ *= 2;
  }
}

/// Makes a block of the rows that lie whole in the next `offered` bytes; Next::end if none does.
CopyBlocks::Next CopyBlocks::take(std::size_t offered, bool last) {
  const char* base = text_.data() + at_;
  std::size_t length = offered;
  if (text_.size() + readable_ - at_ - offered < kPadding) {
    padded_.assign(offered + 1 + kPadding, '\0');
    std::memcpy(padded_.data(), base, offered);
    base = padded_.data();
  }
  // The input's end ends its last row, too.
  const bool unended = last && text_.back() != '\n';
  if (unended) {
    if (base != padded_.data()) {
      padded_.assign(offered + 1 + kPadding, '\0');
      std::memcpy(padded_.data(), base, offered);
      base = padded_.data();
    }
    padded_[offered] = '\n';
    ++length;
  }
  positions_.resize(std::max(positions_.size(), length + 1 + 64));
  positions_[0] = UINT32_MAX;
  const CopyScan scan = scan_copy(base, length, plan_.delimiter, plain_null_, positions_.data() + 1);
  std::size_t marks = scan.marks;
  while (marks > 0 && base[positions_[marks]] != '\n') --marks;
  block_ = CellBlock{base, positions_.data(), 1, 1, scan.newlines, columns_, nullptr, scan.escapes};
  block_at_ = at_;
  if (marks == 0) {
    if (!last) return Next::end;
    // A backslash took the last newline away.
    block_.rows = 0;
    at_ = text_.size();
    return Next::bad;
  }
  const std::size_t used = std::size_t{positions_[marks]} + 1;
  const std::size_t rows = block_.rows;
  at_ += std::min(used, offered);
  const bool rest_is_bad = last && used < length;
  cut_odd_row(marks);
  if (crlf_) strip_returns();
  check_bytes(scan.returns && !crlf_, scan.nul, scan.high && plan_.check_utf8);
  if (plan_.columns.empty()) {
    // Of a table without columns every line is blank.
    std::size_t blank = 0;
    while (blank < block_.rows && block_.text(blank).empty()) ++blank;
    block_.rows = blank;
  }
  if (block_.rows < rows) return Next::bad;
  return rest_is_bad ? Next::bad : Next::rows;
}

/// Cuts the block ahead of the first row that has too few or too many cells.
void CopyBlocks::cut_odd_row(std::size_t marks) {
  const char* base = block_.base;
  const std::uint32_t* ends = positions_.data() + 1;
  if (marks == block_.rows * columns_) {
    // With as many newlines as rows, each in its place, there are none elsewhere.
    std::size_t row = 0;
    while (row < block_.rows && base[ends[row * columns_ + columns_ - 1]] == '\n') ++row;
    if (row == block_.rows) return;
  }
  std::size_t row = 0;
  for (std::size_t mark = 0; mark + columns_ <= marks; mark += columns_, ++row) {
    std::size_t cell = 0;
    while (cell < columns_ && (base[ends[mark + cell]] == '\n') == (cell + 1 == columns_)) ++cell;
    if (cell < columns_) break;
  }
  block_.rows = row;
}

std::pair<std::uint64_t, std::uint64_t> CopyBlocks::row_at(std::size_t row) const {
  const std::size_t first = row * columns_, last = first + columns_ - 1;
  return {block_at_ + static_cast<std::uint64_t>(block_.begin(first) - block_.base),
          block_at_ + static_cast<std::uint64_t>(block_.end(last) - block_.base)};
}

/// Cuts the block ahead of the first row with bytes that no row may hold.
void CopyBlocks::check_bytes(bool returns, bool nul, bool high) {
  if (block_.rows == 0) return;
  const char* end = block_.end(block_.rows * columns_ - 1);
  if (high && simdjson::validate_utf8(block_.base, static_cast<std::size_t>(end - block_.base))) high = false;
  if (!returns && !nul && !high) return;
  for (std::size_t row = 0; row < block_.rows; ++row) {
    const char* from = block_.begin(row * columns_);
    const std::string_view line(from, static_cast<std::size_t>(block_.end(row * columns_ + columns_ - 1) - from));
    if ((returns && line.find('\r') != std::string_view::npos) || (nul && line.find('\0') != std::string_view::npos) ||
        (high && !simdjson::validate_utf8(line.data(), line.size()))) {
      block_.rows = row;
      return;
    }
  }
}

/// Takes the carriage return off each row's last cell; cuts the block ahead of the first row that has none there, or one elsewhere.
void CopyBlocks::strip_returns() {
  const std::uint32_t* ends = positions_.data() + 1;
  pairs_.resize(block_.rows * columns_ * 2);
  std::uint32_t begin = 0;
  for (std::size_t row = 0; row < block_.rows; ++row) {
    const std::uint32_t row_begin = begin;
    std::uint32_t* pair = pairs_.data() + row * columns_ * 2;
    for (std::size_t cell = 0; cell < columns_; ++cell) {
      const std::uint32_t end = ends[row * columns_ + cell];
      pair[cell * 2] = begin;
      pair[cell * 2 + 1] = end;
      begin = end + 1;
    }
    const std::uint32_t newline = begin - 1;
    const std::string_view line(block_.base + row_begin, newline - row_begin);
    if (line.find('\r') != line.size() - 1 || line.empty()) {
      block_.rows = row;
      break;
    }
    --pair[columns_ * 2 - 1];
  }
  block_.positions = pairs_.data();
  block_.step = 2;
  block_.bias = 0;
}

}  // namespace pgfk
