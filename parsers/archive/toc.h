// The table of contents of an archive: one entry for each thing that a restore creates or loads, in the order of a restore.
//
// Invariants: texts are views into the bytes that were read, in the dump's client encoding; positions are those of that file.
// Cost: O(bytes); entries hold no copies of texts, and the number of entries is bounded by the bytes there are, whatever a field says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/archive/archive_reader.h"
#include "parsers/archive/header.h"
#include "parsers/input/result.h"

namespace pgfk {

enum class DumpId : std::int32_t {};  // from 1

enum class Section : std::uint8_t { none = 1, pre_data = 2, data = 3, post_data = 4 };

/// Absent texts are NULL in the archive; an empty text is "", and often means the same.
struct TocEntry {
  DumpId id{};
  bool has_data = false;  // a block or file of data belongs to it: TABLE DATA, BLOBS
  std::uint32_t catalog = 0;  // OID of the catalog: 1259 pg_class, 2606 pg_constraint, ...; 0 for TABLE DATA
  std::uint32_t object = 0;   // OID of the object; for TABLE DATA that of the table
  std::string_view tag;       // the name, unquoted; "TABLE NAME" for constraints, defaults, triggers
  std::string_view kind;      // "TABLE", "TABLE DATA", "FK CONSTRAINT", ...
  Section section = Section::none;
  std::optional<std::string_view> definition;      // SQL that creates it, with its final semicolon
  std::optional<std::string_view> drop_statement;
  std::optional<std::string_view> copy_statement;  // "COPY s.t (a, b) FROM stdin;\n"; absent where rows are INSERTs
  std::optional<std::string_view> schema;          // unquoted
  std::optional<std::string_view> tablespace;      // as of 1.10
  std::optional<std::string_view> access_method;   // as of 1.14
  std::int64_t relation_kind = 0;                  // as of 1.16: a letter, 'r' or 'p'; 0 where it does not apply
  std::optional<std::string_view> owner;
  bool with_oids = false;              // rows start with an OID; up to PostgreSQL 11
  std::vector<DumpId> dependencies;    // may repeat, and name ids that no entry has
  DataOffset data_offset;              // custom archives
  std::string_view file_name;          // directory and tar archives: without suffix; "" where there is no data
  std::uint64_t position = 0;          // the entry's first byte in the file with the table of contents
  std::uint64_t length = 0;
};

/// Reads the number of entries and the entries, behind the header. Any damage makes an Error: what follows it could not be read.
Result<std::vector<TocEntry>> read_toc(ArchiveReader& in, const ArchiveHeader& header, const std::string& name);

}  // namespace pgfk
