#include "analyzer/failures/logged_insert.h"

#include <algorithm>
#include <charconv>

#include "parsers/sql/tokens.h"

namespace pgfk {
namespace {

using Value = std::optional<std::string>;

constexpr std::size_t kLongestLead = 400;    // bytes of "duration: ... execute name: " in front of a statement
constexpr std::size_t kMostRows = 100'000;   // of one statement
constexpr std::size_t kMostColumns = 1600;   // as many as a table may have

/// Where the statement begins: behind the first ": " that a word follows, since times and empty texts are none.
std::optional<std::size_t> statement_begin(std::string_view message) {
  for (std::size_t at = message.find(": "); at < kLongestLead; at = message.find(": ", at + 1)) {
    Tokenizer tokens(message, true, at + 2);
    const Token first = tokens.next();
    if (first.kind == TokenKind::word || first.is("(")) return at + 2;
  }
  return std::nullopt;
}

/// 'text' without its quotes; empty for what the log cut off and for escapes that depend on settings.
Value unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find('\\') != std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    out.push_back(text[at]);
    if (text[at] == '\'') ++at;
  }
  return out;
}

/// "007" as the server shows it: "7".
std::string number_text(std::string_view text) {
  const bool whole = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (whole) text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
  return std::string(text);
}

/// "parameters: $1 = '7', $2 = NULL", the label in any language.
std::vector<Value> parameters_of(std::string_view detail) {
  std::vector<Value> values;
  std::size_t at = detail.find("$1 = ");
  while (at != std::string_view::npos && values.size() < kMostColumns) {
    at = detail.find(" = ", at) + 3;
    std::size_t end = at;
    if (detail.substr(at).starts_with('\'')) {
      do {
        end = std::min(detail.find('\'', end + 1), detail.size() - 1) + 1;
      } while (end < detail.size() && detail[end] == '\'');
      // log_parameter_max_length cuts values, and ends them so.
      const std::string_view text = detail.substr(at, end - at);
      values.push_back(text.ends_with("...'") ? std::nullopt : unquoted(text));
    } else {
      end = std::min(detail.find(", $", at), detail.size());
      values.emplace_back();
    }
    if (!detail.substr(end).starts_with(", $") || detail.find(" = ", end) == std::string_view::npos) break;
    at = end + 2;
  }
  return values;
}

class Reader {
 public:
  Reader(std::string_view message, std::size_t begin, std::string_view detail) : tokens_(message, true, begin), parameters_(parameters_of(detail)) { step(); }

  std::vector<LoggedInsert> read() {
    std::vector<LoggedInsert> inserts;
    bool may_begin = true;  // a statement, or one in a WITH
    while (token_.kind != TokenKind::end) {
      const bool insert = may_begin && token_.is_word("insert");
      may_begin = token_.is(";") || token_.is("(") || token_.is(")");
      step();
      if (!insert || !token_.is_word("into")) continue;
      step();
      LoggedInsert found;
      if (read_insert(found)) inserts.push_back(std::move(found));
    }
    return inserts;
  }

 private:
  void step() { token_ = tokens_.next(); }
  bool take(std::string_view mark) {
    if (!token_.is(mark)) return false;
    step();
    return true;
  }
  bool take_word(std::string_view word) {
    if (!token_.is_word(word)) return false;
    step();
    return true;
  }
  bool read_name(std::string& name) {
    if (token_.kind != TokenKind::word && token_.kind != TokenKind::quoted_name) return false;
    name = folded_name(token_);
    step();
    return true;
  }

  bool read_insert(LoggedInsert& insert) {
    if (!read_name(insert.table)) return false;
    while (take(".")) {
      insert.schema = std::move(insert.table);
      if (!read_name(insert.table)) return false;
    }
    std::string alias;
    if (take_word("as") && !read_name(alias)) return false;
    if (take("(")) {
      do {
        if (insert.columns.size() >= kMostColumns || !read_name(insert.columns.emplace_back())) return false;
      } while (take(","));
      if (!take(")")) return false;
    }
    if (take_word("overriding")) {
      step();
      if (!take_word("value")) return false;
    }
    if (!take_word("values")) return false;
    do {
      if (!take("(")) return false;
      std::vector<Value>& row = insert.rows.emplace_back();
      do {
        row.push_back(read_value());
      } while (row.size() <= kMostColumns && take(","));
      if (!take(")")) return false;
    } while (insert.rows.size() < kMostRows && take(","));
    return true;
  }

  /// Up to the comma or parenthesis behind it.
  Value read_value() {
    const bool minus = take("-");
    const Token first = token_;
    Value value;
    if (first.kind == TokenKind::number) {
      value = (minus ? "-" : "") + number_text(first.text);
    } else if (first.kind == TokenKind::string && !minus) {
      value = unquoted(first.text);
    } else if (first.kind == TokenKind::parameter && !minus) {
      value = parameter(first.text);
    }
    // Behind the literal only a cast leaves it what it is.
    bool lone = true;
    std::size_t depth = 0;
    for (std::size_t read = 0; token_.kind != TokenKind::end && (depth > 0 || (!token_.is(",") && !token_.is(")"))); ++read) {
      if (token_.is("(")) ++depth;
      if (token_.is(")")) --depth;
      const bool of_name = token_.kind == TokenKind::word || token_.kind == TokenKind::quoted_name || token_.is(".") || token_.is("::");
      lone = lone && (read == 0 || (read == 1 ? token_.is("::") : of_name));
      step();
    }
    return lone ? value : std::nullopt;
  }

  Value parameter(std::string_view text) const {
    std::size_t number = 0;
    std::from_chars(text.data() + 1, text.data() + text.size(), number);
    return number >= 1 && number <= parameters_.size() ? parameters_[number - 1] : std::nullopt;
  }

  Tokenizer tokens_;
  Token token_;
  std::vector<Value> parameters_;
};

}  // namespace

std::vector<LoggedInsert> logged_inserts(std::string_view message, std::string_view detail) {
  const std::optional<std::size_t> begin = statement_begin(message);
  return begin ? Reader(message, *begin, detail).read() : std::vector<LoggedInsert>();
}

}  // namespace pgfk
