// What each damage costs: the whole archive, some of its tables, or nothing. The damages are those of the folder's README, made by hand at
// known places; positions can be checked with a hex dump.
#include <string>

#include "parsers/archive/archive.h"
#include "tests/parsers/archive/archive_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// Puts F in the place of the archive's name.
std::string without_path(std::string text, const std::string& path) {
  for (const std::string& name : {"archive \"" + path + "\"", path}) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) text.replace(at, name.size(), "F");
  }
  return text;
}

/// The error of opening, or a line for each table whose rows cannot all be read.
std::string damage_of(const std::string& path) {
  const Opened archive = open_path(path);
  if (!archive.archive) return "fatal: " + archive.archive.error().message + " | " + archive.archive.error().detail + "\n";
  std::string found;
  for (const Diagnostic& note : archive->notes().kept()) found += "note: " + note.message + "\n";
  for (const TocEntry& entry : archive->entries()) {
    if (entry.kind != "TABLE DATA") continue;
    const Drained rows = drain(archive->open_rows(entry));
    if (rows.error.message.empty()) continue;
    const std::string behind = " cannot be read: ";
    const std::size_t cause = rows.error.message.find(behind) + behind.size();
    found += std::string(entry.tag) + " after " + std::to_string(rows.bytes.size()) + " bytes: " + rows.error.message.substr(cause) + " | " +
             rows.error.detail + "\n";
    CHECK_FALSE(rows.error.hint.empty());
  }
  return found;
}

}  // namespace

