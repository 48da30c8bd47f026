// What entries and their data files are called.
#pragma once

#include <string>
#include <string_view>

#include "parsers/archive/toc.h"

namespace pgfk {

/// `TABLE DATA public.invoices (dumpId 3634)`.
std::string entry_name(const TocEntry& entry);

/// True for the names that pg_dump gives data files, without suffix: 3634.dat, blob_70001.dat, blobs.toc, blobs_3640.toc. A table of contents is
/// not to be trusted, and could say ../x.
bool is_data_file_name(std::string_view name);

}  // namespace pgfk
