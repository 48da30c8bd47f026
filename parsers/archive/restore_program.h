// What a restore of an archive sends to the server: query strings and COPY data, in pg_restore's order.
//
//   Archive --plan_restore--> RestorePlan --make_restore_program--> RestoreItem per query string, COPY or bunch of INSERTs
//
// Each text is a Source of its own, named by its entry; rows are streams, which nobody decodes until somebody reads them.
// Invariants: the program keeps its archive, whose bytes the streams read; it lives as long as the Sources are used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "parsers/archive/archive.h"
#include "parsers/archive/restore_order.h"
#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

enum class RestoreItemKind : std::uint8_t {
  query,    // one query string, which the server takes as a whole or not at all
  copy,     // the same, a COPY FROM stdin with the rows behind it
  inserts,  // INSERT statements, each sent by itself
};

struct RestoreItem {
  RestoreItemKind kind = RestoreItemKind::query;
  std::optional<std::size_t> entry;       // position in Archive::entries(); none: pg_restore's own settings
  Span text;                              // query string; of `inserts` unused
  SourceId rows{};                        // copy, inserts: a stream
  std::optional<std::size_t> needs_table; // not sent where creating this entry failed
};

struct RestoreProgram {
  std::unique_ptr<Archive> archive;
  std::vector<RestoreItem> items;
  std::uint64_t stored_bytes = 0;  // of all rows, as far as known
};

/// Adds the texts to `sources`; `spool` is for rows that have to be had whole. Cost: O(entries); no data is read, but for the scan of a custom archive without offsets.
std::shared_ptr<const RestoreProgram> make_restore_program(std::unique_ptr<Archive> archive, const RestoreOptions& options, const SpoolOptions& spool,
                                                           Sources& sources);

}  // namespace pgfk
