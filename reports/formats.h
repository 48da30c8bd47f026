// The output formats, by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report.h"

namespace pgfk {

/// Null where no such format can be written; see is_planned_format.
Renderer find_renderer(std::string_view format);
/// Whether it is written even where nothing could be read: its readers want a whole document, and what went wrong.
bool is_for_machines(std::string_view format);
/// Formats of the manual that this version does not write yet.
bool is_planned_format(std::string_view format);
std::vector<std::string> format_names();

void render_full(const Report& report, std::ostream& out);
void render_concise(const Report& report, std::ostream& out);
void render_summary(const Report& report, std::ostream& out);
void render_json(const Report& report, std::ostream& out);
void render_jsonl(const Report& report, std::ostream& out);
void render_sarif(const Report& report, std::ostream& out);
void render_github(const Report& report, std::ostream& out);
void render_gitlab(const Report& report, std::ostream& out);
void render_junit(const Report& report, std::ostream& out);
void render_rdjsonl(const Report& report, std::ostream& out);

}  // namespace pgfk
