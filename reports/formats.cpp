#include "reports/formats.h"

#include <algorithm>
#include <array>

namespace pgfk {
namespace {

struct Format {
  std::string_view name;
  Renderer render;
};

constexpr std::array kFormats = {
    Format{"full", render_full},
    Format{"concise", render_concise},
    Format{"summary", render_summary},
    Format{"json", render_json},
};

constexpr std::array<std::string_view, 8> kPlanned = {"jsonl", "sarif",  "github", "gitlab",
                                                      "junit", "rdjsonl", "html",   "csv"};

}  // namespace

Renderer find_renderer(std::string_view format) {
  const auto found = std::ranges::find(kFormats, format, &Format::name);
  return found == kFormats.end() ? nullptr : found->render;
}

bool is_planned_format(std::string_view format) { return std::ranges::find(kPlanned, format) != kPlanned.end(); }

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

}  // namespace pgfk
