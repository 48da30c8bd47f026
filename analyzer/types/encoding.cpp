#include "analyzer/types/encoding.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <limits>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

namespace pgfk {

namespace {

/// Lower case, letters and digits alone, as the server compares encoding names.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c))) out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return out;
}

struct KnownEncoding {
  std::string_view name;  // plain()
  const char* icu;
};
constexpr KnownEncoding kEncodings[] = {
    {"latin1", "ISO-8859-1"},      {"iso88591", "ISO-8859-1"},     {"latin2", "ISO-8859-2"},   {"iso88592", "ISO-8859-2"},
    {"latin3", "ISO-8859-3"},      {"latin4", "ISO-8859-4"},       {"latin5", "ISO-8859-9"},   {"latin9", "ISO-8859-15"},
    {"iso88595", "ISO-8859-5"},    {"iso88596", "ISO-8859-6"},     {"iso88597", "ISO-8859-7"}, {"iso88598", "ISO-8859-8"},
    {"win1250", "windows-1250"},   {"windows1250", "windows-1250"}, {"win1251", "windows-1251"}, {"windows1251", "windows-1251"},
    {"win1252", "windows-1252"},   {"windows1252", "windows-1252"}, {"win1253", "windows-1253"}, {"win1254", "windows-1254"},
    {"win1255", "windows-1255"},   {"win1256", "windows-1256"},    {"win1257", "windows-1257"}, {"win1258", "windows-1258"},
    {"koi8r", "KOI8-R"},           {"koi8", "KOI8-R"},             {"koi8u", "KOI8-U"},        {"win866", "IBM866"},
    {"win874", "windows-874"},     {"eucjp", "EUC-JP"},            {"sjis", "Shift_JIS"},      {"euckr", "EUC-KR"},
    {"euccn", "GB2312"},           {"gbk", "GBK"},                 {"gb18030", "GB18030"},     {"big5", "Big5"},
    {"euctw", "EUC-TW"},           {"uhc", "windows-949"},
};

constexpr std::string_view kNames[] = {
    "BIG5",    "EUC_CN",  "EUC_JP",  "EUC_KR",  "EUC_TW",  "GB18030", "GBK",     "ISO_8859_5", "ISO_8859_6", "ISO_8859_7", "ISO_8859_8",
    "KOI8R",   "KOI8U",   "LATIN1",  "LATIN2",  "LATIN3",  "LATIN4",  "LATIN5",  "LATIN9",     "SJIS",       "SQL_ASCII",  "UHC",
    "UTF8",    "WIN866",  "WIN874",  "WIN1250", "WIN1251", "WIN1252", "WIN1253", "WIN1254",    "WIN1255",    "WIN1256",    "WIN1257",
    "WIN1258",
};

/// Null where it is none of the table.
const char* icu_name(std::string_view encoding) {
  const std::string name = plain(encoding);
  const auto* const known = std::ranges::find(kEncodings, std::string_view(name), &KnownEncoding::name);
  return known == std::end(kEncodings) ? nullptr : known->icu;
}

}  // namespace

bool is_utf8_encoding(std::string_view encoding) {
  const std::string name = plain(encoding);
  return name == "utf8" || name == "unicode" || name == "sqlascii";
}

bool is_known_encoding(std::string_view encoding) { return is_utf8_encoding(encoding) || icu_name(encoding) != nullptr; }

std::vector<std::string> encoding_names() { return {std::begin(kNames), std::end(kNames)}; }

std::optional<std::string> to_utf8(std::string_view text, std::string_view encoding) {
  const char* const icu = icu_name(encoding);
  if (!icu || text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / 4)) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  std::string out(text.size() * 4 + 4, '\0');
  const std::int32_t length = ucnv_convert("UTF-8", icu, out.data(), static_cast<std::int32_t>(out.size()), text.data(),
                                           static_cast<std::int32_t>(text.size()), &status);
  if (U_FAILURE(status) || length < 0) return std::nullopt;
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace pgfk
