#include "parsers/sql/script.h"
#include "parsers/sql/values_grammar.h"

namespace pgfk {

using namespace values_grammar;

ValuesReader::ValuesReader(std::string_view text) : text_(text) {}

bool ValuesReader::next_statement(std::uint64_t& offset) {
  const char* const base = text_.data();
  const char* const end = base + text_.size();
  const auto place = [base](const char* at) { return static_cast<std::size_t>(at - base); };
  if (in_statement_) {
    while (skip_row()) {
    }
  }
  if (!well_formed_) return false;
  const char* const start = skip_blank(base + at_, end);
  if (start == end) return false;

  // Nearly every statement has the header of the one before.
  const char* rows = nullptr;
  if (!header_.empty() && static_cast<std::size_t>(end - start) > header_.size() &&
      std::memcmp(start, header_.data(), header_.size()) == 0 &&
      !is_one_of(start[header_.size()], kWordStart | kDigit | kDollar)) {
    rows = start + header_.size();
  } else {
    rows = read_header(start, end);
    if (rows == nullptr) {
      well_formed_ = false;
      return false;
    }
    header_ = std::string_view(start, static_cast<std::size_t>(rows - start));
  }
  offset = place(start);
  at_ = place(rows);
  in_statement_ = true;
  first_row_ = true;
  return true;
}

template <typename Take>
bool ValuesReader::read_next_row(Take&& take) {
  if (!in_statement_) return false;
  const char* const base = text_.data();
  const char* const end = base + text_.size();
  const auto place = [base](const char* at) { return static_cast<std::size_t>(at - base); };
  const char* at = skip_space(base + at_, end);
  if (!first_row_) {
    if (at == end || *at != ',') {
      bool do_nothing = false;
      const char* const behind = read_tail(at, end, do_nothing);
      in_statement_ = false;
      well_formed_ = behind != nullptr;
      if (well_formed_) at_ = place(behind);
      return false;
    }
    at = skip_space(at + 1, end);
  }
  const char* const behind = read_row(at, end, take);
  if (behind == nullptr) {
    in_statement_ = false;
    well_formed_ = false;
    return false;
  }
  first_row_ = false;
  row_offset_ = place(at);
  at_ = place(behind);
  return true;
}

bool ValuesReader::next_row(std::vector<Cell>& cells) {
  cells.clear();
  return read_next_row([&cells](const Cell& cell) { cells.push_back(cell); });
}

bool ValuesReader::skip_row() {
  return read_next_row([](const Cell&) {});
}

}  // namespace pgfk
