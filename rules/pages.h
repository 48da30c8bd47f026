// The pages of docs/codes/, compiled in: pages.cpp is written by embed_pages.cmake while building.
#pragma once

#include <span>
#include <string_view>

namespace pgfk {

struct Page {
  std::string_view code;
  std::string_view text;
};

std::span<const Page> pages();

}  // namespace pgfk
