#include "parsers/archive/list_file.h"

#include "tests/parsers/archive/archive_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// The ids of a list, then its warnings, or the error.
std::string parsed(std::string_view text, const Archive& archive) {
  const Result<ListFile> list = parse_list(text, archive);
  if (!list) return "error: " + list.error().message;
  std::string shown;
  for (const DumpId id : list->entries) shown += std::to_string(static_cast<int>(id)) + " ";
  for (const Diagnostic& warning : list->warnings.kept()) shown += "| " + warning.message;
  return shown;
}

}  // namespace

TEST_CASE("a line of a list names the entry as pg_restore -l does", "[archive]") {
  // Printed by pg_restore 15 -l.
  const Opened archive = open_fixture("v15-custom-gzip.dump");
  const auto line = [&](int id) { return list_line(archive->entries()[*archive->find(DumpId{id})]); };
  CHECK(line(6) == "6; 2615 16633 SCHEMA - Größe Räume postgres");
  CHECK(line(3492) == "3492; 0 16665 TABLE DATA public Orders postgres");
  CHECK(line(3335) == "3335; 2606 16730 FK CONSTRAINT Größe Räume Abteilung Abteilung_Leiter \"Nr\"_fkey postgres");
}

TEST_CASE("a list file is read as pg_restore -L reads it", "[archive]") {
  const Opened archive = open_fixture("v13-small-custom-gzip.dump");  // 202 and 3066 to 3069 exist, the largest is 3078
  struct Case {
    const char* text;
    const char* parsed;
  };
  const Case c = GENERATE(values<Case>({
      {"3067; 0 16499 TABLE DATA\n202; 1259 16400 TABLE\n", "3067 202 "},
      {";202; 1259 16400 TABLE\n\n  \t\r\n3066", "3066 "},
      {"; comment\n  202 whatever it says; 1\r\n", "202 "},
      {"+202\n", "202 "},
      {"202;\n202;\n", "202 | line 2 of the list is ignored: 202"},
      {"0;\n-5;\n3079;\nTABLE customers\n", "| line 1 of the list is ignored: 0| line 2 of the list is ignored: -5"
                                             "| line 3 of the list is ignored: 3079| line 4 of the list is ignored: TABLE customers "},
      {"\xef\xbb\xbf" "202;\n", "| line 1 of the list is ignored: \xef\xbb\xbf" "202"},
      {"99999999999999999999;\n", "| line 1 of the list is ignored: 99999999999999999999"},
      {"202;\n1000;\n", "error: could not find entry for ID 1000, in line 2 of the list"},
  }));
  CAPTURE(c.text);
  CHECK(parsed(c.text, *archive) == c.parsed);
}
