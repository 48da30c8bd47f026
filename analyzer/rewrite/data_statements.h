// Statements that bring rows as they are written, COPY .. FROM stdin and INSERT .. VALUES, and where in the script their rows and values stand.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "parsers/copy/copy_reader.h"
#include "parsers/input/source.h"
#include "parsers/sql/tree.h"

namespace pgfk {

struct DataStatement {
  std::string command;               // COPY, INSERT, or another one, whose rows stand nowhere
  std::uint64_t first = 0;           // first token
  std::uint64_t end = 0;             // behind its terminator, its data, the rest of its last line
  std::uint64_t head_end = 0;        // INSERT: behind VALUES; COPY: behind the semicolon
  QualifiedName table;
  std::vector<std::string> columns;  // as written; empty: all of the table
  std::uint64_t data_from = 0, data_to = 0;  // COPY: the lines
  CopyOptions copy_options;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lists;  // INSERT: each from its parenthesis to behind the closing one; none of a query
};

/// Calls `visit` for each statement that holds one of the offsets (rising), with those. Statements of included files are passed over.
/// Cost: one pass of the lexer; only statements that are visited are parsed.
void visit_data_statements(Sources& sources, SourceId script, int server_version, std::span<const std::uint64_t> offsets,
                           const std::function<void(const DataStatement&, std::span<const std::uint64_t>)>& visit);

/// Where the `position`th value (from 0) of a row stands, as offset and length in `text`; nothing where it is not written.
std::optional<std::pair<std::uint64_t, std::uint64_t>> value_in_row(const DataStatement& statement, std::string_view text, std::uint64_t row_from,
                                                                    std::uint64_t row_to, std::size_t position, int server_version);

}  // namespace pgfk
