// What every output format gets: the analysis, where it came from, and how it shall look. One file per format writes it.
//
//   Analysis --redact--> Report --formats.h--> full, concise, summary, json
//
// Formats write to a stream as they go and keep nothing per finding, so that millions of findings cost no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/analyze.h"
#include "analyzer/finding.h"
#include "parsers/input/source.h"

namespace pgfk {

/// What is known of an input from its first and last bytes.
struct InputInfo {
  std::string path;
  bool dump = false;            // pg_dump or pg_dumpall wrote it
  std::string format = "plain";
  std::string compression;      // empty: none
  std::string archive_version;  // "1.16"; empty: not an archive
  std::uint64_t bytes = 0;
  std::string server_version, pg_dump_version;
  bool complete = true;         // false: a dump without pg_dump's closing comment
  bool cut_off = false;         // and it ends inside a statement or its data, or of two marks one is there: not edited, but truncated
};

struct Invocation {
  std::vector<std::string> args;  // without the program's name
  double seconds = 0;
  std::uint64_t peak_rss = 0;     // bytes
  int exit_code = 0;
  std::string version;
  int grammar = 0;                // major version of the grammar inside
};

/// keys: key values are hashed, rows are not shown. all: no text of the input is shown.
enum class Redaction { none, keys, all };

struct ReportOptions {
  std::uint64_t max_rows = 3;     // findings told at length per constraint; 0: all
  Redaction redaction = Redaction::none;
  std::size_t width = 100;
  bool color = false;
  bool quiet = false;             // failures and the last line only; nothing where nothing fails
  bool verbose = false;           // consequences and other failures at length too
  bool statistics = false;        // counts by code at the end
};

struct Report {
  const Analysis& analysis;       // redacted already where asked
  const Sources& sources;
  const AnalyzeOptions& analyze;
  const std::vector<InputInfo>& inputs;
  Invocation invocation;
  ReportOptions options;
};

using Renderer = void (*)(const Report& report, std::ostream& out);

}  // namespace pgfk
