#include "parsers/log/key_text.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <unordered_set>
#include <utility>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

constexpr std::string_view kBetween = ")=(";
constexpr std::string_view kJoin = ", ";
constexpr std::size_t kMostWays = 10'000;  // of joining pieces that are tried

std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0;;) {
    const std::size_t join = text.find(kJoin, at);
    pieces.push_back(text.substr(at, join == std::string_view::npos ? join : join - at));
    if (join == std::string_view::npos) return pieces;
    at = join + kJoin.size();
  }
}

/// A name that needs no quotes in SQL: it holds no ", " then, nor is it a part of one that does, as "Rev" of "Rev, No" may be.
bool plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
  });
}

/// Whether the statement names the column in quotes, as whoever made a name that needs them has to.
bool is_quoted_in(std::string_view name, std::string_view statement) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return statement.find(quoted + "\"") != std::string_view::npos;
}

bool is_number(std::string_view value) {
  const std::string_view digits = value.starts_with('-') ? value.substr(1) : value;
  return !digits.empty() && std::ranges::all_of(digits, [](char c) { return is_digit(c) || c == '.'; });
}

bool part_of_word(char c) { return is_digit(c) || c == '_' || c == '.' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The literals of a statement: what stands in single quotes, and its numbers.
class Literals {
 public:
  explicit Literals(std::string_view statement) {
    for (std::size_t at = 0; at < statement.size();) {
      if (statement[at] == '\'') {
        at = take_text(statement, at + 1);
      } else if (statement.substr(at, 2) == "--") {
        at = std::min(statement.find('\n', at), statement.size());
      } else if (statement[at] == '"') {
        at = std::min(statement.find('"', at + 1), statement.size() - 1) + 1;
      } else if (part_of_word(statement[at]) || statement[at] == '-') {
        const std::size_t begin = at++;
        while (at < statement.size() && part_of_word(statement[at])) ++at;
        take_number(statement.substr(begin, at - begin));
      } else {
        ++at;
      }
    }
  }

  bool contain(std::string_view value) const { return texts_.contains(std::string(value)) || (is_number(value) && numbers_.contains(std::string(value))); }

 private:
  std::size_t take_text(std::string_view statement, std::size_t at) {
    std::string text;
    for (;;) {
      const std::size_t quote = statement.find('\'', at);
      text += statement.substr(at, quote - at);
      if (quote == std::string_view::npos) return statement.size();  // the statement is cut
      at = quote + 1;
      if (at >= statement.size() || statement[at] != '\'') break;
      text += '\'';
      ++at;
    }
    texts_.insert(std::move(text));
    return at;
  }
  /// "-5" may be a number or the end of "8-5".
  void take_number(std::string_view word) {
    numbers_.emplace(word);
    if (word.starts_with('-')) numbers_.emplace(word.substr(1));
  }

  std::unordered_set<std::string> texts_, numbers_;
};

/// Calls `each` with every way to join neighbours of `pieces` to `count` parts; false where there are too many.
bool ways_to_join(const std::vector<std::string_view>& pieces, std::size_t count, const std::function<void(const std::vector<std::string_view>&)>& each) {
  std::vector<std::string_view> parts;
  std::size_t ways = 0;
  const std::function<bool(std::size_t)> join_from = [&](std::size_t piece) {
    const std::size_t wanted = count - parts.size();
    if (wanted == 0) {
      if (piece == pieces.size()) each(parts);
      return ++ways <= kMostWays;
    }
    const std::size_t longest = wanted == 1 ? pieces.size() : pieces.size() - wanted + 1;
    for (std::size_t end = wanted == 1 ? pieces.size() : piece + 1; end <= longest; ++end) {
      if (end <= piece) break;
      const char* begin = pieces[piece].data();
      parts.emplace_back(begin, static_cast<std::size_t>(pieces[end - 1].data() + pieces[end - 1].size() - begin));
      const bool go_on = join_from(end);
      parts.pop_back();
      if (!go_on) return false;
    }
    return true;
  };
  return count > 0 && pieces.size() >= count && join_from(0);
}

SplitKey owned(const std::vector<std::string_view>& columns, const std::vector<std::string_view>& values) {
  return {{columns.begin(), columns.end()}, {values.begin(), values.end()}};
}

/// The ways to cut values of which `fits` says that they are right; the one that remains, if it is one.
template <class Fits>
std::optional<SplitKey> only_way(const std::vector<std::string_view>& columns, std::string_view values, Fits fits) {
  std::optional<SplitKey> found;
  std::size_t survivors = 0;
  const bool all = ways_to_join(pieces_of(values), columns.size(), [&](const std::vector<std::string_view>& parts) {
    if (!fits(parts)) return;
    if (++survivors == 1) found = owned(columns, parts);
  });
  return all && survivors == 1 ? found : std::nullopt;
}

// ---- types ----------------------------------------------------------------------------------------------------------

bool is_uuid(std::string_view value) {
  if (value.size() != 36) return false;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    const char c = value[at];
    if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}
bool is_integer(std::string_view value) { return is_number(value) && value.find('.') == std::string_view::npos; }
bool is_date(std::string_view value) { return value.size() >= 8 && is_digit(value[0]) && value.find(kJoin) == std::string_view::npos; }
bool is_boolean(std::string_view value) { return value == "t" || value == "f"; }
bool is_bytea(std::string_view value) { return value.starts_with("\\x"); }
bool is_bare(std::string_view value) { return value.find(kJoin) == std::string_view::npos; }

struct TypeShape {
  std::string_view name;
  bool (*fits)(std::string_view value);
};
// What the output of a type looks like; types that are not here can look like anything.
constexpr std::array kShapes = {
    TypeShape{"integer", is_integer}, TypeShape{"int", is_integer},  TypeShape{"int4", is_integer},    TypeShape{"bigint", is_integer},
    TypeShape{"int8", is_integer},    TypeShape{"smallint", is_integer}, TypeShape{"int2", is_integer}, TypeShape{"oid", is_integer},
    TypeShape{"uuid", is_uuid},       TypeShape{"boolean", is_boolean}, TypeShape{"bool", is_boolean}, TypeShape{"date", is_date},
    TypeShape{"bytea", is_bytea},     TypeShape{"numeric", is_bare}, TypeShape{"inet", is_bare},       TypeShape{"cidr", is_bare},
    TypeShape{"macaddr", is_bare},    TypeShape{"timestamp without time zone", is_bare}, TypeShape{"timestamp with time zone", is_bare},
    TypeShape{"timestamp", is_bare},  TypeShape{"timestamptz", is_bare}, TypeShape{"time", is_bare},   TypeShape{"real", is_bare},
    TypeShape{"double precision", is_bare}, TypeShape{"float8", is_bare},
};

bool fits_type(std::string_view value, std::string_view type) {
  const auto* shape = std::ranges::find(kShapes, type, &TypeShape::name);
  return shape == kShapes.end() || shape->fits(value);
}

}  // namespace

