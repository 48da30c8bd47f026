// Opens what the user named: files, folders with their SQL files, archives of pg_dump, "-" for standard input.
#pragma once

#include <string>
#include <vector>

#include "analyzer/analyze.h"
#include "parsers/archive/restore_order.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"

namespace pgfk {

/// The files behind the names, in order. A folder stands for its SQL files (folder_layouts.h), compressed ones too, hidden ones left out, in the
/// order of the tool that owns it, else by name (bytes), its folders among them; one without SQL is an error. The folder of a directory archive stands for itself.
std::vector<std::string> expand_names(const std::vector<std::string>& names, std::vector<Error>& errors);

enum class InputFormat { detected, custom, directory, tar, plain };

/// How the inputs are to be opened.
struct OpenOptions {
  InputFormat format = InputFormat::detected;  // -F: another one is refused
  RestoreOptions restore;   // of archives
  RestoreOptions against;   // of archives that are loaded before
  std::string use_list;     // -L: the file's name; empty: none
  SourceOptions source;     // -Z, --tmpdir
  std::string stdin_path;   // what standard input is called; empty: as Source calls it
};

/// Opens each; what cannot be opened or read becomes an error, and the others are opened all the same. What pg_restore would send for an archive
/// goes into `archives`.
std::vector<SourceId> open_inputs(const std::vector<std::string>& names, const OpenOptions& options, Sources& sources,
                                  AnalyzeOptions::Archives& archives, std::vector<Error>& errors);

}  // namespace pgfk
