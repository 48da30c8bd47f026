// COPY's text format: a delimiter, backslash escapes, and a backslash before a line end that keeps it in the field.
// Source: copyfromparse.c, CopyReadLineText, CopyReadAttributesText.
#include "parsers/copy/copy_reader.h"
#include "parsers/copy/escape.h"

namespace pgfk {
/// Appends what the escape says whose backslash stands before data_[at]; returns where it ends.
std::size_t CopyReader::read_escape(std::size_t at, CopyField& field) {
  const CopyEscape escape = read_copy_escape(data_, at);
  if (escape.by_number && (escape.byte == 0 || escape.byte >= 0x80)) bad_escape_ = true;
  field.text += static_cast<char>(escape.byte);
  return escape.end;
}

bool CopyReader::read_text_line(CopyRow& row) {
  std::size_t at = at_;
  const auto finish = [&](CopyField& field, std::size_t line_end, std::size_t field_end) {
    finish_field(field, field_end, false, field_count_ - 1);
    finish_row(row, line_end);
    return true;
  };
  CopyField* field = &begin_field(row, at);
  for (;;) {
    const std::size_t run = at;
    while (at < data_.size() && !ends_plain_[static_cast<unsigned char>(data_[at])]) ++at;
    field->text.append(data_.data() + run, at - run);
    if (at == data_.size()) {
      at_ = at;
      return end_of_data(at == row.offset) && finish(*field, at, at);
    }
    const char c = data_[at];
    if (c == delimiter_) {
      finish_field(*field, at, false, field_count_ - 1);
      field = &begin_field(row, ++at);
    } else if (c != '\\') {
      const std::size_t line_end = at;
      at_ = at + 1;
      if (!take_line_end(at)) return false;
      at_ = at;
      return finish(*field, line_end, line_end);
    } else if (at + 1 == data_.size()) {  // a last backslash is dropped, and not looked at for the NULL string
      at_ = at + 1;
      return end_of_data(false) && finish(*field, at + 1, at);
    } else if (data_[at + 1] == '.') {  // never none: in text the mark ends the data or is refused
      at_ = at + 2;
      if (end_mark(at + 2, at == row.offset) == Mark::error) return false;
      ended_ = true;
      return finish(*field, at, at);
    } else {
      at = read_escape(at + 1, *field);
    }
  }
}

}  // namespace pgfk
