// Puts an event together around a hit: back to the record's first line, forward through DETAIL, CONTEXT and STATEMENT.
//
// Backends interleave, so parts find their ERROR by pid or session id, and a line without prefix by the line before it. What looks at most
// kMostForeign labelled lines ahead stays bounded whatever the log.
// Threads: one per object; the text is shared.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/log/event.h"
#include "parsers/log/insert_scan.h"
#include "parsers/log/log_time.h"
#include "parsers/log/prefix_set.h"
#include "parsers/log/shape.h"
#include "parsers/log/units.h"

namespace pgfk {

struct AssembledEvent {
  LogEvent event;          // place and line not set
  std::size_t begin = 0;   // of the record's first unit
  std::size_t end = 0;     // behind its last one
  bool open = false;       // the text ended before it was clear that nothing more belongs to it
};

class Assembler {
 public:
  /// With `inserts`, which outlives it, records of severity LOG that it wants are looked for instead of failures.
  Assembler(const LogShape& shape, std::string_view text, PrefixSet prefixes, const LogTimes& times, const InsertFilter* inserts = nullptr);

  /// The foreign key failures whose text the unit at `hit` belongs to; hits come in rising order. Mostly one or none; a unit may hold several
  /// records, and an event whose first lines have several hits comes once for each of them.
  /// False where no record explains the hit: it stands on a line that this log does not have.
  bool assemble(std::size_t hit, std::vector<AssembledEvent>& out);
  /// Of the first and the last record that has a time; empty where the ends of the text show none.
  std::optional<LogTime> first_time();
  std::optional<LogTime> last_time();
  /// Behind the last record that begins in text[from, to) and shows a time; 0 where none does.
  std::size_t end_of_records(std::size_t from, std::size_t to);
  /// Whether the text begins with the first line of a record, not in the middle of one.
  bool begins_with_record();
  /// Whether what stands before its first record is the rest of another one.
  bool begins_inside_record();

 private:
  bool assemble_lines(const Unit& unit, std::vector<AssembledEvent>& out);
  bool assemble_fields(const Unit& unit, std::vector<AssembledEvent>& out);
  std::optional<LogTime> time_of(const Unit& unit);
  bool fetch_forward();
  bool fetch_back();
  void load(const Unit& unit, InnerLines& into) const;
  bool head_of(std::size_t line, std::size_t& head, PrefixMatch& match);
  bool learn(std::size_t line);
  void gather(std::size_t head, const PrefixMatch& match, AssembledEvent& out);
  void set_prefix_fields(const PrefixMatch& match, const InnerLine& line, LogEvent& event) const;
  bool may_be_looked_for(LabelKind severity) const;
  bool is_looked_for(LogEvent& event) const;
  bool fails(const AssembledEvent& statement);

  const LogShape& shape_;
  Units units_;
  PrefixSet prefixes_;
  const LogTimes& times_;
  const InsertFilter* inserts_;
  InnerLines near_;           // the lines around the hit, in order
  std::vector<InnerLine> lines_;
  Unit first_, last_;         // the units they come from
  bool resolved_before_ = false;  // head_of() met what another hit had resolved
  std::size_t done_to_ = 0;   // the end of the last unit that was asked for
  struct {
    std::size_t begin = 0, end = 0;
  } resolved_;                // from the first line of a record to a hit in it
};

}  // namespace pgfk
