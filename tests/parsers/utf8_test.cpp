#include <string>

#include "parsers/copy/utf8.h"
#include "tests/support/catch.h"

// Recorded with convert_from('\x..', 'UTF8').
TEST_CASE("bytes that are no UTF-8 are named as the server names them", "[types]") {
  struct Case {
    std::string text;
    std::string named;  // empty: valid
  };
  using namespace std::string_literals;
  const auto c = GENERATE(values<Case>({
      {"plain ascii text, longer than sixteen bytes", ""},
      {"é ü € 😀", ""},
      {"abc\xff", "0xff"},
      {"\xc3\x28", "0xc3 0x28"},
      {"\xc3", "0xc3"},
      {"\xe2\x82", "0xe2 0x82"},
      {"\xe2\x28\xa1", "0xe2 0x28 0xa1"},
      {"\xc0\xaf", "0xc0 0xaf"},
      {"\xed\xa0\x80", "0xed 0xa0 0x80"},
      {"\xf4\x90\x80\x80", "0xf4 0x90 0x80 0x80"},
      {"\x80", "0x80"},
      {"0123456789abcdef0123456789abcde\xfe", "0xfe"},
      {"abc\0def"s, "0x00"},
      {"0123456789abcde\0"s, "0x00"},
  }));
  CAPTURE(c.text);
  CHECK(pgfk::invalid_utf8(c.text).value_or("") == c.named);
}
