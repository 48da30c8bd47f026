#include "parsers/log/assembler.h"

#include <algorithm>
#include <charconv>

#include "parsers/log/skeleton.h"
#include "parsers/log/violation.h"

namespace pgfk {
namespace {

constexpr int kMostForeign = 64;                   // labelled lines of other backends between an ERROR and its last part
constexpr std::size_t kMostBack = 4000;            // lines of a statement in front of a hit inside it
constexpr std::size_t kMostLines = 200'000;        // lines of one event
constexpr std::size_t kMostText = 1u << 20;        // bytes of a part that are kept
constexpr int kTimeTries = 200;                    // units at an end of the file that are looked at for a time
constexpr std::size_t kNeighbours = 40;            // lines behind an unknown one that its prefix is learnt from

bool is_error(LabelKind kind) { return kind == LabelKind::error || kind == LabelKind::fatal || kind == LabelKind::panic; }

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "23503: " in front of a message, as log_error_verbosity = verbose has it.
std::string_view verbose_state(std::string_view message) {
  if (message.size() < 7 || message.substr(5, 2) != ": ") return {};
  const std::string_view state = message.substr(0, 5);
  return std::ranges::all_of(state, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }) ? state : std::string_view();
}

/// Whether both lines tell the same backend, as far as they tell one; `told` says whether they do.
bool same_backend(const PrefixMatch& left, const PrefixMatch& right, bool& told) {
  told = false;
  for (const PrefixField field : {PrefixField::session_id, PrefixField::pid}) {
    if (left[field].empty() || right[field].empty()) continue;
    told = true;
    if (left[field] != right[field]) return false;
  }
  return true;
}

/// The server writes "[unknown]", translated, for what it does not know.
std::optional<std::string> known(std::string_view value) {
  if (value.data() == nullptr || value.empty() || is_unknown_text(value)) return std::nullopt;
  return std::string(value);
}

/// Appends what fits.
void append(std::string& to, std::string_view text, std::string_view before) {
  if (to.size() >= kMostText) return;
  to += before;
  to += text.substr(0, kMostText - std::min(kMostText, to.size()));
}

}  // namespace

Assembler::Assembler(const LogShape& shape, std::string_view text, PrefixSet prefixes, const LogTimes& times)
    : shape_(shape), units_(text, shape.framing), prefixes_(std::move(prefixes)), times_(times) {}

void Assembler::load(const Unit& unit, InnerLines& into) const {
  std::string_view text = units_.text(unit);
  if (shape_.framing == Framing::lines && text.ends_with('\r')) text.remove_suffix(1);
  const std::size_t before = into.lines.size();
  // A crash leaves runs of NUL on some file systems, and the next record right behind them.
  if (shape_.framing == Framing::lines) text.remove_prefix(std::min(text.find_first_not_of('\0'), text.size()));
  shape_.unwrap(text, into);
  for (std::size_t line = before; line < into.lines.size(); ++line) {
    into.lines[line].begin = unit.begin;
    into.lines[line].end = unit.next;
  }
}

bool Assembler::fetch_forward() {
  Unit unit;
  if (lines_.size() > kMostLines || !units_.next(last_, unit)) return false;
  near_.lines.clear();
  load(unit, near_);
  lines_.insert(lines_.end(), near_.lines.begin(), near_.lines.end());
  last_ = unit;
  return true;
}

bool Assembler::fetch_back() {
  Unit unit;
  if (lines_.size() > kMostBack || !units_.before(first_, unit)) return false;
  near_.lines.clear();
  load(unit, near_);
  lines_.insert(lines_.begin(), near_.lines.begin(), near_.lines.end());
  first_ = unit;
  return true;
}

void Assembler::assemble(std::size_t hit, std::vector<AssembledEvent>& out) {
  Unit unit;
  if (hit < done_to_ || !units_.at(hit, unit)) return;
  done_to_ = unit.next;
  if (shape_.read != nullptr) {
    assemble_fields(unit, out);
    return;
  }
  near_.clear();
  lines_.clear();
  first_ = last_ = unit;
  load(unit, near_);
  lines_ = near_.lines;
  const std::size_t in_unit = lines_.size();
  std::size_t done = SIZE_MAX;  // the head of the record before, counted from the end
  for (std::size_t behind = in_unit; behind > 0; --behind) {
    // Lines are counted from the unit's end, since looking back puts lines in front.
    const std::size_t line = lines_.size() - behind;
    std::size_t head = 0;
    PrefixMatch match;
    const bool has_head = head_of(line, head, match);
    if (has_head && lines_[lines_.size() - behind].sender == 0) resolved_ = {lines_[head].begin, unit.next};
    const std::size_t from_end = lines_.size() - head;
    if (!has_head || from_end == done || !is_error(match.label->kind)) continue;
    done = from_end;
    AssembledEvent found;
    const std::size_t size = lines_.size();
    const Unit last = last_;
    gather(head, match, found);
    lines_.resize(size);
    last_ = last;
    if (classify_violation(found.event)) out.push_back(std::move(found));
  }
}

