#include "parsers/log/csv_record.h"

#include <algorithm>

#include "parsers/log/log_time.h"
#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

constexpr std::size_t kFewestFields = 23;  // 9.0 to 12; 24 in 13, 26 from 14 on
constexpr std::size_t kMostFields = 64;    // forks append some
constexpr std::size_t kLongestRecord = 64u << 20;  // bytes

/// What must hold for text inside a literal not to pass for a record: pid and session, SQLSTATE, and a quoted message.
bool like_a_record(const CsvRecord& record) {
  const auto digits = [](std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); };
  if (record.fields.size() > 3 && !digits(record.fields[3].raw)) return false;
  if (record.fields.size() > 6 && (record.fields[5].raw.find('.') == std::string_view::npos || !digits(record.fields[6].raw))) return false;
  if (record.fields.size() > 12 && record.fields[12].raw.size() != 5) return false;
  return record.cut || record.fields.size() >= kFewestFields;
}

}  // namespace

std::optional<std::string> CsvRecord::value(std::size_t field) const {
  if (field >= fields.size() || (fields[field].raw.empty() && !fields[field].quoted)) return std::nullopt;
  const std::string_view raw = fields[field].raw;
  std::string text;
  text.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    text += raw[at];
    if (fields[field].quoted && raw[at] == '"' && at + 1 < raw.size() && raw[at + 1] == '"') ++at;
  }
  return text;
}

bool may_begin_csv_record(std::string_view text) {
  if (text.starts_with('"')) text.remove_prefix(1);
  return text.size() >= 5 && is_digit(text[0]) && is_digit(text[3]) && text[4] == '-' && LogTimes::length_of_timestamp(text.substr(0, 64)) > 0;
}

std::optional<CsvRecord> csv_record_at(std::string_view text) {
  if (!may_begin_csv_record(text)) return std::nullopt;
  text = text.substr(0, kLongestRecord);
  CsvRecord record;
  std::size_t at = 0;
  for (;;) {
    CsvRecord::Field field;
    if (at < text.size() && text[at] == '"') {
      field.quoted = true;
      const std::size_t begin = ++at;
      for (;;) {
        const std::size_t quote = text.find('"', at);
        if (quote == std::string_view::npos) {
          field.raw = text.substr(begin);
          record.cut = true;
          break;
        }
        at = quote + 1;
        if (at < text.size() && text[at] == '"') {
          ++at;
          continue;
        }
        field.raw = text.substr(begin, quote - begin);
        break;
      }
    } else {
      const std::size_t begin = at;
      at = std::min(text.find_first_of(",\n\"", at), text.size());
      if (at < text.size() && text[at] == '"') return std::nullopt;
      field.raw = text.substr(begin, at - begin);
      if (field.raw.ends_with('\r')) field.raw.remove_suffix(1);
    }
    record.fields.push_back(field);
    if (record.fields.size() > kMostFields) return std::nullopt;
    if (record.cut || at >= text.size()) {
      record.cut = record.cut || record.fields.size() < kFewestFields;
      record.length = text.size();
      break;
    }
    if (text.substr(at).starts_with("\r\n")) ++at;
    if (text[at] == '\n') {
      record.length = at + 1;
      break;
    }
    if (text[at] != ',') return std::nullopt;
    ++at;
  }
  if (!like_a_record(record)) return std::nullopt;
  return record;
}

}  // namespace pgfk
