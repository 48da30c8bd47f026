// What text and csv have in common: lines and their ends, the end-of-copy mark, HEADER, encoding.
#include "parsers/copy/copy_reader.h"

#include <algorithm>
#include <utility>

#include "parsers/copy/utf8.h"

namespace pgfk {
namespace {

// The encoding is verified this many bytes ahead of the line being read.
constexpr std::size_t kVerifiedAhead = 64u << 10;

constexpr int kFirstWithStrictMark = 18;  // "\." must be alone on its line, and is data in csv

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

/// The end of what psql (to 17) reads of a client's file: behind the first line "\.", quoted or not. psql looks at whole lines only.
std::size_t end_of_file_data(std::string_view data) {
  for (std::size_t at = data.find("\\."); at != std::string_view::npos; at = data.find("\\.", at + 1)) {
    if (at > 0 && data[at - 1] != '\n') continue;
    if (data.substr(at + 2, 1) == "\n") return at;
    if (data.substr(at + 2, 2) == "\r\n") return at;
  }
  return std::string_view::npos;
}

std::vector<bool> flags_of(const std::vector<std::string>& columns, const std::vector<std::string>& named, bool all) {
  std::vector<bool> flags;
  for (const std::string& column : columns) {
    flags.push_back(all || std::find(named.begin(), named.end(), column) != named.end());
  }
  return flags;
}

}  // namespace

CopyReader::CopyReader(std::string_view data, const CopyOptions& options, std::vector<std::string> columns, int server_version,
                       bool terminated, bool from_file, bool terminator_has_cr)
    : data_(data),
      options_(options),
      columns_(std::move(columns)),
      force_not_null_(flags_of(columns_, options.force_not_null, options.force_not_null_all)),
      force_null_(flags_of(columns_, options.force_null, options.force_null_all)),
      version_(server_version),
      mark_has_cr_(terminator_has_cr),
      checks_bytes_(options.encoding == "utf8" || options.encoding == "unicode"),
      checks_escapes_(checks_bytes_ || options.encoding.empty()) {
  if (from_file && version_ < kFirstWithStrictMark) {
    const std::size_t end = end_of_file_data(data_);
    if (end != std::string_view::npos) {
      terminated = true;
      mark_has_cr_ = data_[end + 2] == '\r';
      data_ = data_.substr(0, end);
    }
  }
  sends_mark_ = terminated && version_ >= 14 && version_ < kFirstWithStrictMark;

  const auto first = [](const std::string& text, char otherwise) { return text.empty() ? otherwise : text.front(); };
  delimiter_ = first(options_.delimiter, delimiter_);
  quote_ = first(options_.quote, quote_);
  escape_ = first(options_.escape, quote_);
  const bool csv = options_.format == CopyFormat::csv;
  for (const char c : {'\n', '\r', delimiter_, csv ? quote_ : '\\'}) ends_plain_[index_of(c)] = true;
  for (const char c : {'\n', '\r', quote_, escape_}) ends_quoted_[index_of(c)] = true;
}

CopyReader::Next CopyReader::next(CopyRow& row) {
  if (line_ == 0 && options_.header != CopyHeader::none && !ended_) {
    if (!read_line(row)) return Next::error;
    if (options_.header == CopyHeader::match && !(check_fields(row) && check_header(row))) return Next::error;
  }
  if (ended_) return Next::end;
  if (!read_line(row)) return Next::error;
  if (ended_ && row.length == 0) return Next::end;
  return check_fields(row) ? Next::row : Next::error;
}

CopyError CopyReader::wrong_count(const CopyRow& row) const {
  const std::size_t count = row.fields.size();
  if (count >= columns_.size()) return {"22P04", "extra data after last expected column", ""};
  return {"22P04", "missing data for column \"" + columns_[count] + "\"", ""};
}

bool CopyReader::read_line(CopyRow& row) {
  ++line_;
  row.offset = at_;
  field_count_ = 0;
  bad_escape_ = false;
  in_quotes_ = false;
  const bool read = options_.format == CopyFormat::csv ? read_csv_line(row) : read_text_line(row);
  row.line = line_;
  // A bad byte comes before what is wrong with the line behind it, and with its fields.
  if (!check_encoding(std::min<std::uint64_t>(std::max(at_, seen_), data_.size())) || !read) {
    ended_ = true;
    return false;
  }
  return true;
}

bool CopyReader::check_fields(CopyRow& row) {
  if (columns_.empty()) {
    row.fields.clear();
    return row.length == 0 || fail("extra data after last expected column");
  }
  if (in_quotes_) return fail("unterminated CSV quoted field");
  if (!bad_escape_ || !checks_escapes_) return true;
  for (const CopyField& field : row.fields) {
    const std::size_t valid = valid_utf8_prefix(field.text);
    if (field.kind == CopyField::Kind::null || valid == field.text.size()) continue;
    error_ = {"22021", invalid_utf8_message(std::string_view(field.text).substr(valid)), ""};
    ended_ = true;
    return false;
  }
  return true;
}

bool CopyReader::check_header(const CopyRow& row) {
  if (row.fields.size() != columns_.size()) {
    return fail("wrong number of fields in header line: got " + std::to_string(row.fields.size()) + ", expected " +
                std::to_string(columns_.size()));
  }
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    const CopyField& field = row.fields[index];
    const bool is_null = field.kind == CopyField::Kind::null;
    if (!is_null && field.text == columns_[index]) continue;
    return fail("column name mismatch in header line field " + std::to_string(index + 1) + ": got " +
                (is_null ? "null value (\"" + options_.null_text + "\")" : "\"" + field.text + "\"") + ", expected \"" +
                columns_[index] + "\"");
  }
  return true;
}