/// The first line of the record that `line` belongs to: itself, or one before it.
bool Assembler::head_of(std::size_t line, std::size_t& head, PrefixMatch& match) {
  bool learnt = false;
  for (std::size_t back = 0; back < kMostBack; ++back) {
    const InnerLine here = lines_[line];
    // A hit further on in a text whose first line was found from another hit: it is dealt with.
    if (back > 0 && here.sender == 0 && here.begin >= resolved_.begin && here.begin < resolved_.end) return false;
    const bool continues = here.text.starts_with('\t');
    if (!continues && prefixes_.match(here.text, match)) {
      head = line;
      return true;
    }
    if (!continues && !learnt && shape_.stray != LogShape::Stray::glued) {
      learnt = true;
      // Only the server's own message is worth a lesson.
      if (find_message(here.text) && learn(line) && prefixes_.match(here.text, match)) {
        head = line;
        return true;
      }
    }
    // A line that is neither a continuation nor labelled is not the server's, unless the envelope cuts or trims lines.
    const bool may_go_back = continues || here.follows || shape_.stray != LogShape::Stray::foreign;
    bool found = false;
    while (!found) {
      if (line == 0) {
        const std::size_t before = lines_.size();
        if (!fetch_back()) return false;
        line = lines_.size() - before;
        if (line == 0) continue;  // the unit had no lines
      }
      --line;
      found = lines_[line].sender == here.sender;
      if (++back > kMostBack) return false;
    }
    if (!may_go_back && !lines_[line].open_end) return false;
  }
  return false;
}

bool Assembler::learn(std::size_t line) {
  std::vector<std::string_view> neighbours;
  InnerLines around;
  Unit unit = last_;
  for (std::size_t count = 0; count < kNeighbours; ++count) {
    load(unit, around);
    Unit next;
    if (!units_.next(unit, next)) break;
    unit = next;
  }
  for (const InnerLine& neighbour : around.lines) {
    if (!neighbour.follows) neighbours.push_back(neighbour.text);
  }
  return prefixes_.learn(lines_[line].text, neighbours);
}

void Assembler::gather(std::size_t head, const PrefixMatch& match, AssembledEvent& out) {
  LogEvent& event = out.event;
  const InnerLine first = lines_[head];
  set_prefix_fields(match, first, event);
  out.begin = first.begin;
  out.end = first.end;

  std::string* part = &event.message;
  std::string ignored;
  part->assign(match.text.substr(0, kMostText));
  LabelKind last_kind = match.label->kind;
  bool ours = true;            // the line before belongs to us
  bool open_end = first.open_end;
  int foreign = 0;
  bool closed = false;
  for (std::size_t at = head + 1; !closed; ++at) {
    while (at >= lines_.size() && fetch_forward()) {
    }
    if (at >= lines_.size()) break;
    const InnerLine& line = lines_[at];
    const bool same_sender = line.sender == first.sender;
    PrefixMatch next;
    if (!same_sender) {
      // Another message of the same syslog process ends ours only once it has a label; it comes with the backend's pid, if at all.
      closed = ++foreign > kMostForeign * 8;
      continue;
    }
    if (open_end) {
      if (ours) append(*part, line.text, "");
      open_end = line.open_end;
    } else if (line.text.starts_with('\t')) {
      if (ours) append(*part, line.text.substr(1), "\n");
      open_end = line.open_end;
    } else if (prefixes_.match(line.text, next)) {
      bool told = false;
      const bool same = same_backend(match, next, told);
      open_end = line.open_end;
      ours = same;
      if (!same) {
        closed = ++foreign > kMostForeign;
        continue;
      }
      if (is_severity(next.label->kind) || (!is_severity(last_kind) && next.label->kind <= last_kind)) {
        closed = true;
        break;
      }
      last_kind = next.label->kind;
      switch (last_kind) {
        case LabelKind::detail: part = &event.detail.emplace(); break;
        case LabelKind::hint: part = &event.hint.emplace(); break;
        case LabelKind::context: part = &event.context.emplace(); break;
        case LabelKind::location: part = &event.location.emplace(); break;
        case LabelKind::statement: part = &event.statement.emplace(); break;
        default: part = &ignored;
      }
      append(*part, next.text, "");
    } else if (shape_.stray == LogShape::Stray::glued && !line.follows) {
      if (ours) append(*part, line.text, "");
      open_end = line.open_end;
    } else if (shape_.stray == LogShape::Stray::trimmed || line.follows) {
      if (ours) append(*part, line.text, "\n");
      open_end = line.open_end;
    } else {
      continue;  // not the server's
    }
    if (ours) out.end = line.end;
  }
  out.open = !closed;
  if (event.statement && event.statement->size() >= kMostText) event.statement_cut = true;
  if (const std::string_view state = verbose_state(event.message); !state.empty()) {
    event.sqlstate = std::string(state);
    event.message.erase(0, state.size() + 2);
  }
}

