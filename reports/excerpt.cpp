#include "reports/excerpt.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "reports/text.h"

namespace pgfk {
namespace {

constexpr std::size_t kWindow = 2000;  // bytes of a line before and behind its first mark
constexpr std::size_t kBefore = 24;    // cells left before a mark where a line is cut at its start

/// A line of an excerpt: where it stands, and its marks as bytes of the line.
struct Line {
  std::string_view text;
  struct Mark {
    std::uint64_t start, end;
    const Label* label;
    bool primary;
  };
  std::vector<Mark> marks;
};

/// The cells of a line that are shown, and what stands in for those that are not.
struct Shown {
  std::string text;
  std::vector<std::size_t> cell_of;  // see Cells
  std::uint64_t window = 0;          // byte of the line at which cell_of begins
  std::size_t first = 0, last = 0;   // cells shown: [first, last)
  std::size_t shift = 0;             // columns before the first cell shown

  /// Column of a byte of the line; the nearest one shown where it is cut off.
  std::size_t column(std::uint64_t byte) const {
    const std::uint64_t inside = byte < window ? 0 : std::min<std::uint64_t>(byte - window, cell_of.size() - 1);
    return std::clamp(cell_of[inside], first, last) - first + shift;
  }
};

std::uint64_t number_width(std::uint64_t number) { return std::to_string(number).size(); }

class Drawing {
 public:
  Drawing(const Sources& sources, const ReportOptions& options, std::ostream& out)
      : sources_(sources), options_(options), paint_(options.color), out_(out) {}

  void draw(const std::vector<Excerpt>& excerpts) {
    for (const Excerpt& excerpt : excerpts) {
      for (const auto& [number, line] : lines_of(excerpt)) gutter_ = std::max(gutter_, number_width(number));
    }
    bool first = true, text_before = false;
    for (const Excerpt& excerpt : excerpts) {
      if (excerpt.labels.empty()) continue;
      const Span place = excerpt.labels.front().span;
      const Place at = sources_.place_of(place);
      if (!first && text_before) empty_line();
      out_ << fmt::format("  {} {}:{}:{}{}{}\n", paint_.frame(first ? "-->" : ":::"), printable(sources_[place.source].path()),
                          at.line, at.column, excerpt.caption.empty() ? "" : "   ", printable(excerpt.caption));
      text_before = shows_text(excerpt);
      if (text_before) draw_lines(excerpt, first || excerpt.offends);
      first = false;
    }
  }

 private:
  bool shows_text(const Excerpt& excerpt) const {
    switch (options_.redaction) {
      case Redaction::none: return true;
      case Redaction::keys: return !excerpt.rows && !holds_rows(excerpt);
      case Redaction::all: return false;
    }
    return false;
  }
  // A mark in an INSERT stands on a line with its values.
  bool holds_rows(const Excerpt& excerpt) const {
    const std::string_view line = sources_[excerpt.labels.front().span.source].line_at(excerpt.labels.front().span.offset);
    return !line.starts_with("ALTER") && line.find("CONSTRAINT") == std::string_view::npos;
  }

  std::map<std::uint64_t, Line> lines_of(const Excerpt& excerpt) const {
    std::map<std::uint64_t, Line> lines;
    if (excerpt.labels.empty()) return lines;
    const SourceId source = excerpt.labels.front().span.source;
    if (excerpt.context && excerpt.context->source == source) line_at(*excerpt.context, lines);
    bool primary = true;
    for (const Label& label : excerpt.labels) {
      if (label.span.source != source) continue;
      Line& line = line_at(label.span, lines);
      const Place place = sources_.place_of(label.span);
      const std::uint64_t start = place.column - 1;
      const std::uint64_t end = std::min<std::uint64_t>(start + std::max<std::uint64_t>(label.span.length, 1), line.text.size());
      line.marks.push_back({start, std::max(end, start + 1), &label, primary});
      primary = false;
    }
    return lines;
  }

  Line& line_at(Span span, std::map<std::uint64_t, Line>& lines) const {
    Line& line = lines[sources_.place_of(span).line];
    line.text = sources_[span.source].line_at(span.offset);
    return line;
  }

