#include "analyzer/rewrite/edits.h"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/rewrite/script_text.h"
#include "parsers/input/line_index.h"

namespace pgfk {
namespace {

constexpr std::size_t kAround = 3;  // lines of context

std::uint64_t line_begin(std::string_view text, std::uint64_t offset) { return line_start_of(text, static_cast<std::size_t>(offset)); }
std::uint64_t line_finish(std::string_view text, std::uint64_t offset) { return behind_line(text, static_cast<std::size_t>(offset)); }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = static_cast<std::size_t>(line_finish(text, from));
    lines.push_back(text.substr(from, end - from));
    from = end;
  }
  return lines;
}

/// Whole lines that change, as they were and as they become.
struct ChangedLines {
  std::uint64_t from = 0, to = 0;
  std::string text;
};

std::vector<ChangedLines> changed_lines(std::string_view original, const std::vector<ScriptEdit>& edits) {
  std::vector<ChangedLines> out;
  std::vector<std::pair<std::size_t, std::size_t>> members;  // of each, first and behind the last edit
  for (std::size_t at = 0; at < edits.size(); ++at) {
    const ScriptEdit& edit = edits[at];
    const std::uint64_t end = edit.offset + edit.length;
    const std::uint64_t from = line_begin(original, edit.offset);
    const bool whole = from == edit.offset && line_begin(original, end) == end && (edit.text.empty() || edit.text.back() == '\n');
    const std::uint64_t to = whole ? end : line_finish(original, end);
    if (!out.empty() && from <= out.back().to) {
      out.back().to = std::max(out.back().to, to);
      members.back().second = at + 1;
    } else {
      out.push_back({from, to, {}});
      members.emplace_back(at, at + 1);
    }
  }
  for (std::size_t at = 0; at < out.size(); ++at) {
    std::uint64_t place = out[at].from;
    for (std::size_t member = members[at].first; member < members[at].second; ++member) {
      out[at].text += original.substr(static_cast<std::size_t>(place), static_cast<std::size_t>(edits[member].offset - place));
      out[at].text += edits[member].text;
      place = edits[member].offset + edits[member].length;
    }
    out[at].text += original.substr(static_cast<std::size_t>(place), static_cast<std::size_t>(out[at].to - place));
  }
  return out;
}

class DiffWriter {
 public:
  DiffWriter(std::string_view original, const TextSink& sink) : original_(original), sink_(sink) {}

  bool write(const std::vector<ChangedLines>& changes) {
    for (std::size_t first = 0; first < changes.size();) {
      // Changes whose surroundings meet are one hunk.
      std::size_t behind = first + 1;
      std::uint64_t end = down(changes[first].to);
      while (behind < changes.size() && up(changes[behind].from) <= end) end = down(changes[behind++].to);
      if (!hunk({changes.begin() + static_cast<std::ptrdiff_t>(first), changes.begin() + static_cast<std::ptrdiff_t>(behind)}, end)) return false;
      first = behind;
    }
    return true;
  }

 private:
  std::uint64_t up(std::uint64_t offset) const {
    for (std::size_t line = 0; line < kAround && offset > 0; ++line) offset = line_begin(original_, offset - 1);
    return offset;
  }
  std::uint64_t down(std::uint64_t offset) const {
    for (std::size_t line = 0; line < kAround && offset < original_.size(); ++line) offset = line_finish(original_, offset);
    return offset;
  }

  void add(std::string& out, char mark, std::string_view text) {
    for (const std::string_view line : lines_of(text)) {
      out += mark;
      out += line;
      if (mark != '+') ++old_lines_;
      if (mark != '-') ++new_lines_;
      if (line.back() != '\n') out += "\n\\ No newline at end of file\n";
    }
  }

