// An archive of pg_dump (custom, directory or tar; versions 1.10 to 1.16) as data: header, table of contents, and the data of each entry.
//
//   open_file / open_directory --> entries() --> plan_restore (restore_order.h) --> open_rows / open_data per table
//
// What is fatal, that is an Error from open_*: everything in the header and in the table of contents that cannot be read or is out of range
// (the rest of the file could not be found), an unknown version, and a tar or directory without toc.dat.
// What costs one entry, that is an Error from open_data or from the stream's read(), while all others stay usable: a data block, file or
// member that is missing, cut, elsewhere than its offset says, of another kind, or wrongly framed; a stream that does not decode; rows
// without their terminator (open_rows); two entries with data under one dumpId; a file name that no pg_dump writes.
// What costs the entries behind it: in a tar a damaged member header, in a custom archive without offsets a damaged block, since nothing
// tells where the next one is.
// What is told in notes() as well, since it may cost nothing: dumpIds that repeat, a tar that ends early.
// Changed bytes are seen only where the stream has a checksum (gzip); where not, only rows that no longer parse show them.
//
// Cost: opening reads the header and the table of contents, and of a tar each member's header. A custom archive without offsets is
// scanned once, on the first open_data or stored_bytes.
// Threads: every const function from any; streams are independent of each other and read in parallel.
// Invariants: entries() is in the order of the file. Streams and texts live as long as the Archive; one from open_file as long as its Source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/archive/header.h"
#include "parsers/archive/payloads.h"
#include "parsers/archive/toc.h"
#include "parsers/input/byte_stream.h"
#include "parsers/input/diagnostic.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"

namespace pgfk {

class MemberFiles;

/// Which kind of archive a file is, by its content; empty for anything else. Directories are not files: see is_archive_directory.
std::optional<ArchiveKind> archive_kind(std::string_view bytes);
/// True for a file so short that its beginning cannot tell, and nothing else begins like that.
bool is_cut_magic(std::string_view bytes);
/// True where the folder holds a toc.dat, compressed or not.
bool is_archive_directory(const std::string& path);

class Archive {
 public:
  /// A custom or tar archive. `source` holds the archive itself, decoded where the file was compressed as a whole.
  static Result<std::unique_ptr<Archive>> open_file(const Source& source);
  /// The folder of a directory archive, or of an unpacked tar.
  static Result<std::unique_ptr<Archive>> open_directory(const std::string& path);

  const std::string& path() const { return path_; }
  const ArchiveHeader& header() const { return header_; }
  const std::vector<TocEntry>& entries() const { return entries_; }
  /// Position in entries(); where ids repeat, the last one, as pg_restore finds it.
  std::optional<std::size_t> find(DumpId id) const;
  /// Of an entry TABLE DATA: the position of its TABLE.
  std::optional<std::size_t> table_of(const TocEntry& entry) const;

  /// What the entries ENCODING, STDSTRINGS and SEARCHPATH say.
  std::string_view encoding() const { return encoding_; }  // "UTF8"; SQL_ASCII where there is no entry
  bool standard_conforming_strings() const { return standard_strings_; }
  std::string_view search_path_statement() const { return search_path_; }  // empty before 1.13

  /// The data of an entry as it was before compression: all that is between the COPY statement and the next comment of a plain dump.
  Result<std::unique_ptr<ByteStream>> open_data(const TocEntry& entry) const;
  /// The same, checked and without terminator: exactly the rows (COPY) or exactly the statements (INSERT). A payload that was cut gives
  /// its rows first, but for a few last bytes, and then an Error; so what was read is whole only when read() has said 0.
  Result<std::unique_ptr<ByteStream>> open_rows(const TocEntry& entry) const;
  /// The large objects of an entry BLOBS, and the bytes of one.
  Result<std::vector<LargeObject>> large_objects(const TocEntry& entry) const;
  Result<std::unique_ptr<ByteStream>> open_data(const LargeObject& object) const;
  /// Bytes that the entry's data takes in the archive, for progress and for what to load first; 0 where there is none or it is unknown.
  std::uint64_t stored_bytes(const TocEntry& entry) const { return payloads_->stored_bytes(entry); }

  /// How messages name the data of an entry: the file in a directory ("shop/3634.dat.gz"), else `TABLE DATA public.invoices (dumpId 3634)`.
  std::string place_of(const TocEntry& entry) const;
  /// What was damaged on opening, and may have cost nothing.
  const Diagnostics& notes() const { return notes_; }

 private:
  Archive(std::string path, ArchiveHeader header, std::vector<TocEntry> entries);
  static Result<std::unique_ptr<Archive>> open_custom(const Source& source);
  static Result<std::unique_ptr<Archive>> open_tar(const Source& source);
  static Result<std::unique_ptr<Archive>> open_members(const std::string& path, std::unique_ptr<MemberFiles> files, ArchiveKind kind);
  /// Reads header and table of contents.
  static Result<std::unique_ptr<Archive>> read(const std::string& path, ArchiveReader& in, ArchiveKind kind, const std::string& name);
  std::optional<Error> take_special_entries();
  void index_ids();
  Result<std::unique_ptr<ByteStream>> open_payload(const TocEntry& entry) const;

  std::string path_;
  std::unique_ptr<Source> own_toc_;  // of a directory or a tar: texts point into it
  ArchiveHeader header_;
  std::vector<TocEntry> entries_;
  std::vector<std::pair<DumpId, std::size_t>> by_id_;  // sorted
  std::vector<DumpId> ambiguous_;                      // ids of several entries with data; sorted
  std::string_view encoding_ = "SQL_ASCII";
  bool standard_strings_ = false;
  std::string_view search_path_;
  Diagnostics notes_;
  std::unique_ptr<Payloads> payloads_;
};

}  // namespace pgfk