  void draw_lines(const Excerpt& excerpt, bool strong) {
    empty_line();
    std::uint64_t previous = 0;
    for (const auto& [number, line] : lines_of(excerpt)) {
      if (previous != 0 && number > previous + 1) out_ << paint_.frame("  ...") << '\n';
      previous = number;
      const Shown shown = cut(line);
      out_ << paint_.frame(fmt::format("  {:>{}} |", number, gutter_)) << (shown.text.empty() ? "" : " ") << shown.text << '\n';
      for (const Line::Mark& mark : line.marks) draw_mark(mark, shown, mark.primary && strong);
    }
  }

  std::size_t room() const {
    const std::size_t frame = gutter_ + 5;
    return options_.width > frame + 20 ? options_.width - frame : 20;
  }

  // The whole line where it fits; else a part around its first mark, cut at a blank where there is one.
  Shown cut(const Line& line) const {
    const std::uint64_t mark = line.marks.empty() ? 0 : line.marks.front().start;
    Shown shown;
    shown.window = mark > kWindow ? mark - kWindow : 0;
    while (shown.window > 0 && shown.window < line.text.size() &&
           (static_cast<unsigned char>(line.text[shown.window]) & 0xC0) == 0x80) {
      --shown.window;
    }
    const std::string_view piece = line.text.substr(std::min<std::size_t>(shown.window, line.text.size()), 2 * kWindow);
    Cells cells = cells_of(piece);
    shown.cell_of = std::move(cells.cell_of);
    shown.last = cells.cells.size();
    const bool more = shown.window + piece.size() < line.text.size();
    if (shown.window > 0 || more || cells.cells.size() > room()) {
      const std::uint64_t end = line.marks.empty() ? 0 : line.marks.front().end;
      cut_cells(cells.cells, shown.column(mark), shown.column(end), more, shown);
    }
    std::string text(shown.shift > 0 ? "... " : "");
    for (std::size_t cell = shown.first; cell < shown.last; ++cell) text += cells.cells[cell];
    if (shown.last < cells.cells.size() || more) text += text.ends_with(' ') ? "..." : " ...";
    text.erase(text.find_last_not_of(' ') + 1);
    shown.text = std::move(text);
    return shown;
  }

  void cut_cells(const std::vector<std::string>& cells, std::size_t start, std::size_t end, bool more, Shown& shown) const {
    constexpr std::size_t kDots = 4;
    const std::size_t width = room();
    if (shown.window > 0 || end + kDots > width) {
      shown.first = start > kBefore ? start - kBefore : 0;
      shown.shift = shown.first > 0 || shown.window > 0 ? kDots : 0;
    }
    const std::size_t limit = shown.first + width - shown.shift;
    if (cells.size() <= limit && !more) return;
    shown.last = std::min(cells.size(), limit - kDots);
    std::size_t blank = shown.last;
    while (blank > std::max(end, shown.first + width / 2) && cells[blank - 1] != " ") --blank;
    if (blank > std::max(end, shown.first + width / 2)) shown.last = blank;
  }

  void draw_mark(const Line::Mark& mark, const Shown& shown, bool primary) {
    const std::size_t start = shown.column(mark.start);
    const std::size_t end = std::max(shown.column(mark.end), start + 1);
    const std::string line(end - start, primary ? '^' : '-');
    const auto paint = [&](const std::string& text) { return primary ? paint_.error(text) : paint_.frame(text); };
    const std::string text = printable(mark.label->text);
    if (end + 1 + text.size() <= room()) {
      row(std::string(start, ' ') + paint(text.empty() ? line : line + " " + text));
      return;
    }
    row(std::string(start, ' ') + paint(line));
    const std::size_t indent = text.size() < room() ? std::min(start, room() - text.size()) : 0;
    for (const std::string& part : wrapped(text, room())) row(std::string(indent, ' ') + paint(part));
  }

  void empty_line() { out_ << std::string(gutter_ + 3, ' ') << paint_.frame("|") << '\n'; }
  void row(const std::string& text) { out_ << std::string(gutter_ + 3, ' ') << paint_.frame("|") << ' ' << text << '\n'; }

  const Sources& sources_;
  const ReportOptions& options_;
  Paint paint_;
  std::ostream& out_;
  std::size_t gutter_ = 1;
};

}  // namespace

void draw_excerpts(const std::vector<Excerpt>& excerpts, const Sources& sources, const ReportOptions& options,
                   std::ostream& out) {
  Drawing(sources, options, out).draw(excerpts);
}

}  // namespace pgfk
