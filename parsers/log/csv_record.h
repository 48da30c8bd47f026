// One record of csvlog: fields joined by commas, quoted where they may hold anything, quotes doubled, newlines raw.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

struct CsvRecord {
  struct Field {
    std::string_view raw;  // between the quotes, still doubled
    bool quoted = false;   // an empty field without quotes is null
  };
  std::vector<Field> fields;
  std::size_t length = 0;  // with the line end
  bool cut = false;        // the text ends before the record does

  /// Undoubled; empty optional for null and for what is not there.
  std::optional<std::string> value(std::size_t field) const;
};

/// The record that begins `text`, if one does: a timestamp, at least 23 fields, quotes as the server sets them.
std::optional<CsvRecord> csv_record_at(std::string_view text);
/// Whether a record may begin here: the first bytes of a timestamp.
bool may_begin_csv_record(std::string_view text);

}  // namespace pgfk