  bool hunk(const std::vector<ChangedLines>& changes, std::uint64_t end) {
    const std::uint64_t from = up(changes.front().from);
    line_ += count_newlines(original_.substr(static_cast<std::size_t>(counted_), static_cast<std::size_t>(from - counted_))).newlines;
    counted_ = from;
    old_lines_ = new_lines_ = 0;
    std::string body;
    std::uint64_t at = from;
    for (const ChangedLines& change : changes) {
      add(body, ' ', original_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(change.from - at)));
      add(body, '-', original_.substr(static_cast<std::size_t>(change.from), static_cast<std::size_t>(change.to - change.from)));
      add(body, '+', change.text);
      at = change.to;
    }
    add(body, ' ', original_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(end - at)));
    // A side without lines is named by the line before.
    const std::uint64_t old_line = line_ + (old_lines_ > 0), new_line = static_cast<std::uint64_t>(static_cast<std::int64_t>(line_) + shift_) + (new_lines_ > 0);
    shift_ += static_cast<std::int64_t>(new_lines_) - static_cast<std::int64_t>(old_lines_);
    return sink_(fmt::format("@@ -{},{} +{},{} @@\n", old_line, old_lines_, new_line, new_lines_)) && sink_(body);
  }

  std::string_view original_;
  const TextSink& sink_;
  std::uint64_t counted_ = 0, line_ = 0;  // newlines before `counted_`
  std::uint64_t old_lines_ = 0, new_lines_ = 0;
  std::int64_t shift_ = 0;
};

}  // namespace

void ScriptEdits::replace(std::uint64_t offset, std::uint64_t length, std::string text) {
  if (length == 0 && text.empty()) return;
  edits_.push_back({offset, length, std::move(text)});
  settled_ = false;
}

void ScriptEdits::settle() const {
  if (settled_) return;
  settled_ = true;
  // At one place what is inserted comes before what is replaced.
  std::ranges::stable_sort(edits_, [](const ScriptEdit& a, const ScriptEdit& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.length == 0 && b.length > 0;
  });
  std::vector<ScriptEdit> out;
  for (ScriptEdit& edit : edits_) {
    if (out.empty() || edit.offset >= out.back().offset + out.back().length) {
      out.push_back(std::move(edit));
      continue;
    }
    ScriptEdit& last = out.back();
    if (edit.length == 0) {
      last.text += edit.text;  // what is inserted within what goes stays
      continue;
    }
    // Of two that overlap, what one of them removes is gone.
    if (edit.text.empty()) last.text.clear();
    last.length = std::max(last.offset + last.length, edit.offset + edit.length) - last.offset;
  }
  edits_ = std::move(out);
  places_.clear();
  std::uint64_t place = 0, at = 0;
  for (const ScriptEdit& edit : edits_) {
    place += edit.offset - at;
    places_.push_back(place);
    place += edit.text.size();
    at = edit.offset + edit.length;
  }
}

const std::vector<ScriptEdit>& ScriptEdits::sorted() const {
  settle();
  return edits_;
}

bool ScriptEdits::write(std::string_view original, const TextSink& sink) const {
  constexpr std::size_t kPiece = 1u << 20;
  std::uint64_t at = 0;
  const auto copy = [&](std::uint64_t to) {
    while (at < to) {
      const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, to - at));
      if (!sink(original.substr(static_cast<std::size_t>(at), size))) return false;
      at += size;
    }
    return true;
  };
  for (const ScriptEdit& edit : sorted()) {
    if (!copy(edit.offset) || (!edit.text.empty() && !sink(edit.text))) return false;
    at = edit.offset + edit.length;
  }
  return copy(original.size());
}

std::string ScriptEdits::apply(std::string_view original) const {
  std::string out;
  static_cast<void>(write(original, [&](std::string_view piece) {
    out += piece;
    return true;
  }));
  return out;
}

std::uint64_t ScriptEdits::original_of(std::uint64_t edited, bool* inserted) const {
  if (inserted) *inserted = false;
  settle();
  const auto behind = std::ranges::upper_bound(places_, edited);
  if (behind == places_.begin()) return edited;
  const std::size_t last = static_cast<std::size_t>(behind - places_.begin()) - 1;
  const ScriptEdit& edit = edits_[last];
  if (edited < places_[last] + edit.text.size()) {
    if (inserted) *inserted = true;
    return edit.offset;
  }
  return edit.offset + edit.length + (edited - places_[last] - edit.text.size());
}

bool write_unified_diff(const std::string& before, const std::string& after, std::string_view original, const ScriptEdits& edits,
                        const TextSink& sink) {
  if (edits.empty()) return true;
  return sink("--- " + before + "\n+++ " + after + "\n") && DiffWriter(original, sink).write(changed_lines(original, edits.sorted()));
}

}  // namespace pgfk
