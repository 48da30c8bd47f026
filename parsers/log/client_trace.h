// Failures in what programs print: psql, pg_restore, drivers, frameworks. No prefix, no session; the server's two sentences with anything around.
#pragma once

#include <string_view>
#include <vector>

#include "parsers/log/assembler.h"

namespace pgfk {

class ClientTraces {
 public:
  ClientTraces(std::string_view text, const LogTimes& times) : units_(text, Framing::lines), times_(times) {}

  /// The failure that the line at `hit` tells of, with what the next lines say about it. Hits come in rising order.
  void read(std::size_t hit, std::vector<AssembledEvent>& out);

 private:
  Units units_;
  const LogTimes& times_;
  std::size_t done_to_ = 0;
};

/// Whether `later` is another mention of the same failure: a trace says what happened once for each exception that wraps another.
bool same_failure(const LogEvent& earlier, const LogEvent& later);

}  // namespace pgfk
