#include "parsers/archive/archive.h"

#include <map>
#include <thread>

#include "parsers/archive/entry_names.h"
#include "parsers/archive/restore_script.h"
#include "tests/parsers/archive/archive_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// The key behind \restrict in a script of pg_dump: random, and all that differs between a plain dump and a restored archive.
std::string restrict_key(const std::string& script) {
  const std::size_t at = script.find("\n\\restrict ");
  if (at == std::string::npos) return "";
  const std::size_t start = at + std::string("\n\\restrict ").size();
  return script.substr(start, script.find('\n', start) - start);
}

std::string script_of(const Archive& archive, const RestoreOptions& options, const std::string& key) {
  std::string script;
  RestoreScriptOptions how;
  how.restrict_key = key;
  const std::optional<Error> error =
      write_script(archive, plan_restore(archive, options), how, [&](std::string_view text) { script.append(text); });
  if (error) script += "ERROR: " + error->message;
  return script;
}

/// The blocks of rows in a plain dump, by the COPY statement that starts them.
std::map<std::string, std::string> copy_blocks(const std::string& script) {
  std::map<std::string, std::string> blocks;
  for (std::size_t at = script.find("\nCOPY "); at != std::string::npos; at = script.find("\nCOPY ", at)) {
    const std::size_t rows = script.find('\n', at + 1) + 1;
    const std::size_t end = script.find("\n\\.\n", rows - 1) + 1;
    blocks[script.substr(at + 1, rows - at - 1)] = script.substr(rows, end - rows);
    at = end;
  }
  return blocks;
}

struct Dump {
  const char* archive;
  const char* plain;
};

}  // namespace

TEST_CASE("an archive's script is what pg_dump writes as a plain dump of the same database", "[archive]") {
  const Dump dump = GENERATE(values<Dump>({
      {"v13-small-custom-gzip.dump", "v13-small-plain.sql"},
      {"v13-small-custom-none-piped.dump", "v13-small-plain.sql"},
      {"v13-small-dir-gzip", "v13-small-plain.sql"},
      {"v13-small-tar.tar", "v13-small-plain.sql"},
      {"synthetic/custom-1.14-integer-size-8.dump", "v13-small-plain.sql"},
      {"synthetic/custom-1.14-offset-size-4.dump", "v13-small-plain.sql"},
      {"v15-custom-gzip.dump", "v15-plain.sql"},
      {"v15-custom-none.dump", "v15-plain.sql"},
      {"v15-custom-piped.dump", "v15-plain.sql"},
      {"v15-dir-gzip", "v15-plain.sql"},
      {"v15-dir-none", "v15-plain.sql"},
      {"v15-tar.tar", "v15-plain.sql"},
      {"v17-custom-lz4.dump", "v17-plain.sql"},
      {"v17-custom-zstd.dump", "v17-plain.sql"},
      {"v17-dir-lz4", "v17-plain.sql"},
      {"v17-dir-zstd", "v17-plain.sql"},
      {"v17-tar.tar", "v17-plain.sql"},
      {"v18-custom-gzip.dump", "v18-plain.sql"},
      {"v18-custom-inserts.dump", "v18-plain-inserts.sql"},
      {"v18-custom-data-only.dump", "v18-plain-data-only.sql"},
      {"v18-custom-schema-only.dump", "v18-plain-schema-only.sql"},
      {"v18-small-custom-append.dump", "v18-small-plain.sql"},
      {"v18-small-custom-gzip.dump", "v18-small-plain.sql"},
      {"v18-small-custom-lz4.dump", "v18-small-plain.sql"},
      {"v18-small-custom-none.dump", "v18-small-plain.sql"},
      {"v18-small-custom-none-piped.dump", "v18-small-plain.sql"},
      {"v18-small-custom-zstd.dump", "v18-small-plain.sql"},
      {"v18-small-custom-via-root.dump", "v18-small-plain-via-root.sql"},
      {"v18-small-dir-gzip", "v18-small-plain.sql"},
      {"v18-small-dir-gzipped-later", "v18-small-plain.sql"},
      {"v18-small-dir-jobs", "v18-small-plain.sql"},
      {"v18-small-dir-lz4", "v18-small-plain.sql"},
      {"v18-small-dir-none", "v18-small-plain.sql"},
      {"v18-small-dir-zstd", "v18-small-plain.sql"},
      {"v18-small-tar.tar", "v18-small-plain.sql"},
  }));
  CAPTURE(dump.archive);
  const Opened archive = open_fixture(dump.archive);
  REQUIRE(archive.archive.ok());
  const std::string plain = file_text(archive_path(dump.plain));
  CHECK(script_of(*archive, {}, restrict_key(plain)) == plain);
}

