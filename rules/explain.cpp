#include "rules/explain.h"

#include <algorithm>
#include <cctype>

#include "rules/pages.h"

namespace pgfk {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right));
  });
}

std::string overview(std::string_view sqlstate) {
  std::string text = "SQLSTATE ";
  text += sqlstate;
  text += sqlstate == "23001" ? ", restrict_violation: a RESTRICT foreign key was violated (PostgreSQL 18).\n"
                              : ", foreign_key_violation: a row refers to a row that is not there, or is still referred to.\n";
  text += "What pgfk tells apart; pgfk explain CODE has the long text:\n\n";
  for (const Page& page : pages()) {
    text += "  ";
    text += page.code;
    text += "  ";
    text += sentence_of(page);
    text += '\n';
  }
  return text;
}

}  // namespace

std::optional<std::string> explanation(std::string_view topic) {
  if (topic == "23503" || topic == "23001") return overview(topic);
  for (const Page& page : pages()) {
    if (same_word(topic, page.code) || same_word(topic, name_of(page))) return std::string(page.text);
  }
  return std::nullopt;
}

}  // namespace pgfk