/// Behind the CR or NL at `at`. The first line end seen is the one that all others must be.
bool CopyReader::take_line_end(std::size_t& at) {
  const bool csv = options_.format == CopyFormat::csv;
  if (data_[at] == '\n') {
    if (line_end_ == LineEnd::carriage_return || line_end_ == LineEnd::both) {
      return fail(csv ? "unquoted newline found in data" : "literal newline found in data");
    }
    line_end_ = LineEnd::newline;
    ++at;
    return true;
  }
  if (csv || line_end_ == LineEnd::unknown || line_end_ == LineEnd::both) seen_ = at + 2;
  const bool newline_follows = at + 1 < data_.size() && data_[at + 1] == '\n';
  const bool fits = line_end_ == LineEnd::unknown || line_end_ == LineEnd::carriage_return ||
                    (line_end_ == LineEnd::both && newline_follows);
  if (!fits) return fail(csv ? "unquoted carriage return found in data" : "literal carriage return found in data");
  if (line_end_ == LineEnd::unknown) line_end_ = newline_follows ? LineEnd::both : LineEnd::carriage_return;
  at += line_end_ == LineEnd::both ? 2 : 1;
  return true;
}

/// What a "\." before data_[at] is. Up to 17 it ends the data wherever a line end follows; in csv it is data where none does.
CopyReader::Mark CopyReader::end_mark(std::size_t at, bool line_is_empty) {
  const bool csv = options_.format == CopyFormat::csv;
  const bool strict = version_ >= kFirstWithStrictMark;
  const char* const not_alone = strict ? "end-of-copy marker is not alone on its line" : "end-of-copy marker corrupt";
  const char* const other_style = "end-of-copy marker does not match previous newline style";
  const auto refuse = [&](const char* message) {
    if (csv) return Mark::none;
    fail(message);
    return Mark::error;
  };
  const auto byte_at = [this](std::size_t place) { return place < data_.size() ? data_[place] : '\0'; };

  char c = byte_at(at);
  seen_ = at + 1;
  if (line_end_ == LineEnd::both) {
    if (c == '\n') return refuse(other_style);
    if (c != '\r') return refuse(not_alone);
    c = byte_at(at + 1);
    seen_ = at + 2;
  }
  if (c != '\n' && c != '\r') return refuse(not_alone);
  const bool wants_return = line_end_ == LineEnd::carriage_return;
  if (line_end_ != LineEnd::unknown && c != (wants_return ? '\r' : '\n')) {
    fail(other_style);
    return Mark::error;
  }
  if (strict && !line_is_empty) return refuse(not_alone);
  return Mark::end;
}

/// The data are at their end, at which psql 14 to 17 sends the line "\." as well.
bool CopyReader::end_of_data(bool line_is_empty) {
  ended_ = true;
  if (!sends_mark_ || in_quotes_) return true;
  const bool csv = options_.format == CopyFormat::csv;
  switch (line_end_) {
    case LineEnd::unknown:
      return true;
    case LineEnd::both:
      if (mark_has_cr_) return true;
      return fail(csv && line_is_empty ? "unquoted newline found in data" : "end-of-copy marker does not match previous newline style");
    case LineEnd::newline:
      if (!mark_has_cr_) return true;
      break;
    case LineEnd::carriage_return:
      if (mark_has_cr_) return true;
      break;
  }
  return fail("end-of-copy marker does not match previous newline style");
}

CopyField& CopyReader::begin_field(CopyRow& row, std::size_t at) {
  if (field_count_ == row.fields.size()) row.fields.emplace_back();
  CopyField& field = row.fields[field_count_++];
  field.kind = CopyField::Kind::text;
  field.text.clear();
  field.offset = at;
  return field;
}

/// `end` is behind the field as written; `quoted` if any part of it stood in quotes.
void CopyReader::finish_field(CopyField& field, std::size_t end, bool quoted, std::size_t index) const {
  field.length = end - field.offset;
  const std::string_view raw = data_.substr(field.offset, field.length);
  const bool known = index < columns_.size();
  if (!quoted && raw == options_.null_text) {
    field.kind = CopyField::Kind::null;
  } else if (!quoted && known && options_.default_text && raw == *options_.default_text) {
    field.kind = CopyField::Kind::default_;
    return;
  }
  if (options_.format != CopyFormat::csv || !known) return;
  if (field.kind == CopyField::Kind::null) {
    if (!force_not_null_[index]) return;
    field.kind = CopyField::Kind::text;
    field.text = options_.null_text;
  } else if (force_null_[index] && field.text == options_.null_text) {
    field.kind = CopyField::Kind::null;
  }
}

void CopyReader::finish_row(CopyRow& row, std::size_t end) const {
  row.fields.resize(field_count_);
  row.length = end - row.offset;
}

/// False if a byte before `end` is not UTF-8; what lies behind is not looked at by the server either.
bool CopyReader::check_encoding(std::size_t end) {
  if (!checks_bytes_ || end <= verified_) return true;
  const std::size_t stop = std::min(data_.size(), std::max<std::size_t>(end, verified_ + kVerifiedAhead));
  verified_ += valid_utf8_prefix(data_.substr(verified_, stop - verified_));
  if (verified_ >= end) return true;
  const std::string_view rest = data_.substr(verified_);
  // The last character of the part just looked at may only be cut off by it.
  if (stop < data_.size() && stop - verified_ < 4 && valid_utf8_prefix(rest.substr(0, 4)) > 0) return true;
  error_ = {"22021", invalid_utf8_message(rest), ""};
  return false;
}

bool CopyReader::fail(std::string message) {
  error_ = {"22P04", std::move(message), ""};
  ended_ = true;
  return false;
}

}  // namespace pgfk