TEST_CASE("parts of an archive are what pg_dump writes with the same option", "[archive]") {
  const auto check = [](const char* name, const RestoreOptions& options, const char* plain_name) {
    CAPTURE(name, plain_name);
    const std::string plain = file_text(archive_path(plain_name));
    CHECK(script_of(*open_fixture(name), options, restrict_key(plain)) == plain);
  };
  RestoreOptions pre_data;
  pre_data.data = pre_data.post_data = false;
  check("v18-custom-gzip.dump", pre_data, "v18-plain-section-pre-data.sql");
  RestoreOptions data;
  data.pre_data = data.post_data = false;
  check("v15-custom-gzip.dump", data, "v15-plain-section-data.sql");
  RestoreOptions post_data;
  post_data.pre_data = post_data.data = false;
  check("v18-custom-gzip.dump", post_data, "v18-plain-section-post-data.sql");
  RestoreOptions without_triggers;
  without_triggers.disable_triggers = true;
  check("v18-custom-data-only.dump", without_triggers, "v18-plain-data-only-disable-triggers.sql");
}

TEST_CASE("rows come without their terminator, whatever the codec, the framing and the window", "[archive]") {
  const Dump dump = GENERATE(values<Dump>({{"v15-custom-none.dump", "v15-plain.sql"},
                                           {"v15-custom-piped.dump", "v15-plain.sql"},
                                           {"v15-dir-none", "v15-plain.sql"},
                                           {"v15-tar.tar", "v15-plain.sql"},
                                           {"v17-custom-lz4.dump", "v17-plain.sql"},
                                           {"v17-dir-zstd", "v17-plain.sql"}}));
  const std::size_t window = GENERATE(1u, 5u, 63u, 64u, 4096u);
  CAPTURE(dump.archive, window);
  const Opened archive = open_fixture(dump.archive);
  REQUIRE(archive.archive.ok());
  std::map<std::string, std::string> found;
  for (const TocEntry& entry : archive->entries()) {
    if (entry.kind != "TABLE DATA") continue;
    const Drained rows = drain(archive->open_rows(entry), window);
    CHECK(rows.error.message == "");
    found[std::string(entry.copy_statement.value_or("NULL"))] = rows.bytes;
  }
  CHECK(found == copy_blocks(file_text(archive_path(dump.plain))));
  CHECK(found.size() == 16);
}

TEST_CASE("re-encoded archives of versions up to 1.13 hold the same rows", "[archive]") {
  const char* name = GENERATE("synthetic/custom-1.12.dump", "synthetic/custom-1.12-no-offsets.dump", "synthetic/custom-1.13.dump",
                              "synthetic/custom-1.15.dump");
  CAPTURE(name);
  const Opened archive = open_fixture(name);
  REQUIRE(archive.archive.ok());
  std::map<std::string, std::string> found;
  for (const TocEntry& entry : archive->entries()) {
    if (entry.has_data) found[std::string(*entry.copy_statement)] = drain(archive->open_rows(entry)).bytes;
  }
  CHECK(found == copy_blocks(file_text(archive_path("v13-small-plain.sql"))));
}