void Assembler::set_prefix_fields(const PrefixMatch& match, const InnerLine& line, LogEvent& event) const {
  event.time = times_.read(match[PrefixField::time]);
  // %t has whole seconds; an envelope that was told by the server (CloudWatch) or looked at the clock right then knows more.
  const std::optional<LogTime> outer = times_.read(line.time);
  const bool coarse = event.time && event.time->microseconds % 1'000'000 == 0;
  if (outer && (!event.time || (coarse && outer->microseconds >= event.time->microseconds && outer->microseconds - event.time->microseconds < 1'000'000))) {
    event.time = outer;
  }
  event.session_id = known(match[PrefixField::session_id]);
  if (const std::string_view pid = match[PrefixField::pid]; !pid.empty()) {
    event.pid = number(pid);
  } else if (event.session_id) {
    // The session id is the start of the session and the pid, in hex.
    const std::string_view hex = std::string_view(*event.session_id).substr(event.session_id->find('.') + 1);
    std::int64_t value = 0;
    if (std::from_chars(hex.data(), hex.data() + hex.size(), value, 16).ec == std::errc()) event.pid = value;
  } else if (line.pid) {
    event.pid = line.pid;
  }
  event.database = known(match[PrefixField::database]);
  event.user = known(match[PrefixField::user]);
  event.application_name = known(match[PrefixField::application]);
  event.client = known(match[PrefixField::remote].empty() ? match[PrefixField::host] : match[PrefixField::remote]);
  event.backend_type = known(match[PrefixField::backend_type]);
  event.virtual_transaction = known(match[PrefixField::virtual_transaction]);
  event.transaction_id = known(match[PrefixField::transaction]);
  event.query_id = known(match[PrefixField::query_id]);
  event.sqlstate = known(match[PrefixField::sqlstate]);
}

void Assembler::assemble_fields(const Unit& unit, std::vector<AssembledEvent>& out) {
  FieldRecord record;
  if (!shape_.read(units_.text(unit), record)) return;
  AssembledEvent found;
  if (!record.line.empty()) {
    PrefixMatch match;
    if (!prefixes_.match(record.line, match) && !(prefixes_.learn(record.line, {}) && prefixes_.match(record.line, match))) return;
    LogEvent in_line;
    set_prefix_fields(match, InnerLine(), in_line);
    const auto fill = [](auto& field, const auto& from) {
      if (!field) field = from;
    };
    fill(record.event.pid, in_line.pid);
    fill(record.event.session_id, in_line.session_id);
    fill(record.event.user, in_line.user);
    fill(record.event.database, in_line.database);
    fill(record.event.application_name, in_line.application_name);
    fill(record.event.client, in_line.client);
    if (record.time.empty()) record.time = std::string(match[PrefixField::time]);
    record.event.message = std::string(match.text);
  }
  if (!record.severity.empty()) {
    const LogLabel* severity = label_at(record.severity + ":  ");
    if (severity != nullptr && !is_error(severity->kind)) return;
  }
  found.event = std::move(record.event);
  found.event.time = times_.read(record.time);
  found.begin = unit.begin;
  found.end = unit.next;
  found.open = unit.next == units_.whole().size() && !units_.whole().ends_with('\n');
  if (classify_violation(found.event)) out.push_back(std::move(found));
}

std::optional<LogTime> Assembler::time_of(const Unit& unit) {
  if (shape_.read != nullptr) {
    FieldRecord record;
    return shape_.read(units_.text(unit), record) ? times_.read(record.time) : std::nullopt;
  }
  near_.clear();
  load(unit, near_);
  for (const InnerLine& line : near_.lines) {
    PrefixMatch match;
    if (prefixes_.match(line.text, match)) {
      if (std::optional<LogTime> time = times_.read(match[PrefixField::time])) return time;
    }
    if (std::optional<LogTime> time = times_.read(line.time)) return time;
  }
  return std::nullopt;
}

std::optional<LogTime> Assembler::first_time() {
  Unit unit;
  std::size_t offset = 0;
  // csvlog's units are found from bytes inside them: a file may begin inside a record.
  for (int tries = 0; tries < kTimeTries && offset < units_.whole().size(); ++tries) {
    const bool have = units_.at(offset, unit);
    if (have) {
      if (std::optional<LogTime> time = time_of(unit)) return time;
    }
    offset = have ? unit.next : units_.whole().find('\n', offset);
    if (offset != std::string_view::npos && !have) ++offset;
  }
  return std::nullopt;
}

std::optional<LogTime> Assembler::last_time() {
  Unit unit;
  if (units_.whole().empty()) return std::nullopt;
  std::size_t offset = units_.whole().size() - 1;
  for (int tries = 0; tries < kTimeTries; ++tries) {
    if (units_.at(offset, unit)) {
      if (std::optional<LogTime> time = time_of(unit)) return time;
    } else {
      return std::nullopt;
    }
    if (unit.begin == 0) break;
    offset = unit.begin - 1;
  }
  return std::nullopt;
}

bool Assembler::begins_with_record() {
  Unit unit;
  if (!units_.at(0, unit)) return false;
  if (shape_.read != nullptr) return time_of(unit).has_value();
  near_.clear();
  load(unit, near_);
  PrefixMatch match;
  return !near_.lines.empty() && prefixes_.match(near_.lines.front().text, match) && is_severity(match.label->kind);
}

}  // namespace pgfk
