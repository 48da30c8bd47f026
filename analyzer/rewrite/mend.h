// Orphan rows mended: scripts and plain dumps whose rows all find what they refer to, as edits.
//
// Round by round: what a load finds missing is made, set NULL, moved out or dropped, and what follows from that shows in the next load (rows that
// referred to a dropped row, keys of rows that were made). Edits are by the bytes of the scripts as given. Nothing is held of a script but
// its edits and the rows they are about.
// Cost: a load for each round, one pass of the lexer for each script that a round edits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyzer/analyze.h"
#include "analyzer/rewrite/edits.h"
#include "analyzer/rewrite/remedies.h"
#include "parsers/input/source.h"

namespace pgfk {

/// Rows of one statement that go into the quarantine: written as a statement of their own.
struct QuarantinedRows {
  std::string head, between, tail;                            // around the rows
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rows;  // from and to in the script
};

struct MendedScript {
  ScriptEdits edits;
  std::vector<QuarantinedRows> quarantine;
};

/// What stays as it is.
struct Unmended {
  SourceId source{};
  std::uint64_t offset = 0;   // in the script as given
  std::string constraint;
  std::string why;
};

struct Mending {
  std::map<SourceId, MendedScript> scripts;  // all inputs
  std::vector<Unmended> unmended;
  std::uint64_t rows = 0;                    // dropped, moved out or set NULL
  std::uint64_t stubs = 0;                   // rows that were made
  std::vector<Error> errors;                 // files that could not be written: nothing is to be kept
  Analysis before, after;                    // loads of the inputs as they are, and as edited; statements are told by their places as given
};

/// `options.inputs` are scripts, in the order in which they load.
Mending mend_orphans(Sources& sources, const AnalyzeOptions& options, OrphanRemedy remedy);

/// The statement that holds the rows, into the sink.
bool write_quarantine(const QuarantinedRows& rows, std::string_view script, const TextSink& sink);

}  // namespace pgfk
