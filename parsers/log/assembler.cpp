#include "parsers/log/assembler.h"

#include <algorithm>
#include <charconv>

#include "parsers/log/skeleton.h"
#include "parsers/log/violation.h"

namespace pgfk {
namespace {

constexpr int kMostForeign = 64;                   // labelled lines of other backends between an ERROR and its last part
constexpr int kMostForeignOfLog = 4;               // the same of a LOG, of which there may be as many as there are statements
constexpr int kUnitsToOutcome = 300;               // between a logged statement and what its backend writes next
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

Assembler::Assembler(const LogShape& shape, std::string_view text, PrefixSet prefixes, const LogTimes& times, const InsertFilter* inserts)
    : shape_(shape), units_(text, shape.framing), prefixes_(std::move(prefixes)), times_(times), inserts_(inserts) {}

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

bool Assembler::assemble(std::size_t hit, std::vector<AssembledEvent>& out) {
  Unit unit;
  if (hit < done_to_) return true;
  if (!units_.at(hit, unit)) return false;
  done_to_ = unit.next;
  const std::size_t before = out.size();
  const bool explained = shape_.read != nullptr ? assemble_fields(unit, out) : assemble_lines(unit, out);
  if (inserts_ == nullptr) return explained;
  const auto added = out.begin() + static_cast<std::ptrdiff_t>(before);
  out.erase(std::remove_if(added, out.end(), [this](const AssembledEvent& record) { return fails(record); }), out.end());
  return explained;
}

bool Assembler::assemble_lines(const Unit& unit, std::vector<AssembledEvent>& out) {
  bool explained = false;
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
    explained = explained || has_head || resolved_before_;
    if (has_head && lines_[lines_.size() - behind].sender == 0) resolved_ = {lines_[head].begin, unit.next};
    const std::size_t from_end = lines_.size() - head;
    if (!has_head || from_end == done || !may_be_looked_for(match.label->kind)) continue;
    done = from_end;
    AssembledEvent found;
    const std::size_t size = lines_.size();
    const Unit last = last_;
    gather(head, match, found);
    lines_.resize(size);
    last_ = last;
    if (is_looked_for(found.event)) out.push_back(std::move(found));
  }
  return explained;
}

bool Assembler::may_be_looked_for(LabelKind severity) const { return inserts_ != nullptr ? severity == LabelKind::log : is_error(severity); }

bool Assembler::is_looked_for(LogEvent& event) const { return inserts_ != nullptr ? inserts_->wants(event) : classify_violation(event); }

/// Whether the next thing that the backend of a logged statement writes is that the statement failed.
bool Assembler::fails(const AssembledEvent& statement) {
  const auto same_backend = [&statement](const LogEvent& event) {
    const LogEvent& logged = statement.event;
    if (logged.session_id && event.session_id) return *logged.session_id == *event.session_id;
    return logged.pid && event.pid && *logged.pid == *event.pid;
  };
  const auto refused = [&statement](const LogEvent& error) { return !error.statement || statement.event.message.ends_with(*error.statement); };
  Unit unit;
  if (!units_.at(statement.end, unit)) return false;
  for (int tries = 0; tries < kUnitsToOutcome; ++tries) {
    if (shape_.read != nullptr) {
      FieldRecord record;
      if (shape_.read(units_.text(unit), record) && same_backend(record.event)) {
        const LogLabel* severity = label_at(record.severity + ":  ");
        return severity != nullptr && is_error(severity->kind) && refused(record.event);
      }
    } else {
      near_.clear();
      load(unit, near_);
      lines_ = near_.lines;
      first_ = last_ = unit;
      for (std::size_t line = 0; line < lines_.size(); ++line) {
        PrefixMatch match;
        if (!prefixes_.match(lines_[line].text, match) || !is_severity(match.label->kind)) continue;
        LogEvent head;
        set_prefix_fields(match, lines_[line], head);
        if (!same_backend(head)) continue;
        if (!is_error(match.label->kind)) return false;
        AssembledEvent error;
        gather(line, match, error);
        return refused(error.event);
      }
    }
    Unit next;
    if (!units_.next(unit, next)) return false;
    unit = next;
  }
  return false;
}

/// The first line of the record that `line` belongs to: itself, or one before it.
bool Assembler::head_of(std::size_t line, std::size_t& head, PrefixMatch& match) {
  bool learnt = false;
  resolved_before_ = false;
  for (std::size_t back = 0; back < kMostBack; ++back) {
    const InnerLine here = lines_[line];
    // A hit further on in a text whose first line was found from another hit: it is dealt with.
    resolved_before_ = back > 0 && here.sender == 0 && here.begin >= resolved_.begin && here.begin < resolved_.end;
    if (resolved_before_) return false;
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
  const int most_foreign = match.label->kind == LabelKind::log ? kMostForeignOfLog : kMostForeign;
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
      closed = ++foreign > most_foreign * 8;
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
        closed = ++foreign > most_foreign;
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

bool Assembler::assemble_fields(const Unit& unit, std::vector<AssembledEvent>& out) {
  FieldRecord record;
  if (!shape_.read(units_.text(unit), record)) return false;
  AssembledEvent found;
  const LogLabel* severity = record.severity.empty() ? nullptr : label_at(record.severity + ":  ");
  if (!record.line.empty()) {
    PrefixMatch match;
    if (!prefixes_.match(record.line, match) && !(prefixes_.learn(record.line, {}) && prefixes_.match(record.line, match))) return false;
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
    if (severity == nullptr) severity = match.label;
  }
  // What is not known to be something else may be an error; what is not known to be a LOG is none.
  if (severity != nullptr ? !may_be_looked_for(severity->kind) : inserts_ != nullptr) return true;
  found.event = std::move(record.event);
  found.event.time = times_.read(record.time);
  found.begin = unit.begin;
  found.end = unit.next;
  found.open = unit.next == units_.whole().size() && !units_.whole().ends_with('\n');
  if (is_looked_for(found.event)) out.push_back(std::move(found));
  return true;
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

std::size_t Assembler::end_of_records(std::size_t from, std::size_t to) {
  std::size_t end = 0;
  Unit unit;
  for (std::size_t offset = from; offset < to;) {
    if (!units_.at(offset, unit)) {
      offset = std::min(units_.whole().find('\n', offset), to - 1) + 1;
      continue;
    }
    const bool continues = end == unit.begin && units_.text(unit).starts_with('\t');
    if (continues || time_of(unit)) end = unit.next;
    offset = std::max(unit.next, offset + 1);
  }
  return end;
}

bool Assembler::begins_inside_record() {
  Unit unit;
  if (shape_.framing == Framing::csv) return !units_.whole().empty() && !units_.at(0, unit);
  if (shape_.framing != Framing::lines || !units_.at(0, unit)) return false;
  if (shape_.read != nullptr) return !units_.text(unit).starts_with('{') && !time_of(unit);
  // Lines of others may come first.
  for (int tries = 0; tries < kTimeTries; ++tries) {
    near_.clear();
    load(unit, near_);
    for (const InnerLine& line : near_.lines) {
      PrefixMatch match;
      if (line.text.starts_with('\t')) return true;
      if (prefixes_.match(line.text, match)) return !is_severity(match.label->kind);
    }
    Unit next;
    if (!units_.next(unit, next)) return false;
    unit = next;
  }
  return false;
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
