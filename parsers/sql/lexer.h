// psql's lexer: where a query ends, and nothing about what it says.
//
// It is a state that survives the end of the text it was given, as psql's does: a quote opened in a variable's value is
// closed in the script behind it. Text is cut by the caller at will (at the line whose COPY data comes next, at a variable).
// Cost: one pass, no allocation but for the tag of a dollar quote; quoted text goes at the speed of memchr.
// Source: psqlscan.l (PostgreSQL 15 to 18); fk-semantics section 15.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

enum class LexStop {
  semicolon,  // ends the query; `at` is behind it
  backslash,  // a meta-command begins; `at` is behind the backslash
  separator,  // "\;": the query goes on in the same string; `at` is behind it
  colon,      // "\:": a colon that begins no variable; `at` is behind it
  variable,   // :name and its kin may begin here; `at` is at the colon
  line_end,   // only where stop_at_line_ends() was asked for and the query could end here; `at` is behind the newline
  end,        // the text is used up
};

enum class LexMode { initial, quote, escape_quote, double_quote, dollar_quote, comment };

/// A use of a variable as psql sees it: `:name`, `:'name'`, `:"name"`, `:{?name}`.
struct VariableUse {
  enum class Form { plain, literal, identifier, test };
  Form form = Form::plain;
  std::string_view name;
  std::size_t end = 0;  // offset behind it
};

/// The use that begins with the colon at text[at]; nothing where it is only a colon.
std::optional<VariableUse> variable_use_at(std::string_view text, std::size_t at);

class Lexer {
 public:
  /// Reads on from text[at] in the state the last call left.
  LexStop scan(std::string_view text, std::size_t& at);

  /// Forgets the query at hand, its parentheses and open quotes, as psql does behind \g and \r.
  void reset();
  /// Begins the next query; what psql keeps beyond a semicolon (nothing is open there) stays.
  void begin_query();

  void set_standard_conforming_strings(bool on) { conforming_ = on; }
  bool standard_conforming_strings() const { return conforming_; }
  void stop_at_line_ends(bool on) { line_ends_ = on; }

  LexMode mode() const { return mode_; }
  /// Where the quote, comment or dollar quote that is open began, as an offset into the text of that scan().
  std::size_t open_since() const { return open_since_; }

  /// Whether the query holds a token, and where the first one stood in the text of its scan().
  bool has_token() const { return has_token_; }
  std::size_t first_token() const { return first_token_; }
  /// Whether the query holds anything that psql would send, be it only a block comment.
  bool has_text() const { return has_token_ || has_comment_; }
  /// Says that the query has (or has not, after \endif took it away) tokens; `at` is the first one's offset.
  void set_has_token(bool has, std::size_t at);

  std::uint64_t paren_depth() const { return paren_depth_; }
  void set_paren_depth(std::uint64_t depth) { paren_depth_ = depth; }

  /// How many COPY ... FROM STDIN the query string holds by its first words, as psql counts them (fk-semantics 15.11).
  std::size_t copies_from_stdin() const { return copies_; }

 private:
  enum class CopyWords : std::uint8_t { at_start, after_copy, in_target, after_from, none };

  LexStop scan_initial(std::string_view text, std::size_t& at, bool& stopped);
  void scan_open(std::string_view text, std::size_t& at);
  void scan_comment(std::string_view text, std::size_t& at);
  void begin_word(std::string_view text, std::size_t& at);
  void begin_dollar(std::string_view text, std::size_t& at);
  void open(LexMode mode, std::size_t at);
  void note_token(std::size_t at);
  void note_word(std::string_view word);
  void note_copy_word(std::string_view word);
  void note_other_token();
  void begin_part();

  LexMode mode_ = LexMode::initial;
  bool conforming_ = true;
  bool line_ends_ = false;
  bool has_token_ = false;
  bool has_comment_ = false;
  CopyWords copy_words_ = CopyWords::at_start;
  std::uint8_t target_words_ = 0;
  char first_words_[4] = {0, 0, 0, 0};  // first letters of create, or, replace, function, procedure where they stood
  std::uint32_t words_ = 0;             // only up to 4 matters
  std::uint64_t begin_depth_ = 0;
  std::uint64_t paren_depth_ = 0;
  std::uint64_t comment_depth_ = 0;
  std::size_t copies_ = 0;
  std::size_t first_token_ = 0;
  std::size_t open_since_ = 0;
  std::string tag_;  // of the open dollar quote, with both dollars
};

}  // namespace pgfk
