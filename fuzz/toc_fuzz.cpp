// Any bytes as the table of contents of a directory archive, which is all of toc.dat.
#include "fuzz/bytes.h"
#include "parsers/archive/entry_names.h"
#include "parsers/archive/header.h"
#include "parsers/archive/toc.h"

using namespace pgfk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ArchiveReader in(fuzz::bytes_of(data, size));
  const Result<ArchiveHeader> header = read_header(in, ArchiveKind::directory, "fuzz");
  if (!header.ok()) return 0;
  const Result<std::vector<TocEntry>> entries = read_toc(in, *header, "fuzz");
  if (!entries.ok()) return 0;
  std::uint64_t end = 0;
  for (const TocEntry& entry : *entries) {
    fuzz::require(entry.position >= end && entry.length > 0);
    end = entry.position + entry.length;
    fuzz::require(end <= size);
    fuzz::require(!is_data_file_name(entry.file_name) || entry.file_name.find('/') == std::string_view::npos);
  }
  return 0;
}
