// journalctl -o export: a field per line, an empty line behind each record. A field that is not plain text is its name, eight bytes of length
// (little-endian), the bytes, a newline.
#include <charconv>

#include "parsers/log/shape.h"

namespace pgfk {
namespace {

struct Field {
  std::string_view name, value;
};

/// Takes the field off the front of `rest`; false at the end of the record.
bool take_field(std::string_view& rest, Field& field) {
  const std::size_t newline = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, newline);
  rest.remove_prefix(std::min(newline + 1, rest.size()));
  if (line.empty()) return false;
  const std::size_t equals = line.find('=');
  if (equals != std::string_view::npos) {
    field = {line.substr(0, equals), line.substr(equals + 1)};
    return true;
  }
  if (rest.size() < 8) return false;
  std::uint64_t length = 0;
  for (std::size_t byte = 0; byte < 8; ++byte) length |= std::uint64_t{static_cast<unsigned char>(rest[byte])} << (8 * byte);
  rest.remove_prefix(8);
  field = {line, rest.substr(0, length)};
  rest.remove_prefix(std::min<std::uint64_t>(rest.size(), length < rest.size() ? length + 1 : length));
  return true;
}

}  // namespace

bool claims_journal_export(const LogSample& sample) {
  return sample.text.starts_with("__CURSOR=") || (sample.text.starts_with("__REALTIME_TIMESTAMP=") && sample.text.find("\n\n__") != std::string_view::npos);
}

void unwrap_journal_export(std::string_view unit, InnerLines& out) {
  InnerLine like;
  std::string_view message;
  Field field;
  for (std::string_view rest = unit; take_field(rest, field);) {
    if (field.name == "MESSAGE") {
      message = field.value;
    } else if (field.name == "__REALTIME_TIMESTAMP" && field.value.size() > 10) {
      const std::size_t whole = field.value.size() - 6;
      like.time = out.keep(std::string(field.value.substr(0, whole)) + "." + std::string(field.value.substr(whole)));
    } else if (field.name == "_PID") {
      std::int64_t pid = 0;
      if (std::from_chars(field.value.data(), field.value.data() + field.value.size(), pid).ec == std::errc()) like.pid = pid;
    }
  }
  if (message.data() != nullptr) add_lines(message, like, out);
}

}  // namespace pgfk
