// Tars in the forms that pg_dump and the tools of others write, made here of one that pg_dump wrote.
#include <cstdio>
#include <string>

#include "parsers/archive/archive.h"
#include "tests/parsers/archive/archive_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;
using namespace std::string_literals;

namespace {

constexpr std::size_t kBlock = 512;

/// A member as `header` says, with its checksum, and its padding.
std::string member(std::string name, const std::string& data, char type = '0', bool base_256 = false, std::string magic = "ustar\00000"s) {
  std::string header(kBlock, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 8, "0000600\0"s);
  char size[13];
  std::snprintf(size, sizeof size, "%011zo", data.size());
  header.replace(124, 12, std::string(size, 12));
  if (base_256) {
    header.replace(124, 12, 12, '\0');
    header[124] = '\x80';
    for (int place = 0; place < 8; ++place) header[static_cast<std::size_t>(135 - place)] = static_cast<char>(data.size() >> (8 * place));
  }
  header[156] = type;
  header.replace(257, magic.size(), magic);
  header.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  char checksum[9];
  std::snprintf(checksum, sizeof checksum, "%06o", sum);
  header.replace(148, 8, std::string(checksum, 6) + "\0 "s);
  std::string whole = header + data;
  whole.resize((whole.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return whole;
}

std::string data_file(const std::string& name) { return file_text(archive_path("v18-small-dir-none/" + name)); }

const std::string kEnd(2 * kBlock, '\0');

/// How many tables can be read whole, or the error.
std::string readable(const std::string& tar) {
  const Opened archive = open_bytes("shop.tar", tar);
  if (!archive.archive) return archive.archive.error().message + " | " + archive.archive.error().detail;
  std::string found;
  for (const TocEntry& entry : archive->entries()) {
    if (!entry.has_data) continue;
    const Drained rows = drain(archive->open_rows(entry));
    found += std::string(entry.file_name) + (rows.error.message.empty() ? " " : " damaged, ");
  }
  return found;
}

const char* const kAll = "3543.dat 3545.dat 3546.dat 3544.dat ";

/// All members, each name and each member changed by the functions.
template <typename Name, typename Make>
std::string all_members(const Name& name, const Make& make) {
  std::string tar;
  for (const char* each : {"toc.dat", "3543.dat", "3545.dat", "3546.dat", "3544.dat"}) tar += make(name(each), data_file(each));
  return tar + kEnd;
}

}  // namespace

TEST_CASE("a tar is read in all the forms that its headers may have", "[archive]") {
  const auto same = [](const std::string& name) { return name; };
  const auto plain = [](const std::string& name, const std::string& data) { return member(name, data); };
  CHECK(readable(all_members(same, plain)) == kAll);
  CHECK(readable(all_members([](const std::string& name) { return "./" + name; }, plain)) == kAll);
  CHECK(readable(all_members([](const std::string& name) { return "backup/shop/" + name; }, plain)) == kAll);
  CHECK(readable(all_members(same, [](const std::string& name, const std::string& data) { return member(name, data, '0', true); })) == kAll);
  CHECK(readable(all_members(same, [](const std::string& name, const std::string& data) { return member(name, data, '0', false, "ustar  \0"s); })) ==
        kAll);
  CHECK(readable(all_members(same, [](const std::string& name, const std::string& data) { return member(name, data, '\0'); })) == kAll);
  // GNU: the name in a member before it. pax: name and size there.
  const std::string folder = std::string(120, 'f') + "/";
  CHECK(readable(all_members(same, [&](const std::string& name, const std::string& data) {
          return member("././@LongLink", folder + name + '\0', 'L') + member("cut", data);
        })) == kAll);
  CHECK(readable(all_members(same, [&](const std::string& name, const std::string& data) {
          const std::string path = folder + name + "\n";
          const std::string record = " path=" + path;
          const std::string pax = std::to_string(record.size() + 3) + record + "30 mtime=1350244992.023960108\n";
          return member("x", pax, 'x') + member("cut", data);
        })) == kAll);
}

TEST_CASE("members may come in any order, between others, and without an end", "[archive]") {
  const auto one = [](const std::string& name) { return member(name, data_file(name)); };
  const std::string data = one("3544.dat") + one("3546.dat") + member("readme", "x") + one("3545.dat") + one("3543.dat");
  CHECK(readable(data + one("toc.dat") + kEnd) == kAll);
  CHECK(readable(one("toc.dat") + kEnd + data) == kAll);
  // Only what is beside toc.dat is meant.
  CHECK(readable(one("toc.dat") + member("other/3543.dat", "x") + data + kEnd) == kAll);
  CHECK(readable(one("toc.dat") + one("3543.dat") + kEnd) == "3543.dat 3545.dat damaged, 3546.dat damaged, 3544.dat damaged, ");
}

TEST_CASE("a tar without table of contents, or with a broken number, is refused or damaged", "[archive]") {
  CHECK(readable(member("3543.dat", "x") + kEnd) == "archive \"shop.tar\" has no toc.dat | ");
  std::string tar = member("toc.dat", data_file("toc.dat"));
  const std::size_t second = tar.size();
  tar += member("3543.dat", data_file("3543.dat"));
  tar.replace(second + 124, 12, 12, 'z');
  CHECK(readable(tar) == "3543.dat damaged, 3545.dat damaged, 3546.dat damaged, 3544.dat damaged, ");
}

TEST_CASE("a file name that no pg_dump writes is not looked for", "[archive]") {
  std::string toc = data_file("toc.dat");
  const std::size_t at = toc.find("3543.dat");
  REQUIRE(at != std::string::npos);
  toc.replace(at, 8, "../x.dat");
  const Opened archive = open_bytes("shop.tar", member("toc.dat", toc) + member("../x.dat", "1\n\\.\n\n\n") + kEnd);
  for (const TocEntry& entry : archive->entries()) {
    if (entry.file_name != "../x.dat") continue;
    CHECK(archive->open_rows(entry).error().detail == "The table of contents says \"../x.dat\", where digits and .dat are expected.");
  }
}
