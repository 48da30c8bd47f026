// COPY's text format: a delimiter, backslash escapes, and a backslash before a line end that keeps it in the field.
// Source: copyfromparse.c, CopyReadLineText, CopyReadAttributesText.
#include "parsers/copy/copy_reader.h"

namespace pgfk {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The digit's value, 16 for what is none.
unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

/// What a letter behind a backslash stands for; any other character stands for itself.
char control_character(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return c;
  }
}

}  // namespace

/// Appends what the escape says whose backslash stands before data_[at]; returns where it ends.
std::size_t CopyReader::read_escape(std::size_t at, CopyField& field) {
  const char c = data_[at++];
  unsigned value = 0;
  if (is_octal(c)) {
    value = static_cast<unsigned>(c - '0');
    for (int digits = 1; digits < 3 && at < data_.size() && is_octal(data_[at]); ++digits) {
      value = value << 3 | static_cast<unsigned>(data_[at++] - '0');
    }
    value &= 0xff;
  } else if (c == 'x' && at < data_.size() && hex_value(data_[at]) < 16) {
    value = hex_value(data_[at++]);
    if (at < data_.size() && hex_value(data_[at]) < 16) value = value << 4 | hex_value(data_[at++]);
  } else {
    field.text += control_character(c);
    return at;
  }
  if (value == 0 || value >= 0x80) bad_escape_ = true;
  field.text += static_cast<char>(value);
  return at;
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
