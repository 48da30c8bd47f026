#include <algorithm>
#include <array>

#include "parsers/log/shape.h"

namespace pgfk {
namespace {

using Stray = LogShape::Stray;

// Each sample is claimed by one shape at most; a test holds them against each other.
constexpr std::array kShapes = {
    LogShape{"", "csvlog", Framing::csv, claims_csvlog, nullptr, read_csvlog},
    LogShape{"", "jsonlog", Framing::lines, claims_jsonlog, nullptr, read_jsonlog},
    LogShape{"alloydb", "stderr", Framing::lines, claims_alloydb, unwrap_alloydb, nullptr},
    LogShape{"ansi", "stderr", Framing::lines, claims_ansi, unwrap_ansi, nullptr},
    LogShape{"aws-logs-tail", "stderr", Framing::lines, claims_aws_tail, unwrap_aws_tail, nullptr, Stray::trimmed},
    LogShape{"azure", "jsonlog", Framing::lines, claims_azure, nullptr, read_azure},
    LogShape{"azure", "jsonlog", Framing::json_document, claims_azure_document, nullptr, read_azure},
    LogShape{"cloudnativepg", "jsonlog", Framing::lines, claims_cnpg, nullptr, read_cnpg},
    LogShape{"cloudsql", "stderr", Framing::lines, claims_cloudsql, unwrap_cloudsql, nullptr},
    LogShape{"cloudsql", "stderr", Framing::json_document, claims_cloudsql_document, unwrap_cloudsql, nullptr},
    LogShape{"cloudwatch", "stderr", Framing::json_document, claims_cloudwatch, unwrap_cloudwatch, nullptr, Stray::trimmed},
    LogShape{"cri", "stderr", Framing::lines, claims_cri, unwrap_cri, nullptr},
    LogShape{"docker-compose", "stderr", Framing::lines, claims_docker_compose, unwrap_docker_compose, nullptr},
    LogShape{"docker-json", "stderr", Framing::lines, claims_docker_json, unwrap_docker_json, nullptr},
    LogShape{"journal-export", "stderr", Framing::journal_export, claims_journal_export, unwrap_journal_export, nullptr},
    LogShape{"journal-json", "stderr", Framing::lines, claims_journal_json, unwrap_journal_json, nullptr},
    LogShape{"json-lines", "stderr", Framing::lines, claims_json_lines, unwrap_json_lines, nullptr, Stray::trimmed},
    LogShape{"kubectl", "stderr", Framing::lines, claims_kubectl, unwrap_kubectl, nullptr},
    LogShape{"logplex", "syslog", Framing::lines, claims_logplex, unwrap_logplex, nullptr, Stray::glued},
    LogShape{"supabase", "jsonlog", Framing::json_document, claims_supabase, nullptr, read_supabase},
    LogShape{"syslog", "syslog", Framing::lines, claims_syslog, unwrap_syslog, nullptr, Stray::glued},
    LogShape{"syslog-5424", "syslog", Framing::lines, claims_syslog_5424, unwrap_syslog, nullptr, Stray::glued},
    LogShape{"syslog-iso", "syslog", Framing::lines, claims_syslog_iso, unwrap_syslog, nullptr, Stray::glued},
    LogShape{"timestamped", "stderr", Framing::lines, claims_timestamped, unwrap_timestamped, nullptr},
};

bool claims_nothing(const LogSample&) { return false; }
constexpr LogShape kPlain{"", "stderr", Framing::lines, claims_nothing, unwrap_plain, nullptr};

}  // namespace

std::span<const LogShape> log_shapes() { return kShapes; }
const LogShape& plain_shape() { return kPlain; }

bool most_lines(const LogSample& sample, bool (*passes)(std::string_view line)) {
  const auto passing = static_cast<std::size_t>(std::ranges::count_if(sample.lines, passes));
  return passing > 0 && passing * 10 >= sample.lines.size() * 8;
}

void add_lines(std::string_view text, const InnerLine& like, InnerLines& out) {
  const bool whole = text.ends_with('\n');
  if (whole) text.remove_suffix(1);
  bool follows = like.follows;
  for (;;) {
    const std::size_t newline = text.find('\n');
    InnerLine line = like;
    line.text = text.substr(0, newline);
    line.follows = follows;
    line.open_end = like.open_end && newline == std::string_view::npos && !whole;
    out.lines.push_back(line);
    if (newline == std::string_view::npos) return;
    text.remove_prefix(newline + 1);
    follows = true;
  }
}

void unwrap_plain(std::string_view unit, InnerLines& out) {
  InnerLine line;
  line.text = unit;
  out.lines.push_back(line);
}

}  // namespace pgfk