TEST_CASE("damage is found, named with its place, and costs no more than it must", "[archive]") {
  struct Case {
    const char* file;
    const char* damage;
  };
  const Case c = GENERATE(values<Case>({
      {"custom-absurd-chunk-length.dump",
       "customers after 0 bytes: its framing is damaged | Byte 6027, chunk length: it is 2147483632, and 732 bytes are left.\n"},
      {"custom-absurd-string-length.dump",
       "fatal: F is damaged in entry 9 of 22 of its table of contents | Byte 1935, tag: its length is 2147483632, and 4824 bytes are left.\n"},
      {"custom-absurd-toc-count.dump",
       "fatal: F is damaged in its table of contents | Byte 106, number of entries: 2147483647 entries do not fit the 6653 bytes left.\n"},
      {"custom-bad-block-type.dump",
       "customers after 0 bytes: its data block is of another type | At byte 6021 is a block of type 9, where 1 is expected.\n"},
      {"custom-bad-offset-flag.dump",
       "fatal: F is damaged in entry 12 of 22 of its table of contents | Byte 2898, data offset: its state is 7, where 1 to 3 exist.\n"},
      {"custom-compression-byte-lies.dump",
       "customers after 0 bytes: zstd data were expected, and the input begins with something else | \n"
       "legacy_refs after 0 bytes: zstd data were expected, and the input begins with something else | \n"
       "nothing_here after 0 bytes: zstd data were expected, and the input begins with something else | \n"
       "odd \"name; -- after 0 bytes: zstd data were expected, and the input begins with something else | \n"},
      {"custom-duplicate-dump-id.dump",
       "note: F has 2 entries with one dumpId: TABLE public.customers (dumpId 221) at byte 852, COMMENT public.TABLE customers (dumpId 221) at byte 1135\n"},
      {"custom-empty.dump",
       "fatal: F is empty | \n"},
      {"custom-format-byte-tar.dump",
       "fatal: F is only the table of contents of a directory or tar archive | Byte 10, format: 3, where a custom archive has 1.\n"},
      {"custom-future-1.17.dump",
       "fatal: F has version 1.17, and pgfk reads 1.10 to 1.16 | It was written by pg_dump 18.6 (Debian 18.6-3).\n"},
      {"custom-future-2.0.dump",
       "fatal: F has version 2.0, and pgfk reads 1.10 to 1.16 | \n"},
      {"custom-gzip-flipped-byte.dump",
       "customers after 2340 bytes: zlib data cannot be decoded at byte 494 of the compressed data: incorrect checksum | \n"},
      {"custom-gzip-stream-cut.dump",
       "customers after 586 bytes: zlib data end in the middle, at byte 247 of the compressed data | \n"},
      {"custom-integer-size-64.dump",
       "fatal: F is damaged in its header | Byte 8, integer size: 64 bytes, where 1 to 8 can be.\n"},
      {"custom-lz4-flipped-literal.dump",
       ""},
      {"custom-lz4-stream-cut.dump",
       "customers after 0 bytes: lz4 data end in the middle, at byte 316 of the compressed data | \n"},
      {"custom-negative-chunk-length.dump",
       "customers after 0 bytes: its framing is damaged | Byte 6027, chunk length: its value -100 is out of range.\n"},
      {"custom-negative-dump-id.dump",
       "fatal: F is damaged in entry 9 of 22 of its table of contents | Byte 1906, dumpId: its value -5 is out of range.\n"},
      {"custom-none-flipped-byte.dump",
       ""},
      {"custom-none-truncated-between-rows.dump",
       "customers after 317 bytes: its framing is damaged | Byte 6394, chunk length: the file ends inside it.\n"
       "legacy_refs after 0 bytes: its data block is not in the file | Its offset is 8503, and blocks lie from 6021 to 6394.\n"
       "nothing_here after 0 bytes: its data block is not in the file | Its offset is 8735, and blocks lie from 6021 to 6394.\n"
       "odd \"name; -- after 0 bytes: its data block is not in the file | Its offset is 8756, and blocks lie from 6021 to 6394.\n"},
      {"custom-none-truncated-mid-row.dump",
       "customers after 317 bytes: its framing is damaged | Byte 6394, chunk length: it is 32, and 4 bytes are left.\n"
       "legacy_refs after 0 bytes: its data block is not in the file | Its offset is 8503, and blocks lie from 6021 to 6403.\n"
       "nothing_here after 0 bytes: its data block is not in the file | Its offset is 8735, and blocks lie from 6021 to 6403.\n"
       "odd \"name; -- after 0 bytes: its data block is not in the file | Its offset is 8756, and blocks lie from 6021 to 6403.\n"},
      {"custom-offset-beyond-end.dump",
       "customers after 0 bytes: its data block is not in the file | Its offset is 1000000000000, and blocks lie from 6021 to 6764.\n"},
      {"custom-offset-of-other-block.dump",
       "customers after 0 bytes: another entry's data is at its place | At byte 6654 is the block of dumpId 3544.\n"},
      {"custom-piped-truncated-between-blocks.dump",
       "odd \"name; -- after 0 bytes: its data block is missing | The file ends at byte 8756, where its block could begin.\n"},
      {"custom-piped-truncated-mid-block.dump",
       "odd \"name; -- after 0 bytes: its framing is damaged | Byte 8762, chunk length: it is 22, and 9 bytes are left.\n"},
      {"custom-text-mode.dump",
       "fatal: F is damaged in its header | Byte 37, creation time: its value 8257536 is out of range. Each line feed has a carriage return before it: the file went through a transfer in text mode.\n"},
      {"custom-truncated-after-toc.dump",
       "customers after 0 bytes: its data block is not in the file | Its offset is 6021, and blocks lie from 6021 to 6021.\n"
       "legacy_refs after 0 bytes: its data block is not in the file | Its offset is 6531, and blocks lie from 6021 to 6021.\n"
       "nothing_here after 0 bytes: its data block is not in the file | Its offset is 6625, and blocks lie from 6021 to 6021.\n"
       "odd \"name; -- after 0 bytes: its data block is not in the file | Its offset is 6654, and blocks lie from 6021 to 6021.\n"},
      {"custom-truncated-in-block-data.dump",
       "customers after 0 bytes: its framing is damaged | Byte 6027, chunk length: it is 494, and 200 bytes are left.\n"
       "legacy_refs after 0 bytes: its data block is not in the file | Its offset is 6531, and blocks lie from 6021 to 6232.\n"
       "nothing_here after 0 bytes: its data block is not in the file | Its offset is 6625, and blocks lie from 6021 to 6232.\n"
       "odd \"name; -- after 0 bytes: its data block is not in the file | Its offset is 6654, and blocks lie from 6021 to 6232.\n"},
      {"custom-truncated-in-block-length.dump",
       "customers after 0 bytes: its framing is damaged | Byte 6027, chunk length: the file ends inside it.\n"
       "legacy_refs after 0 bytes: its data block is not in the file | Its offset is 6531, and blocks lie from 6021 to 6030.\n"
       "nothing_here after 0 bytes: its data block is not in the file | Its offset is 6625, and blocks lie from 6021 to 6030.\n"
       "odd \"name; -- after 0 bytes: its data block is not in the file | Its offset is 6654, and blocks lie from 6021 to 6030.\n"},
      {"custom-truncated-in-header.dump",
       "fatal: F is damaged in its header | Byte 17, creation time: the file ends inside it.\n"},
      {"custom-truncated-in-magic.dump",
       "fatal: F is damaged in its header | Byte 0, magic: the file ends inside it.\n"},
      {"custom-truncated-in-toc.dump",
       "fatal: F is damaged in entry 13 of 22 of its table of contents | Byte 2979, copyStmt: its length is 54, and 26 bytes are left.\n"},
      {"custom-truncated-last-end-marker.dump",
       "odd \"name; -- after 97 bytes: its framing is damaged | Byte 6759, chunk length: the file ends inside it.\n"},
      {"custom-unknown-compression.dump",
       "fatal: F is damaged in its header | Byte 11, compression: algorithm 9 is not known.\n"},
      {"custom-wrong-magic.dump",
       "fatal: F is no archive of pg_dump | It starts neither with \"PGDMP\" nor with the header of a tar.\n"},
      {"custom-zstd-flipped-byte.dump",
       ""},
      {"custom-zstd-stream-cut.dump",
       "customers after 0 bytes: zstd data end in the middle, at byte 245 of the compressed data | \n"},
      {"dir-empty-data",
       "customers after 0 bytes: its data does not end as pg_dump ends it | Behind the last row the line \\. and two empty lines are expected: rows are missing.\n"},
      {"dir-gzip-truncated",
       "customers after 563 bytes: gzip data end in the middle, at byte 253 of the compressed data | \n"},
      {"dir-lz4-truncated",
       "customers after 0 bytes: lz4 data end in the middle, at byte 316 of the compressed data | \n"},
      {"dir-missing-data",
       "customers after 0 bytes: its file F/3543.dat is missing | \n"},
      {"dir-missing-toc",
       "fatal: F has no toc.dat | \n"},
      {"dir-none-truncated",
       "customers after 695 bytes: its data does not end as pg_dump ends it | Behind the last row the line \\. and two empty lines are expected: rows are missing.\n"},
      {"dir-none-truncated-at-row",
       "customers after 2150 bytes: its data does not end as pg_dump ends it | Behind the last row the line \\. and two empty lines are expected: rows are missing.\n"},
      {"dir-not-gzip",
       "customers after 12 bytes: its data does not end as pg_dump ends it | Behind the last row the line \\. and two empty lines are expected: rows are missing.\n"},
      {"dir-truncated-toc",
       "fatal: F (toc.dat) is damaged in entry 9 of 22 of its table of contents | Byte 1934, defn: its length is 77, and 61 bytes are left.\n"},
      {"dir-zstd-truncated",
       "customers after 0 bytes: zstd data end in the middle, at byte 245 of the compressed data | \n"},
      {"tar-absurd-size.tar",
       "note: F is cut or damaged\ncustomers after 0 bytes: the tar ends inside \"3543.dat\" in F | The member begins at byte 7168 and should have 8589934591 bytes; 12800 are left.\n"
       "legacy_refs after 0 bytes: its file \"3545.dat\" in F is missing | The tar ends inside the member whose header is at byte 6656.\n"
       "nothing_here after 0 bytes: its file \"3546.dat\" in F is missing | The tar ends inside the member whose header is at byte 6656.\n"
       "odd \"name; -- after 0 bytes: its file \"3544.dat\" in F is missing | The tar ends inside the member whose header is at byte 6656.\n"},
      {"tar-bad-checksum.tar",
       "note: F is cut or damaged\ncustomers after 0 bytes: its file \"3543.dat\" in F is missing | The member's header at byte 6656 is damaged (checksum), and what is behind it cannot be found.\n"
       "legacy_refs after 0 bytes: its file \"3545.dat\" in F is missing | The member's header at byte 6656 is damaged (checksum), and what is behind it cannot be found.\n"
       "nothing_here after 0 bytes: its file \"3546.dat\" in F is missing | The member's header at byte 6656 is damaged (checksum), and what is behind it cannot be found.\n"
       "odd \"name; -- after 0 bytes: its file \"3544.dat\" in F is missing | The member's header at byte 6656 is damaged (checksum), and what is behind it cannot be found.\n"},
      {"tar-bad-first-checksum.tar",
       "fatal: F is damaged in the header of its first member | Byte 0: the checksum is wrong.\n"},
      {"tar-no-end-blocks.tar",
       "note: F is cut or damaged\n"},
      {"tar-truncated-between-members.tar",
       "note: F is cut or damaged\ncustomers after 0 bytes: its file \"3543.dat\" in F is missing | The tar ends without an empty block: it was cut.\n"
       "legacy_refs after 0 bytes: its file \"3545.dat\" in F is missing | The tar ends without an empty block: it was cut.\n"
       "nothing_here after 0 bytes: its file \"3546.dat\" in F is missing | The tar ends without an empty block: it was cut.\n"
       "odd \"name; -- after 0 bytes: its file \"3544.dat\" in F is missing | The tar ends without an empty block: it was cut.\n"},
      {"tar-truncated-in-first-header.tar",
       "fatal: F is damaged in the header of its first member | Byte 0: the file ends inside it.\n"},
      {"tar-truncated-in-header.tar",
       "note: F is cut or damaged\ncustomers after 0 bytes: its file \"3543.dat\" in F is missing | The tar ends inside a member's header, at byte 6656.\n"
       "legacy_refs after 0 bytes: its file \"3545.dat\" in F is missing | The tar ends inside a member's header, at byte 6656.\n"
       "nothing_here after 0 bytes: its file \"3546.dat\" in F is missing | The tar ends inside a member's header, at byte 6656.\n"
       "odd \"name; -- after 0 bytes: its file \"3544.dat\" in F is missing | The tar ends inside a member's header, at byte 6656.\n"},
      {"tar-truncated-in-member.tar",
       "note: F is cut or damaged\ncustomers after 0 bytes: the tar ends inside \"3543.dat\" in F | The member begins at byte 7168 and should have 2346 bytes; 500 are left.\n"
       "legacy_refs after 0 bytes: its file \"3545.dat\" in F is missing | The tar ends inside the member whose header is at byte 6656.\n"
       "nothing_here after 0 bytes: its file \"3546.dat\" in F is missing | The tar ends inside the member whose header is at byte 6656.\n"
       "odd \"name; -- after 0 bytes: its file \"3544.dat\" in F is missing | The tar ends inside the member whose header is at byte 6656.\n"},
      {"tar-truncated-in-toc.tar",
       "fatal: F: \"toc.dat\" in F cannot be read: the tar ends inside \"toc.dat\" in F | The member begins at byte 512 and should have 5965 bytes; 2488 are left.\n"}}));
  CAPTURE(c.file);
  const std::string path = archive_path("damaged/") + c.file;
  CHECK(without_path(damage_of(path), path) == c.damage);
}

