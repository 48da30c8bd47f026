#include "reports/formats.h"

#include <algorithm>
#include <array>

namespace pgfk {
namespace {

enum class Readers { people, machines };

struct Format {
  std::string_view name;
  Renderer render;
  Readers readers;
};

constexpr std::array kFormats = {
    Format{"full", render_full, Readers::people},
    Format{"concise", render_concise, Readers::people},
    Format{"summary", render_summary, Readers::people},
    Format{"json", render_json, Readers::machines},
    Format{"jsonl", render_jsonl, Readers::machines},
    Format{"sarif", render_sarif, Readers::machines},
    Format{"github", render_github, Readers::machines},
    Format{"gitlab", render_gitlab, Readers::machines},
    Format{"junit", render_junit, Readers::machines},
    Format{"rdjsonl", render_rdjsonl, Readers::machines},
};

constexpr std::array<std::string_view, 2> kPlanned = {"html", "csv"};

}  // namespace

Renderer find_renderer(std::string_view format) {
  const auto found = std::ranges::find(kFormats, format, &Format::name);
  return found == kFormats.end() ? nullptr : found->render;
}

bool is_for_machines(std::string_view format) {
  const auto found = std::ranges::find(kFormats, format, &Format::name);
  return found != kFormats.end() && found->readers == Readers::machines;
}

bool is_planned_format(std::string_view format) { return std::ranges::find(kPlanned, format) != kPlanned.end(); }

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

}  // namespace pgfk
