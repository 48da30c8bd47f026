// COPY's csv format. Quotes may open and close anywhere in a field; line breaks within them belong to it.
// Source: copyfromparse.c, CopyReadLineText, CopyReadAttributesCSV.
#include "parsers/copy/copy_reader.h"

namespace pgfk {

/// From behind an opening quote to behind its closing one; to the data's end, and in_quotes_ set, where none comes.
std::size_t CopyReader::read_quoted(std::size_t at, CopyField& field) {
  // Counted as the server does: by the line end in force, CR as long as none is known.
  const char counted = line_end_ == LineEnd::newline ? '\n' : '\r';
  for (;;) {
    const std::size_t run = at;
    while (at < data_.size() && !ends_quoted_[static_cast<unsigned char>(data_[at])]) ++at;
    field.text.append(data_.data() + run, at - run);
    if (at == data_.size()) {
      in_quotes_ = true;
      if (sends_mark_ && (counted == '\n' || mark_has_cr_)) ++line_;
      return at;
    }
    const char c = data_[at++];
    if (c == escape_ && at < data_.size() && (data_[at] == escape_ || data_[at] == quote_)) {
      field.text += data_[at++];
      continue;
    }
    if (c == quote_) return at;
    if (c == counted) ++line_;
    field.text += c;
  }
}

bool CopyReader::read_csv_line(CopyRow& row) {
  std::size_t at = at_;
  if (version_ < 18 && data_.substr(at, 2) == "\\.") {
    switch (end_mark(at + 2, true)) {
      case Mark::none:
        break;
      case Mark::error:
        at_ = at + 2;
        return false;
      case Mark::end:
        at_ = at + 2;
        ended_ = true;
        finish_row(row, at);
        return true;
    }
  }
  bool quoted = false;
  CopyField* field = &begin_field(row, at);
  for (;;) {
    const std::size_t run = at;
    while (at < data_.size() && !ends_plain_[static_cast<unsigned char>(data_[at])]) ++at;
    field->text.append(data_.data() + run, at - run);
    const bool at_end = at == data_.size();
    if (!at_end && data_[at] == delimiter_) {
      finish_field(*field, at, quoted, field_count_ - 1);
      quoted = false;
      field = &begin_field(row, ++at);
    } else if (!at_end && data_[at] == quote_) {
      quoted = true;
      at = read_quoted(at + 1, *field);
    } else {
      const std::size_t line_end = at;
      at_ = at_end ? at : at + 1;
      if (!(at_end ? end_of_data(at == row.offset) : take_line_end(at))) return false;
      at_ = at;
      finish_field(*field, line_end, quoted, field_count_ - 1);
      finish_row(row, line_end);
      return true;
    }
  }
}

}  // namespace pgfk