std::optional<SplitKey> cut_key(std::string_view key, std::string_view statement) {
  const std::size_t first = key.find(kBetween);
  if (first == std::string_view::npos) return std::nullopt;
  const bool one_cut = key.find(kBetween, first + 1) == std::string_view::npos;
  if (one_cut) {
    const std::vector<std::string_view> columns = pieces_of(key.substr(0, first));
    const std::string_view values = key.substr(first + kBetween.size());
    if (columns.size() == 1) return owned(columns, {values});
    const std::vector<std::string_view> parts = pieces_of(values);
    const bool clear = std::ranges::all_of(columns, [&](std::string_view column) { return plain_name(column) || is_quoted_in(column, statement); });
    if (clear && parts.size() == columns.size()) return owned(columns, parts);
  }
  if (statement.empty()) return std::nullopt;
  const Literals literals(statement);

  // Every cut, every number of columns up to what the names allow; the statement has to have the values.
  std::optional<SplitKey> found;
  std::size_t survivors = 0;
  for (std::size_t cut = first; cut != std::string_view::npos; cut = key.find(kBetween, cut + 1)) {
    const std::vector<std::string_view> names = pieces_of(key.substr(0, cut));
    for (std::size_t count = 1; count <= names.size(); ++count) {
      const bool complete = ways_to_join(names, count, [&](const std::vector<std::string_view>& columns) {
        ways_to_join(pieces_of(key.substr(cut + kBetween.size())), count, [&](const std::vector<std::string_view>& parts) {
          if (!std::ranges::all_of(parts, [&](std::string_view part) { return literals.contain(part); })) return;
          if (++survivors == 1) found = owned(columns, parts);
        });
      });
      if (!complete) return std::nullopt;
    }
  }
  return survivors == 1 ? found : std::nullopt;
}

std::optional<SplitKey> split_key(const LogEvent& event, const std::vector<std::string>& columns, const std::vector<std::string>& type_names) {
  if (!event.key_columns_text || !event.key_values_text || columns.empty()) return std::nullopt;
  std::string joined;
  for (const std::string& column : columns) joined += (joined.empty() ? "" : ", ") + column;
  const std::string key = *event.key_columns_text + std::string(kBetween) + *event.key_values_text;
  joined += kBetween;
  if (!key.starts_with(joined)) return std::nullopt;

  const std::string_view values = std::string_view(key).substr(joined.size());
  const std::vector<std::string_view> names(columns.begin(), columns.end());
  const auto typed = [&](const std::vector<std::string_view>& parts) {
    for (std::size_t column = 0; column < parts.size() && column < type_names.size(); ++column) {
      if (!fits_type(parts[column], type_names[column])) return false;
    }
    return true;
  };
  if (std::optional<SplitKey> found = only_way(names, values, typed)) return found;
  const Literals literals(event.statement ? *event.statement : std::string_view());
  return only_way(names, values, [&](const std::vector<std::string_view>& parts) {
    return typed(parts) && std::ranges::all_of(parts, [&](std::string_view part) { return literals.contain(part); });
  });
}

}  // namespace pgfk
