// The pages of docs/codes/, compiled in: pages.cpp is written by embed_pages.cmake while building.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace pgfk {

struct Page {
  std::string_view code;
  std::string_view text;
};

std::span<const Page> pages();

/// "orphan-row": a page begins "# FK001 orphan-row".
inline std::string_view name_of(const Page& page) {
  const std::string_view title = page.text.substr(0, page.text.find('\n'));
  return title.substr(std::min(title.rfind(' ') + 1, title.size()));
}

/// What the page says in one sentence, below its title and an empty line.
inline std::string_view sentence_of(const Page& page) {
  const std::size_t start = page.text.find_first_not_of('\n', std::min(page.text.find('\n'), page.text.size()));
  if (start == std::string_view::npos) return {};
  const std::string_view rest = page.text.substr(start);
  return rest.substr(0, rest.find('\n'));
}

}  // namespace pgfk
