// Each wrapper's sample lines are claimed by exactly one shape; and what is claimed can be read.
#include <set>
#include <string>
#include <vector>

#include "parsers/input/source.h"
#include "parsers/log/log_plan.h"
#include "parsers/log/log_reader.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string sample_path(const std::string& name) { return PGFK_SOURCE_DIR "/fixtures/logs/shapes/" + name + ".log"; }

struct Read {
  LogFormat format;
  std::vector<LogEvent> events;
};

Read read_sample(const std::string& name) {
  Sources sources;
  Diagnostics diagnostics;
  Result<std::unique_ptr<Source>> source = Source::open(sample_path(name));
  REQUIRE(source.ok());
  const SourceId id = sources.add(std::move(*source));
  Result<std::unique_ptr<LogReader>> reader = LogReader::open(sources, {id}, LogOptions(), diagnostics);
  REQUIRE(reader.ok());
  Read read;
  for (LogEvent event; (*reader)->next(event);) read.events.push_back(event);
  read.format = (*reader)->inputs().front().format;
  return read;
}

/// The first lines hold no text that only quotes a message.
std::size_t mentions_in(const std::string& name) {
  Result<std::unique_ptr<Source>> source = Source::open(sample_path(name));
  REQUIRE(source.ok());
  std::size_t count = 0;
  const std::string_view text = (*source)->text(), message = "violates foreign key constraint";
  for (std::size_t at = text.find(message); at != std::string_view::npos; at = text.find(message, at + 1)) ++count;
  return count;
}

struct Case {
  const char* sample;
  const char* format;
  const char* wrapper;
};
const std::vector<Case> kCases = {
    {"alloydb", "stderr", "alloydb"},         {"ansi", "stderr", "ansi"},
    {"aws-logs-tail", "stderr", "aws-logs-tail"}, {"azure", "jsonlog", "azure"},
    {"azure-document", "jsonlog", "azure"},   {"cloudnativepg", "jsonlog", "cloudnativepg"},
    {"cloudsql", "stderr", "cloudsql"},       {"cloudsql-document", "stderr", "cloudsql"},
    {"cloudwatch", "stderr", "cloudwatch"},   {"cri", "stderr", "cri"},
    {"csvlog", "csvlog", ""},                 {"docker-compose", "stderr", "docker-compose"},
    {"docker-json", "stderr", "docker-json"}, {"journal-export", "stderr", "journal-export"},
    {"journal-json", "stderr", "journal-json"}, {"json-lines", "stderr", "json-lines"},
    {"jsonlog", "jsonlog", ""},               {"kubectl", "stderr", "kubectl"},
    {"logplex", "syslog", "logplex"},         {"stderr", "stderr", ""},
    {"supabase", "jsonlog", "supabase"},      {"syslog", "syslog", "syslog"},
    {"syslog-5424", "syslog", "syslog-5424"}, {"syslog-iso", "syslog", "syslog-iso"},
    {"timestamped", "stderr", "timestamped"},
};

}  // namespace

TEST_CASE("a sample is claimed by one shape, its own", "[log]") {
  for (const Case& wanted : kCases) {
    CAPTURE(wanted.sample);
    Result<std::unique_ptr<Source>> source = Source::open(sample_path(wanted.sample));
    REQUIRE(source.ok());
    const LogSample sample = sample_of((*source)->text());
    std::string claimed;
    for (const LogShape& shape : log_shapes()) {
      if (shape.claims(sample)) claimed += std::string(shape.format) + "/" + std::string(shape.wrapper) + ";";
    }
    const bool plain = std::string_view(wanted.sample) == "stderr";
    CHECK(claimed == (plain ? "" : std::string(wanted.format) + "/" + wanted.wrapper + ";"));
  }
}

TEST_CASE("failures are found inside each envelope", "[log]") {
  for (const Case& wanted : kCases) {
    CAPTURE(wanted.sample);
    const Read read = read_sample(wanted.sample);
    CHECK(read.format.format == wanted.format);
    CHECK(read.format.wrapper == wanted.wrapper);
    CHECK(read.events.size() == mentions_in(wanted.sample));
    for (const LogEvent& event : read.events) {
      CHECK(event.pid.has_value());
      CHECK(event.time.has_value());
      CHECK(event.constraint == "order_items_order_id_fkey");
      // The sample may end behind the last one's first line.
      if (&event != &read.events.back()) CHECK(event.key_shown == KeyShown::yes);
    }
  }
}

TEST_CASE("every shape of the table has a sample", "[log]") {
  std::set<std::string_view> sampled;
  for (const Case& wanted : kCases) sampled.insert(std::string_view(wanted.wrapper).empty() ? wanted.format : wanted.wrapper);
  for (const LogShape& shape : log_shapes()) CHECK(sampled.contains(shape.wrapper.empty() ? shape.format : shape.wrapper));
}
