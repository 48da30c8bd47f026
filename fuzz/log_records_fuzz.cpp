// Any bytes as a csv record, as JSON, as a time, as a DETAIL: readers of single records end and stay inside what they were given.
#include "fuzz/bytes.h"
#include "parsers/log/csv_record.h"
#include "parsers/log/json_members.h"
#include "parsers/log/key_text.h"
#include "parsers/log/log_time.h"
#include "parsers/log/skeleton.h"
#include "parsers/log/syslog_line.h"

using namespace pgfk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::bytes_of(data, size);
  static const LogTimes times("Europe/Berlin", 2026);
  if (const std::optional<CsvRecord> record = csv_record_at(text)) {
    fuzz::require(record->length <= size);
    for (std::size_t field = 0; field < record->fields.size(); ++field) (void)record->value(field);
  }
  const JsonMembers members(text);
  for (const JsonMember& member : members.all()) fuzz::require(member.value.size() <= 3 * size);
  fuzz::require(LogTimes::length_of_timestamp(text) <= size);
  (void)times.read(text);
  (void)match_message(text);
  if (const std::optional<QuotedMessage> quoted = find_message(text)) fuzz::require(quoted->at + quoted->length <= size);
  if (const std::optional<MatchedDetail> detail = match_detail(text); detail && detail->key.data() != nullptr) {
    if (const std::optional<SplitKey> key = cut_key(detail->key, text)) fuzz::require(key->columns.size() == key->values.size() && !key->columns.empty());
  }
  if (const std::optional<SyslogLine> line = syslog_line(text)) fuzz::require(text.ends_with(line->text));
  fuzz::require(unescape_syslog(text).size() <= size);
  return 0;
}
