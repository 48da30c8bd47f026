// The options of COPY ... FROM.
// Source: copy.c, ProcessCopyOptions; define.c, defGetString, defGetBoolean; encnames.c.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <utility>

#include "parsers/copy/copy_reader.h"

namespace pgfk {
namespace {

using Refusal = std::optional<CopyError>;

CopyError syntax_error(std::string message) { return {"42601", std::move(message), ""}; }
CopyError not_supported(std::string message) { return {"0A000", std::move(message), ""}; }
CopyError bad_parameter(std::string message) { return {"22023", std::move(message), ""}; }

constexpr int kFirstWithHeaderInText = 15;  // and HEADER match
constexpr int kFirstWithDefault = 16;
constexpr int kFirstWithOnError = 17;  // and FORCE_NULL *, FORCE_NOT_NULL *, and new texts
constexpr int kFirstWithRejectLimit = 18;

/// What is written, before defaults and the checks of one against the other.
struct Written {
  std::optional<std::string> delimiter, null_text, quote, escape;
  bool force_quote = false;
};

struct Reading {
  const Option& option;
  int version;
  CopyOptions& out;
  Written& written;
};

/// A list counts as its names with dots between.
std::optional<std::string> text_of(const Option& option) {
  if (option.value) return option.value;
  if (option.names.empty()) return std::nullopt;
  std::string text;
  for (const std::string& name : option.names) text += (text.empty() ? "" : ".") + name;
  return text;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::optional<bool> boolean_of(const Option& option) {
  const std::optional<std::string> text = text_of(option);
  if (!text) return true;
  const std::string word = lower_case(*text);
  if (word == "true" || word == "on" || word == "1") return true;
  if (word == "false" || word == "off" || word == "0") return false;
  return std::nullopt;
}

/// The text into `to`; refuses an option without parameter.
template <typename Text>
Refusal read_text(const Option& option, Text& to) {
  std::optional<std::string> text = text_of(option);
  if (!text) return syntax_error(option.name + " requires a parameter");
  to = *std::move(text);
  return std::nullopt;
}

Refusal read_format(Reading& reading) {
  std::string format;
  if (Refusal refusal = read_text(reading.option, format)) return refusal;
  if (format == "text") return std::nullopt;
  if (format == "csv") {
    reading.out.format = CopyFormat::csv;
  } else if (format == "binary") {
    reading.out.format = CopyFormat::binary;
  } else {
    return bad_parameter("COPY format \"" + format + "\" not recognized");
  }
  return std::nullopt;
}

Refusal read_freeze(Reading& reading) {
  const std::optional<bool> freeze = boolean_of(reading.option);
  if (!freeze) return syntax_error("freeze requires a Boolean value");
  reading.out.freeze = *freeze;
  return std::nullopt;
}

Refusal read_header(Reading& reading) {
  const std::optional<bool> header = boolean_of(reading.option);
  const bool knows_match = reading.version >= kFirstWithHeaderInText;
  if (header) {
    reading.out.header = *header ? CopyHeader::skip : CopyHeader::none;
  } else if (knows_match && lower_case(*text_of(reading.option)) == "match") {
    reading.out.header = CopyHeader::match;
  } else {
    return syntax_error(knows_match ? "header requires a Boolean value or \"match\"" : "header requires a Boolean value");
  }
  return std::nullopt;
}

Refusal read_delimiter(Reading& reading) { return read_text(reading.option, reading.written.delimiter); }
Refusal read_null(Reading& reading) { return read_text(reading.option, reading.written.null_text); }
Refusal read_quote(Reading& reading) { return read_text(reading.option, reading.written.quote); }
Refusal read_escape(Reading& reading) { return read_text(reading.option, reading.written.escape); }
Refusal read_default(Reading& reading) { return read_text(reading.option, reading.out.default_text); }

/// A list of column names, or a star where that is allowed.
Refusal read_columns(const Option& option, bool star_allowed, std::vector<std::string>& names, bool& all) {
  const bool star = option.names.size() == 1 && option.names.front() == "*";
  if (option.value || option.names.empty() || (star && !star_allowed)) {
    return bad_parameter("argument to option \"" + option.name + "\" must be a list of column names");
  }
  all = star;
  if (!star) names = option.names;
  return std::nullopt;
}

Refusal read_force_quote(Reading& reading) {
  std::vector<std::string> names;
  reading.written.force_quote = true;
  bool all = false;
  return read_columns(reading.option, true, names, all);
}

Refusal read_force_not_null(Reading& reading) {
  return read_columns(reading.option, reading.version >= kFirstWithOnError, reading.out.force_not_null, reading.out.force_not_null_all);
}

Refusal read_force_null(Reading& reading) {
  return read_columns(reading.option, reading.version >= kFirstWithOnError, reading.out.force_null, reading.out.force_null_all);
}

/// The names of pg_encname_tbl, which are compared by their letters and digits.
constexpr std::array<std::string_view, 81> kEncodings = {
    "abc",       "alt",        "big5",        "euccn",       "eucjis2004", "eucjp",        "euckr",        "euctw",       "gb18030",
    "gbk",       "iso88591",   "iso885910",   "iso885913",   "iso885914",  "iso885915",    "iso885916",    "iso88592",    "iso88593",
    "iso88594",  "iso88595",   "iso88596",    "iso88597",    "iso88598",   "iso88599",     "johab",        "koi8",        "koi8r",
    "koi8u",     "latin1",     "latin10",     "latin2",      "latin3",     "latin4",       "latin5",       "latin6",      "latin7",
    "latin8",    "latin9",     "mskanji",     "muleinternal", "shiftjis",  "shiftjis2004", "sjis",         "sqlascii",    "tcvn",
    "tcvn5712",  "uhc",        "unicode",     "utf8",        "vscii",      "win",          "win1250",      "win1251",     "win1252",
    "win1253",   "win1254",    "win1255",     "win1256",     "win1257",    "win1258",      "win866",       "win874",      "win932",
    "win936",    "win949",     "win950",      "windows1250", "windows1251", "windows1252", "windows1253",  "windows1254", "windows1255",
    "windows1256", "windows1257", "windows1258", "windows866", "windows874", "windows932", "windows936",   "windows949",  "windows950",
};

Refusal read_encoding(Reading& reading) {
  std::string name;
  if (Refusal refusal = read_text(reading.option, name)) return refusal;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  name = lower_case(std::move(name));
  if (std::find(kEncodings.begin(), kEncodings.end(), name) == kEncodings.end()) {
    return bad_parameter("argument to option \"encoding\" must be a valid encoding name");
  }
  reading.out.encoding = std::move(name);
  return std::nullopt;
}

Refusal read_on_error(Reading& reading) {
  std::string choice;
  if (Refusal refusal = read_text(reading.option, choice)) return refusal;
  const std::string word = lower_case(choice);
  if (word != "stop" && word != "ignore") return bad_parameter("COPY ON_ERROR \"" + choice + "\" not recognized");
  reading.out.ignore_errors = word == "ignore";
  return std::nullopt;
}

Refusal read_log_verbosity(Reading& reading) {
  std::string choice;
  if (Refusal refusal = read_text(reading.option, choice)) return refusal;
  const std::string word = lower_case(choice);
  if (word == "default" || word == "verbose" || (word == "silent" && reading.version >= kFirstWithRejectLimit)) return std::nullopt;
  return bad_parameter("COPY LOG_VERBOSITY \"" + choice + "\" not recognized");
}

Refusal read_reject_limit(Reading& reading) {
  const std::optional<std::string> text = text_of(reading.option);
  if (!text) return syntax_error("reject_limit requires a numeric value");
  std::int64_t limit = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (failure == std::errc::result_out_of_range) {
    return CopyError{"22003", "value \"" + *text + "\" is out of range for type bigint", ""};
  }
  if (failure != std::errc() || end != text->data() + text->size()) {
    return CopyError{"22P02", "invalid input syntax for type bigint: \"" + *text + "\"", ""};
  }
  if (limit <= 0) return bad_parameter("REJECT_LIMIT (" + *text + ") must be greater than zero");
  reading.out.reject_limit = limit;
  return std::nullopt;
}

struct OptionReader {
  std::string_view name;
  int since;  // the server version that brought it
  Refusal (*read)(Reading&);
};

constexpr OptionReader kOptions[] = {
    {"format", 0, &read_format},
    {"freeze", 0, &read_freeze},
    {"delimiter", 0, &read_delimiter},
    {"null", 0, &read_null},
    {"header", 0, &read_header},
    {"quote", 0, &read_quote},
    {"escape", 0, &read_escape},
    {"force_quote", 0, &read_force_quote},
    {"force_not_null", 0, &read_force_not_null},
    {"force_null", 0, &read_force_null},
    {"encoding", 0, &read_encoding},
    {"default", kFirstWithDefault, &read_default},
    {"on_error", kFirstWithOnError, &read_on_error},
    {"log_verbosity", kFirstWithOnError, &read_log_verbosity},
    {"reject_limit", kFirstWithRejectLimit, &read_reject_limit},
};

/// An option that only csv knows, under its name of today and in the words of the servers up to 16.
CopyError needs_csv(int version, const char* name, const char* words) {
  if (version >= kFirstWithOnError) return not_supported(std::string("COPY ") + name + " requires CSV mode");
  return not_supported(std::string("COPY ") + words + " available only in CSV mode");
}

bool holds(const std::string& text, char c) { return text.find(c) != std::string::npos; }
bool holds_line_end(const std::string& text) { return holds(text, '\r') || holds(text, '\n'); }

CopyError holds_delimiter(int version, const char* name) {
  if (version < kFirstWithDefault) return not_supported("COPY delimiter must not appear in the NULL specification");
  const std::string message = std::string("COPY delimiter character must not appear in the ") + name + " specification";
  return version >= kFirstWithOnError && std::string_view(name) == "NULL" ? bad_parameter(message) : not_supported(message);
}

CopyError holds_quote(int version, const char* name) {
  const std::string message = std::string("CSV quote character must not appear in the ") + name + " specification";
  return version >= kFirstWithOnError && std::string_view(name) == "NULL" ? bad_parameter(message) : not_supported(message);
}

/// The checks that the server makes when it has all of the options, in its order.
Refusal check_together(const Written& written, int version, const CopyOptions& out) {
  const bool csv = out.format == CopyFormat::csv;
  const bool binary = out.format == CopyFormat::binary;
  if (binary && written.delimiter) return syntax_error("cannot specify DELIMITER in BINARY mode");
  if (binary && written.null_text) return syntax_error("cannot specify NULL in BINARY mode");
  if (binary && out.default_text) return syntax_error("cannot specify DEFAULT in BINARY mode");
  if (out.delimiter.size() != 1) return not_supported("COPY delimiter must be a single one-byte character");
  if (holds_line_end(out.delimiter)) return bad_parameter("COPY delimiter cannot be newline or carriage return");
  if (holds_line_end(out.null_text)) return bad_parameter("COPY null representation cannot use newline or carriage return");
  if (out.default_text && holds_line_end(*out.default_text)) {
    return bad_parameter("COPY default representation cannot use newline or carriage return");
  }
  const std::string unsafe = "\\.abcdefghijklmnopqrstuvwxyz0123456789";
  if (!csv && holds(unsafe, out.delimiter.front())) return bad_parameter("COPY delimiter cannot be \"" + out.delimiter + "\"");

  const bool header = out.header != CopyHeader::none;
  if (header && version < kFirstWithHeaderInText && !csv) return not_supported("COPY HEADER available only in CSV mode");
  if (header && binary) return not_supported("cannot specify HEADER in BINARY mode");
  if (!csv && written.quote) return needs_csv(version, "QUOTE", "quote");
  if (csv && out.quote.size() != 1) return not_supported("COPY quote must be a single one-byte character");
  if (csv && out.delimiter == out.quote) return bad_parameter("COPY delimiter and quote must be different");
  if (!csv && written.escape) return needs_csv(version, "ESCAPE", "escape");
  if (csv && out.escape.size() != 1) return not_supported("COPY escape must be a single one-byte character");
  if (!csv && written.force_quote) return needs_csv(version, "FORCE_QUOTE", "force quote");
  if (written.force_quote) {
    return not_supported(version >= kFirstWithOnError ? "COPY FORCE_QUOTE cannot be used with COPY FROM"
                                                      : "COPY force quote only available using COPY TO");
  }
  if (!csv && (out.force_not_null_all || !out.force_not_null.empty())) return needs_csv(version, "FORCE_NOT_NULL", "force not null");
  if (!csv && (out.force_null_all || !out.force_null.empty())) return needs_csv(version, "FORCE_NULL", "force null");
  if (holds(out.null_text, out.delimiter.front())) return holds_delimiter(version, "NULL");
  if (csv && holds(out.null_text, out.quote.front())) return holds_quote(version, "NULL");
  if (out.default_text) {
    if (holds(*out.default_text, out.delimiter.front())) return holds_delimiter(version, "DEFAULT");
    if (csv && holds(*out.default_text, out.quote.front())) return holds_quote(version, "DEFAULT");
    if (*out.default_text == out.null_text) {
      return not_supported("NULL specification and DEFAULT specification cannot be the same");
    }
  }
  if (binary && out.ignore_errors) return syntax_error("only ON_ERROR STOP is allowed in BINARY mode");
  if (out.reject_limit && !out.ignore_errors) return bad_parameter("COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE");
  return std::nullopt;
}

}  // namespace

std::optional<CopyError> read_copy_options(const Copy& copy, int server_version, CopyOptions& out) {
  out = CopyOptions{};
  Written written;
  std::array<bool, std::size(kOptions)> seen = {};
  for (const Option& option : copy.options) {
    const OptionReader* const known = std::find_if(std::begin(kOptions), std::end(kOptions), [&](const OptionReader& reader) {
      return reader.name == option.name && reader.since <= server_version;
    });
    if (known == std::end(kOptions)) return syntax_error("option \"" + option.name + "\" not recognized");
    bool& twice = seen[static_cast<std::size_t>(known - std::begin(kOptions))];
    if (twice) return syntax_error("conflicting or redundant options");
    twice = true;
    Reading reading{option, server_version, out, written};
    if (Refusal refusal = known->read(reading)) return refusal;
  }
  const bool csv = out.format == CopyFormat::csv;
  out.delimiter = written.delimiter.value_or(csv ? "," : "\t");
  out.null_text = written.null_text.value_or(csv ? "" : "\\N");
  out.quote = written.quote.value_or("\"");
  out.escape = written.escape.value_or(out.quote);
  return check_together(written, server_version, out);
}

}  // namespace pgfk
