// Layout of text for terminals: wrapping, colours, source lines made safe to print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// Colours that only add: without them the text says the same.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string error(std::string_view text) const { return in("1;31", text); }
  std::string warning(std::string_view text) const { return in("1;33", text); }
  std::string note(std::string_view text) const { return in("1;36", text); }
  std::string frame(std::string_view text) const { return in("1;34", text); }
  std::string strong(std::string_view text) const { return in("1", text); }

 private:
  std::string in(const char* code, std::string_view text) const;
  bool on_;
};

/// Lines of at most `width` columns, broken at blanks. \n breaks; a line that is laid out already (two blanks in a row, or one at its
/// start) and a word that is too long stay whole.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A piece of one line of an input as a terminal may show it: a tab is two blanks, control characters and broken UTF-8 are question
/// marks, so that an input cannot steer the terminal. One cell is one character.
struct Cells {
  std::vector<std::string> cells;
  std::vector<std::size_t> cell_of;  // per byte of the piece, and one for its end
};
Cells cells_of(std::string_view bytes);
/// The same as one text.
std::string printable(std::string_view bytes);

/// 412 MB, 1.9 GB, 812 bytes.
std::string human_bytes(std::uint64_t bytes);

}  // namespace pgfk
