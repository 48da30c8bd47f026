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

}  // namespace pgfk
