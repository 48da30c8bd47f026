#include "parsers/log/csv_record.h"

#include "parsers/log/units.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

const std::string kFront = "2026-11-20 10:34:05.368 UTC,\"app\",\"shop\",7,\"[local]\",6b00221d.7,3,\"INSERT\",2026-11-20 10:34:05 UTC,2/6,733,ERROR,23503,";
const std::string kBack = ",,,,,,,,,\"psql\"";

}  // namespace

TEST_CASE("a csv record is read as the server writes it", "[log]") {
  const std::string text = kFront + "\"say \"\"a\nb\"\"\"" + kBack + "\nrest";
  const std::optional<CsvRecord> record = csv_record_at(text);
  REQUIRE(record);
  CHECK(record->fields.size() == 23);
  CHECK(record->value(13) == "say \"a\nb\"");
  CHECK_FALSE(record->value(14).has_value());
  CHECK(record->value(22) == "psql");
  CHECK_FALSE(record->cut);
}

TEST_CASE("what is no record is refused", "[log]") {
  CHECK_FALSE(csv_record_at("not a record").has_value());
  CHECK_FALSE(csv_record_at("2026-11-20 10:34:05.368 UTC,a,b\n").has_value());
  CHECK_FALSE(csv_record_at("").has_value());
}

TEST_CASE("lines inside a literal do not pass for records", "[log]") {
  std::string inside = kFront + "\"fake\"" + kBack;
  std::string doubled;
  for (const char c : inside) doubled.append(c == '"' ? 2 : 1, c);
  const std::string text = kFront + "\"real\",,,,,,\"INSERT INTO t VALUES ('x\n" + doubled + "\n23503')\",,,\"psql\"\n";
  const Units units(text, Framing::csv);
  Unit unit;
  REQUIRE(units.at(text.rfind("23503"), unit));
  CHECK(unit.begin == 0);
  CHECK(unit.next == text.size());
}
