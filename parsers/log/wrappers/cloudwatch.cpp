// RDS and Aurora through CloudWatch (aws logs get-log-events): {"events":[{"timestamp":ms,"message":"…"}]}, a record or a line per event.
#include "parsers/log/json_members.h"
#include "parsers/log/log_time.h"
#include "parsers/log/shape.h"

namespace pgfk {

bool claims_cloudwatch(const LogSample& sample) {
  return sample.text.starts_with('{') && sample.text.substr(0, 200).find("\"events\"") != std::string_view::npos &&
         sample.text.find("\"message\"") != std::string_view::npos && sample.text.find("\"timestamp\"") != std::string_view::npos;
}

void unwrap_cloudwatch(std::string_view unit, InnerLines& out) {
  const JsonMembers members(unit);
  const std::string* message = members.find("message");
  if (message == nullptr) return;
  InnerLine like;
  // Milliseconds; LogTimes reads seconds with a fraction.
  if (const std::string* time = members.find("timestamp"); time != nullptr && time->size() > 10) {
    like.time = out.keep(time->substr(0, time->size() - 3) + "." + time->substr(time->size() - 3));
  }
  add_lines(out.keep(*message), like, out);
}

}  // namespace pgfk
