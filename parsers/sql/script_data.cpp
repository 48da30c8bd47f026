#include <algorithm>
#include <utility>

#include "parsers/sql/copy_end.h"
#include "parsers/sql/script_state.h"

namespace pgfk {
namespace {

/// psql 13 counts one line more where the file's end ends the data.
constexpr int kCountsOneMore = 13;

bool ends_with_bare_mark(std::string_view data) {
  return data == "\\." || (data.size() > 2 && data.substr(data.size() - 3) == "\n\\.");
}

}  // namespace

void ScriptReader::State::check_nul(Frame& frame, bool seen) {
  if (!seen || frame.nul_reported) return;
  frame.nul_reported = true;
  const std::size_t at = frame.text.find('\0');
  report(DiagnosticLevel::warning, "\"" + frame.path + "\" holds NUL bytes",
         "psql drops what follows one on its line, which is not followed here. Is the file damaged, or not text?",
         Span{frame.source, std::min(at, frame.text.size()), 1});
}

/// The data that begins at `start`, on line `line`.
CopyData ScriptReader::State::read_data(Frame& frame, std::size_t start, std::uint64_t line) {
  constexpr std::uint64_t kWorthRemembering = 64u << 10;
  const std::pair<SourceId, std::uint64_t> key{frame.source, start};
  if (options.memory != nullptr) {
    if (const auto known = options.memory->found.find(key); known != options.memory->found.end()) return known->second;
  }
  const Source& source = sources[frame.source];
  const CopyEnd end = find_copy_end(frame.text, start, [&source](std::uint64_t offset, std::uint64_t length) { source.release(offset, length); });
  CopyData data;
  data.span = Span{frame.source, start, end.data_end - start};
  data.first_line = line;
  data.terminated = end.terminated;
  data.after = end.after;
  data.end_line = line + end.newlines;
  if (!end.terminated) {
    --data.end_line;  // psql counts the lines it saw end
    data.end_line += options.psql_version <= kCountsOneMore;
    if (!ends_with_bare_mark(frame.text.substr(start)))
      report(DiagnosticLevel::warning, "COPY data without \"\\.\" at its end",
             "All that follows the COPY was read as its rows.", data.span);
  }
  check_nul(frame, end.has_nul);
  if (options.memory != nullptr && data.span.length >= kWorthRemembering) options.memory->found.emplace(key, data);
  return data;
}

/// Takes the data of the query's COPYs, which follow the line at hand.
void ScriptReader::State::find_data(Frame& frame, ScriptItem& item, std::size_t copies) {
  for (std::size_t copy = 0; copy < copies; ++copy) {
    if (!frame.hole) {
      const std::size_t newline = std::min(frame.text.find('\n', frame.at), frame.text.size());
      const std::size_t behind = std::min(newline + 1, frame.text.size());
      frame.hole = Hole{behind, behind, item.terminator_line, item.terminator_line + 1};
    }
    CopyData data = read_data(frame, frame.hole->resume, frame.hole->resume_line);
    frame.hole->resume = data.after;
    frame.hole->psql_line = data.end_line;
    frame.hole->resume_line = data.end_line + 1;
    item.psql_line = data.end_line;
    if (!item.data) {
      item.data = data;
    } else {
      item.more_data.push_back(data);
    }
  }
}

/// The data of \copy from a file. Up to psql 17 "\." ends it, from 18 on it is data like all the rest.
CopyData ScriptReader::State::read_data_file(SourceId id) {
  const std::string_view text = sources[id].text();
  CopyEnd end;
  end.data_end = end.after = text.size();
  if (options.psql_version < 18) end = find_copy_end(text, 0);
  CopyData data;
  data.span = Span{id, 0, end.data_end};
  data.first_line = 1;
  data.end_line = sources[id].place_of(end.data_end).line;
  data.after = end.after;
  return data;
}

void ScriptReader::State::spill(const ScriptItem& item, std::size_t first) {
  if (frames.empty() || !item.data || item.data->span.source != frames.back()->source) return;
  Frame& frame = *frames.back();
  if (!frame.hole || first > item.more_data.size()) return;
  const CopyData& data = first == 0 ? *item.data : item.more_data[first - 1];
  if (data.span.offset == frame.hole->line_end) {
    frame.hole.reset();
    return;
  }
  // Data of a COPY before it on the same line was taken; reading goes on behind that.
  frame.hole->resume = data.span.offset;
  frame.hole->resume_line = data.first_line;
  frame.hole->psql_line = data.first_line - 1;
}

}  // namespace pgfk