TEST_CASE("an error about one table names table and archive", "[archive]") {
  const std::string path = archive_path("damaged/dir-missing-data");
  const Opened archive = open_path(path);
  const TocEntry& customers = archive->entries()[*archive->find(DumpId{3543})];
  CHECK(archive->open_rows(customers).error().message == "data of TABLE DATA public.customers (dumpId 3543) in archive \"" + path +
                                                            "\" cannot be read: its file " + path + "/3543.dat is missing");
}

TEST_CASE("a custom archive cut anywhere is refused, or says which tables it lost", "[archive]") {
  const std::string name = GENERATE("v18-small-custom-gzip.dump", "v18-small-custom-none-piped.dump");
  const std::string whole = file_text(archive_path(name));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Opened archive = open_bytes("cut.dump", whole.substr(0, length));
    if (!archive.archive) continue;
    std::size_t damaged = 0;
    for (const TocEntry& entry : archive->entries()) {
      if (entry.has_data) damaged += !drain(archive->open_rows(entry)).error.message.empty();
    }
    CAPTURE(name, length);
    REQUIRE(damaged > 0);
  }
}

TEST_CASE("a tar cut anywhere is refused, or says which tables it lost", "[archive]") {
  const std::string whole = file_text(archive_path("v18-small-tar.tar"));
  const Opened complete = open_fixture("v18-small-tar.tar");
  // Behind the last data comes restore.sql, which nobody needs.
  const std::size_t end = whole.find("restore.sql");
  REQUIRE(end != std::string::npos);
  for (std::size_t length = 0; length < end; length += 37) {
    const Opened archive = open_bytes("cut.tar", whole.substr(0, length));
    if (!archive.archive) continue;
    std::size_t damaged = 0;
    for (const TocEntry& entry : archive->entries()) {
      if (entry.has_data) damaged += !drain(archive->open_rows(entry)).error.message.empty();
    }
    CAPTURE(length);
    // The padding behind the last row may be gone.
    REQUIRE((damaged > 0 || length + 512 > end));
  }
}

TEST_CASE("changing any byte of an archive's front never ends in anything but an archive or an error", "[archive]") {
  const std::string whole = file_text(archive_path("v18-small-custom-gzip.dump"));
  std::size_t opened = 0;
  for (std::size_t at = 0; at < 6100; ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x81);
    const Opened archive = open_bytes("changed.dump", changed);
    if (!archive.archive) {
      REQUIRE_FALSE(archive.archive.error().message.empty());
      continue;
    }
    ++opened;
    for (const TocEntry& entry : archive->entries()) drain(archive->open_rows(entry));
  }
  CHECK(opened > 0);
}
