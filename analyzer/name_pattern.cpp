#include "analyzer/name_pattern.h"

#include <cctype>
#include <utility>

#include <re2/re2.h>

namespace pgfk {
namespace {

/// One regular expression for each part of the name.
std::vector<std::string> regular_expressions(std::string_view pattern) {
  constexpr std::string_view kSpecial = "|*+?()[]{}.^$\\";
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '"') {
      if (quoted && at + 1 < pattern.size() && pattern[at + 1] == '"') {
        parts.back() += '"';
        ++at;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && c == '.') {
      parts.emplace_back();
    } else if (!quoted && c == '*') {
      parts.back() += ".*";
    } else if (!quoted && c == '?') {
      parts.back() += '.';
    } else {
      const bool empty_class = c == '[' && at + 1 < pattern.size() && pattern[at + 1] == ']';  // of an array type's name
      if (c == '$' || empty_class || (quoted && kSpecial.find(c) != std::string_view::npos)) parts.back() += '\\';
      parts.back() += quoted ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return parts;
}

}  // namespace

struct NamePattern::Parts {
  std::vector<std::unique_ptr<RE2>> expressions;  // the last is the name's own

  bool matches(std::size_t from_behind, std::string_view name) const {
    return RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *expressions[expressions.size() - 1 - from_behind]);
  }
};

NamePattern::NamePattern(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NamePattern::NamePattern(NamePattern&&) noexcept = default;
NamePattern& NamePattern::operator=(NamePattern&&) noexcept = default;
NamePattern::~NamePattern() = default;

Result<NamePattern> NamePattern::read(std::string_view pattern, std::size_t most_parts) {
  const std::string shown(pattern);
  const std::vector<std::string> texts = regular_expressions(pattern);
  if (texts.size() > most_parts) return Error{"improper qualified name (too many dotted names): " + shown, {}, {}, {}};
  auto parts = std::make_unique<Parts>();
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  for (const std::string& text : texts) {
    parts->expressions.push_back(std::make_unique<RE2>(text, options));
    const RE2& made = *parts->expressions.back();
    if (!made.ok()) return Error{"invalid regular expression in pattern \"" + shown + "\": " + made.error(), {}, {}, {}};
  }
  return NamePattern(std::move(parts));
}

bool NamePattern::matches_table(std::string_view schema, std::string_view table) const {
  return parts_->matches(0, table) && (parts_->expressions.size() == 1 || parts_->matches(1, schema));
}

bool NamePattern::matches_schema(std::string_view schema) const { return parts_->matches(0, schema); }

}  // namespace pgfk