TEST_CASE("the header says who wrote the archive, and how", "[archive]") {
  // The facts are those that pg_restore -l prints.
  const Opened custom = open_fixture("v15-custom-gzip.dump");
  CHECK(custom->header().minor == 14);
  CHECK(custom->header().compression == ArchiveCompression::gzip);
  CHECK(custom->header().compression_level == -1);
  CHECK(custom->header().database == "shop");
  CHECK(custom->header().server_version == "15.18 (Debian 15.18-0+deb12u1)");
  CHECK(custom->header().pg_dump_version == "15.18 (Debian 15.18-0+deb12u1)");
  CHECK(custom->header().created.year == 2026);
  CHECK(custom->header().created.month == 11);
  CHECK(custom->header().created.day == 20);
  CHECK(custom->entries().size() == 103);
  CHECK(custom->encoding() == "UTF8");
  CHECK(custom->standard_conforming_strings());
  CHECK(custom->search_path_statement() == "SELECT pg_catalog.set_config('search_path', '', false);\n");

  CHECK(open_fixture("v17-custom-zstd.dump")->header().compression == ArchiveCompression::zstd);
  CHECK(open_fixture("v17-dir-lz4")->header().compression == ArchiveCompression::lz4);
  CHECK(open_fixture("v18-small-custom-latin1.dump")->encoding() == "LATIN1");
  CHECK(open_fixture("v17-tar.tar")->header().kind == ArchiveKind::tar);
  CHECK(open_fixture("synthetic/custom-1.12.dump")->search_path_statement() == "");
}

TEST_CASE("an entry is found by its dumpId, and the table of data by its dependency", "[archive]") {
  const Opened archive = open_fixture("v13-small-custom-gzip.dump");
  const std::optional<std::size_t> data = archive->find(DumpId{3066});
  REQUIRE(data.has_value());
  const TocEntry& entry = archive->entries()[*data];
  CHECK(entry_name(entry) == "TABLE DATA public.customers (dumpId 3066)");
  CHECK(entry.object == 16400);
  CHECK(entry.section == Section::data);
  CHECK(archive->place_of(entry) == "TABLE DATA public.customers (dumpId 3066)");
  CHECK(archive->table_of(entry) == archive->find(DumpId{202}));
  CHECK(!archive->find(DumpId{1'000'000}).has_value());

  const Opened folder = open_fixture("v13-small-dir-gzip");
  CHECK(folder->place_of(folder->entries()[*folder->find(DumpId{3066})]) == "\"" + archive_path("v13-small-dir-gzip") + "/3066.dat.gz\"");
}

TEST_CASE("stored bytes are the file's in a directory, and in custom archives add up to all blocks", "[archive]") {
  const Opened folder = open_fixture("v15-dir-gzip");
  for (const TocEntry& entry : folder->entries()) {
    if (entry.kind != "TABLE DATA") continue;
    CHECK(folder->stored_bytes(entry) == std::filesystem::file_size(archive_path("v15-dir-gzip/") + std::string(entry.file_name) + ".gz"));
  }
  for (const char* name : {"v15-custom-gzip.dump", "v15-custom-piped.dump"}) {
    CAPTURE(name);
    const Opened custom = open_fixture(name);
    std::uint64_t sum = 0;
    for (const TocEntry& entry : custom->entries()) sum += custom->stored_bytes(entry);
    const TocEntry& last = custom->entries().back();
    CHECK(sum == custom.source->text().size() - (last.position + last.length));
  }
}

TEST_CASE("several threads may read tables of one archive, and find its blocks, at once", "[archive][threads]") {
  const char* name = GENERATE("v15-custom-piped.dump", "v15-dir-gzip", "v15-tar.tar");
  CAPTURE(name);
  const Opened archive = open_fixture(name);
  const std::map<std::string, std::string> expected = copy_blocks(file_text(archive_path("v15-plain.sql")));
  std::vector<std::size_t> wrong(4);
  std::vector<std::thread> threads;
  for (std::size_t& count : wrong) {
    threads.emplace_back([&archive, &expected, &count] {
      for (const TocEntry& entry : archive->entries()) {
        if (entry.kind != "TABLE DATA") continue;
        count += drain(archive->open_rows(entry)).bytes != expected.at(std::string(*entry.copy_statement));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<std::size_t>(4));
}
