// The shapes that logs come in: how bytes become units, and units the server's lines or a record's fields. One file per shape in wrappers/,
// one line each in the table of shapes.cpp.
//
//   unit  what one envelope holds: a line, a JSON object over several lines, a record of csv or of journalctl -o export
//   line  what the server wrote, up to its newline
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/event.h"
#include "parsers/log/messages.h"

namespace pgfk {

enum class Framing {
  lines,
  csv,             // csvlog: newlines inside quotes
  journal_export,  // fields by line, records end with an empty line
  json_document,   // one document whose elements are the units
};

/// One of the server's lines, taken out of its envelope.
struct InnerLine {
  std::string_view text;     // without line end
  std::uint64_t begin = 0;   // of its unit in the source
  std::uint64_t end = 0;
  std::uint64_t sender = 0;  // lines of different senders never make one event; 0 where envelopes do not tell
  bool open_end = false;     // the line goes on in the next unit of the sender
  bool follows = false;      // not the first line of its unit
  std::string_view time;     // the envelope's, of any format that LogTimes reads
  std::optional<std::int64_t> pid;  // the envelope's; of a server that writes stderr that may be the postmaster
};

/// The lines of a few units, and the bytes that had to be decoded for them.
class InnerLines {
 public:
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  std::vector<InnerLine> lines;
  void clear() {
    lines.clear();
    kept_.clear();
  }

 private:
  std::deque<std::string> kept_;
};

/// A record whose envelope has fields.
struct FieldRecord {
  LogEvent event;     // time, kind and key not set yet
  std::string time;
  std::string severity;  // as written, in any language; empty where it is not known
  std::string line;      // a line with prefix and label that holds the message, where the fields do not; empty otherwise
};

/// The first bytes of an input, in lines; only what shapes need to make up their mind.
struct LogSample {
  std::string_view text;
  std::vector<std::string_view> lines;  // not empty ones, without CR, up to a few hundred
};

struct LogShape {
  std::string_view wrapper;  // "cri"; empty: none
  std::string_view format;   // "stderr", "csvlog", "jsonlog", "syslog"
  Framing framing;
  bool (*claims)(const LogSample& sample);
  /// Takes a unit apart into lines. Null for shapes with fields.
  void (*unwrap)(std::string_view unit, InnerLines& out);
  /// Reads a unit's fields; false where it is no record of a server. Null for shapes with lines.
  bool (*read)(std::string_view unit, FieldRecord& out);
  /// A line without TAB and without label goes on directly from the line before it (syslog's pieces), or is a line of its text whose TAB was
  /// trimmed away; otherwise it is not the server's.
  enum class Stray { foreign, glued, trimmed } stray = Stray::foreign;
};

std::span<const LogShape> log_shapes();
/// The shape without wrapper, stderr: what is left where no other one claims the sample.
const LogShape& plain_shape();

/// Whether most of the sample's lines pass.
bool most_lines(const LogSample& sample, bool (*passes)(std::string_view line));
/// Adds the lines of `text`, as one unit holds them. `like` gives what they have in common.
void add_lines(std::string_view text, const InnerLine& like, InnerLines& out);

// One per file in wrappers/.
bool claims_ansi(const LogSample&);
void unwrap_ansi(std::string_view unit, InnerLines& out);
bool claims_docker_json(const LogSample&);
void unwrap_docker_json(std::string_view unit, InnerLines& out);
bool claims_docker_compose(const LogSample&);
void unwrap_docker_compose(std::string_view unit, InnerLines& out);
bool claims_cri(const LogSample&);
void unwrap_cri(std::string_view unit, InnerLines& out);
bool claims_kubectl(const LogSample&);
void unwrap_kubectl(std::string_view unit, InnerLines& out);
bool claims_timestamped(const LogSample&);
void unwrap_timestamped(std::string_view unit, InnerLines& out);
bool claims_aws_tail(const LogSample&);
void unwrap_aws_tail(std::string_view unit, InnerLines& out);
bool claims_cloudsql(const LogSample&);
bool claims_cloudsql_document(const LogSample&);
void unwrap_cloudsql(std::string_view unit, InnerLines& out);
bool claims_alloydb(const LogSample&);
void unwrap_alloydb(std::string_view unit, InnerLines& out);
bool claims_cloudwatch(const LogSample&);
void unwrap_cloudwatch(std::string_view unit, InnerLines& out);
bool claims_syslog(const LogSample&);
bool claims_syslog_iso(const LogSample&);
bool claims_syslog_5424(const LogSample&);
void unwrap_syslog(std::string_view unit, InnerLines& out);
bool claims_logplex(const LogSample&);
void unwrap_logplex(std::string_view unit, InnerLines& out);
bool claims_journal_json(const LogSample&);
void unwrap_journal_json(std::string_view unit, InnerLines& out);
bool claims_journal_export(const LogSample&);
void unwrap_journal_export(std::string_view unit, InnerLines& out);
bool claims_json_lines(const LogSample&);
void unwrap_json_lines(std::string_view unit, InnerLines& out);
void unwrap_plain(std::string_view unit, InnerLines& out);

bool claims_csvlog(const LogSample&);
bool read_csvlog(std::string_view unit, FieldRecord& out);
bool claims_jsonlog(const LogSample&);
bool read_jsonlog(std::string_view unit, FieldRecord& out);
bool claims_azure(const LogSample&);
bool claims_azure_document(const LogSample&);
bool read_azure(std::string_view unit, FieldRecord& out);
bool claims_cnpg(const LogSample&);
bool read_cnpg(std::string_view unit, FieldRecord& out);
bool claims_supabase(const LogSample&);
bool read_supabase(std::string_view unit, FieldRecord& out);

}  // namespace pgfk
