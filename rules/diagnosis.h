// What a finding means to the person who reads it: cause, effect, what to do. Data, in plain words, without layout.
//
//   Finding + Context --cause_of--> Cause --diagnose--> Diagnosis --> reports/
//
// A rule is a pure function of a finding and the evidence gathered with it; sources are read only for line numbers and for
// the words a statement begins with. Texts are ASCII where the input's names and values are.
// Cost: cause_of is O(1); diagnose is O(rows kept + consequences shown), so reports diagnose as they write and keep nothing.
// Threads: a Context is immutable after construction; any number may diagnose at once.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "parsers/input/span.h"
#include "rules/context.h"

namespace pgfk {

enum class Severity { error, warning, note };

/// One line of the table of causes. Codes and names are never reused.
struct Cause {
  const char* code;   // "FK001"
  const char* name;   // "orphan-row"
  Severity severity;
};

/// Who can apply a remedy: whoever makes the input, the owner of the tables, or a superuser.
enum class Needs { source, owner, superuser };

struct Remedy {
  std::string title;  // a clause without capital and full stop; a colon follows where there is SQL
  std::string kind;   // kebab-case, for machines: delete-rows, insert-rows, reorder, not-valid, deferrable, ...
  std::string sql;    // runnable as it stands, lines separated by \n; may be empty
  Needs needs = Needs::source;
};

/// A mark under a piece of the input and what to say beside it.
struct Label {
  Span span;
  std::string text;
};

/// Places shown together. The first label of the first excerpt is the finding's own place.
struct Excerpt {
  std::optional<Span> context;  // the statement's first line, shown without a mark; empty: none
  std::string caption;          // beside the place; may be empty
  std::vector<Label> labels;    // at least one, all in one source
  bool rows = false;            // shows rows: hidden by --redact
  bool offends = false;         // its first mark is the row that fails, and as strong as the finding's own place
};

/// A fact worth a line: "parent", "public.customers loads 120,400 rows".
struct Note {
  std::string label;
  std::string text;  // may hold \n
};

struct Diagnosis {
  const Cause* cause = nullptr;
  std::string headline;
  std::vector<Excerpt> excerpts;  // at least one
  std::vector<Note> notes;
  std::string effect;             // what psql and pg_restore do and return, what is lost
  std::vector<std::string> then;  // what follows from it, bounded
  std::vector<Remedy> remedies;   // the one that fits best first; may be empty
};

/// The cause alone: the first rule of the table that applies.
const Cause& cause_of(const Finding& finding);

Diagnosis diagnose(const Context& context, std::size_t finding);

/// Every cause in use, by code, for `explain` and for checking --select.
std::span<const Cause> all_causes();

const char* severity_name(Severity severity);
const char* needs_name(Needs needs);

}  // namespace pgfk
