#include "parsers/log/json_members.h"

#include "tests/support/catch.h"

using namespace pgfk;

TEST_CASE("members are found by path, values are decoded", "[log]") {
  struct Case {
    const char* json;
    const char* path;
    const char* wanted;
  };
  const auto c = GENERATE(values<Case>({
      {R"({"a": "x"})", "a", "x"},
      {R"({"a": {"b": 7}})", "a.b", "7"},
      {R"({"a": [{"b": [{"c": "d"}]}]})", "a.b.c", "d"},
      {R"({"a": "\u00e9\ud83d\udc4d\n\"\\"})", "a", "\xc3\xa9\xf0\x9f\x91\x8d\n\"\\"},
      {R"({"a": [104, 105]})", "a", "hi"},
      {R"({"a": null, "b": true})", "b", "true"},
      {R"({"a": null})", "a", "none"},
      {"{\"a\": \"caf\xe9\"}", "a", "caf\xe9"},
      {R"({"a": "cut of)", "a", "cut of"},
      {R"({"a": "\ud83d"})", "a", "\xef\xbf\xbd"},
      {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "a", "none"},
      {"", "a", "none"},
  }));
  CAPTURE(c.json);
  const JsonMembers members(c.json);
  const std::string* value = members.find(c.path);
  CHECK((value == nullptr ? "none" : *value) == c.wanted);
}
