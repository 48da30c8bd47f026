#include "analyzer/types/encoding.h"

#include <string>

#include "tests/support/catch.h"

TEST_CASE("every encoding that is listed can be read", "[types]") {
  for (const std::string& name : pgfk::encoding_names()) {
    CAPTURE(name);
    CHECK(pgfk::is_known_encoding(name));
    CHECK((pgfk::is_utf8_encoding(name) || pgfk::to_utf8("a", name) == "a"));
  }
  CHECK(pgfk::to_utf8("\xe9", "LATIN1") == "\xc3\xa9");
  CHECK(!pgfk::is_known_encoding("nosuch"));
}
