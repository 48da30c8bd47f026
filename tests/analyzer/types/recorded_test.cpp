// Literals and casts against what a real PostgreSQL 15 answered (fixtures/types/*.txt).
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "analyzer/types/type_io.h"
#include "tests/analyzer/types/lookup.h"
#include "tests/support/catch.h"

namespace {

using namespace pgfk;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t at = text.find(separator); at != std::string::npos; at = text.find(separator, start)) {
    parts.push_back(text.substr(start, at - start));
    start = at + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
    } else {
      const char c = text[++at];
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
  }
  return out;
}

std::string escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '\\') out += c;
      out += c;
    }
  }
  return out;
}

ValueSettings settings_of(const std::string& text) {
  ValueSettings settings;
  for (const std::string& one : split(text, ';')) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = one.substr(0, equals), value = one.substr(equals + 1);
    const auto has = [&](const char* word) { return value.find(word) != std::string::npos; };
    if (name == "datestyle") {
      settings.date_style = has("sql") ? DateStyle::sql : has("postgres") ? DateStyle::postgres : has("german") ? DateStyle::german : DateStyle::iso;
      settings.date_order = has("dmy") ? DateOrder::dmy : has("ymd") ? DateOrder::ymd : DateOrder::mdy;
    } else if (name == "timezone") {
      settings.time_zone = value;
    } else if (name == "intervalstyle") {
      settings.interval_style = value == "postgres_verbose" ? IntervalStyle::postgres_verbose
                                : value == "sql_standard"   ? IntervalStyle::sql_standard
                                                            : IntervalStyle::iso_8601;
    } else if (name == "extra_float_digits") {
      settings.extra_float_digits = std::atoi(value.c_str());
    } else if (name == "bytea_output") {
      settings.bytea_escape = value == "escape";
    }
  }
  return settings;
}

/// "OK text" or "ERR 22P02 message | detail".
std::string answer_of(const TypeContext& context, const Outcome<Value>& value) {
  if (value.ok()) return "OK " + (value->is_null() ? "(null)" : escape(write_value(context, *value)));
  if (value.doubtful()) return "DOUBT " + value.doubt().reason;
  std::string answer = "ERR " + value.error().sqlstate + " " + escape(value.error().message);
  if (!value.error().detail.empty()) answer += " | " + escape(value.error().detail);
  return answer;
}

std::string answer_to(const TestTypes& types, const std::vector<std::string>& fields) {
  const ValueSettings settings = settings_of(fields[2]);
  const TypeContext context{types, settings};
  const std::size_t arrow = fields[0].find('>');
  const bool cast = arrow != std::string::npos;
  const TypeId type = types.named(cast ? fields[0].substr(arrow + 1) : fields[0]);
  std::vector<std::int64_t> modifiers;
  std::int32_t interval_fields = -1;
  if (fields[1] != "-") {
    for (const std::string& one : split(fields[1], ',')) {
      if (one[0] == 'f') {
        interval_fields = std::atoi(one.c_str() + 1);
      } else {
        modifiers.push_back(std::atoll(one.c_str()));
      }
    }
  }
  const Outcome<std::int32_t> typmod = read_typmod(type, modifiers, interval_fields);
  REQUIRE(typmod.ok());
  const std::string text = unescape(fields[3]);
  if (!cast) return answer_of(context, read_value(context, type, *typmod, text));
  const Outcome<Value> from = read_value(context, types.named(fields[0].substr(0, arrow)), -1, text);
  if (!from) return answer_of(context, from);
  return answer_of(context, cast_value(context, *from, type, *typmod, CastContext::explicit_));
}

}  // namespace

TEST_CASE("literals and casts are what the server says they are", "[types]") {
  const auto name = GENERATE(values<const char*>({"datetime", "interval", "numbers", "texts", "compounds", "casts"}));
  std::ifstream recorded(std::string(PGFK_SOURCE_DIR) + "/fixtures/types/" + name + ".txt");
  REQUIRE(recorded.is_open());
  const TestTypes types;
  std::string line, ours, servers;
  while (std::getline(recorded, line)) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = split(line, '\t');
    REQUIRE(fields.size() == 5);
    const std::string answer = answer_to(types, fields);
    const std::string question = fields[0] + " " + fields[1] + " " + fields[2] + " '" + fields[3] + "': ";
    if (answer == fields[4]) continue;
    ours += question + answer + "\n";
    servers += question + fields[4] + "\n";
  }
  CHECK(ours == servers);
}
