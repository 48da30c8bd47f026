// Backends write between each other's lines: every part has to find its ERROR, whatever the order.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "parsers/log/log_reader.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

struct Backend {
  int pid = 0;
  std::vector<std::string> pieces;                // in the order in which the backend writes them; what must stay together is one piece
  std::map<std::string, std::string> statements;  // by key
};

Backend make_backend(std::mt19937& random, int pid, bool syslog) {
  Backend backend;
  backend.pid = pid;
  int sequence = 4;
  for (int event = 0; event < 5; ++event) {
    const std::string key = std::to_string(pid * 100 + event);
    const std::string number = std::to_string(++sequence);
    int chunk = 0;
    const auto line = [&](const std::string& text, bool first) {
      const std::string id = std::to_string(pid);
      if (syslog) return "Nov 20 10:34:32 db1 postgres[" + id + "]: [" + number + "-" + std::to_string(++chunk) + "] " + (first ? "app@shop " : "") + text + "\n";
      return (first ? "2026-11-20 10:34:05.368 UTC [" + id + "] app@shop " : "\t") + text + "\n";
    };
    if (random() % 4 == 0) {
      backend.pieces.push_back(line("ERROR:  duplicate key value violates unique constraint \"a_pkey\"", true));
      backend.pieces.push_back(line("DETAIL:  Key (id)=(1) already exists.", true));
      continue;
    }
    backend.pieces.push_back(line("ERROR:  insert or update on table \"a\" violates foreign key constraint \"a_b_fkey\"", true));
    backend.pieces.push_back(line("DETAIL:  Key (b)=(" + key + ") is not present in table \"b\".", true));
    std::string statement = "INSERT INTO a VALUES (" + key + ")";
    std::string lines = line("STATEMENT:  " + statement, true);
    if (random() % 2 == 0) {
      statement += "\n-- of " + key;
      // In a file a continuation follows its line at once; syslog numbers its pieces.
      const std::string more = line((syslog ? "#011-- of " : "-- of ") + key, false);
      if (syslog) {
        backend.pieces.push_back(lines);
        lines = more;
      } else {
        lines += more;
      }
    }
    backend.pieces.push_back(lines);
    backend.statements[key] = statement;
  }
  return backend;
}

void check(unsigned seed, bool syslog) {
  CAPTURE(seed, syslog);
  std::mt19937 random(seed);
  std::vector<Backend> backends;
  std::map<std::string, std::string> wanted;
  for (int pid = 100; pid < 106; ++pid) {
    backends.push_back(make_backend(random, pid, syslog));
    wanted.insert(backends.back().statements.begin(), backends.back().statements.end());
  }
  std::string text;
  std::vector<std::size_t> at(backends.size());
  for (;;) {
    std::vector<std::size_t> left;
    for (std::size_t backend = 0; backend < backends.size(); ++backend) {
      if (at[backend] < backends[backend].pieces.size()) left.push_back(backend);
    }
    if (left.empty()) break;
    const std::size_t backend = left[random() % left.size()];
    text += backends[backend].pieces[at[backend]++];
  }
  Sources sources;
  Diagnostics diagnostics;
  const SourceId id = sources.add(Source::of_text("interleaved.log", text));
  LogOptions options;
  options.threads = 1 + seed % 2;
  Result<std::unique_ptr<LogReader>> reader = LogReader::open(sources, {id}, options, diagnostics);
  REQUIRE(reader.ok());
  std::map<std::string, std::string> found;
  for (LogEvent event; (*reader)->next(event);) {
    REQUIRE(event.key_values.size() == 1);
    REQUIRE(event.pid.has_value());
    CHECK(event.key_values[0].substr(0, 3) == std::to_string(*event.pid));
    found[event.key_values[0]] = event.statement.value_or("none");
  }
  CHECK(found == wanted);
}

}  // namespace

TEST_CASE("parts of an event find it between other backends' lines", "[log]") {
  for (unsigned seed = 0; seed < 200; ++seed) check(seed, false);
}

TEST_CASE("pieces of syslog messages find each other by process and number", "[log]") {
  for (unsigned seed = 0; seed < 200; ++seed) check(seed, true);
}
