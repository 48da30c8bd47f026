#include "analyzer/types/collation.h"

#include <array>
#include <map>
#include <memory>
#include <optional>

#include <unicode/locid.h>
#include <unicode/ucol.h>
#include <unicode/unistr.h>

#include "analyzer/types/type_io.h"

namespace pgfk {
namespace {

struct CloseCollator {
  void operator()(UCollator* collator) const { ucol_close(collator); }
};
using Collator = std::unique_ptr<UCollator, CloseCollator>;

/// Whether the locale's text decides equality by nothing but a level of comparison. Other attributes (kc, ka, kn ...) would need a look at how the
/// server hands them to its own ICU.
bool is_plain_level(std::string_view locale) {
  const std::size_t mark = locale.find("-u-");
  std::string_view keywords = mark == std::string_view::npos ? std::string_view() : locale.substr(mark + 3);
  if (mark == std::string_view::npos && locale.find('@') != std::string_view::npos) {
    keywords = locale.substr(locale.find('@') + 1);
    return keywords == "colStrength=primary" || keywords == "colStrength=secondary" || keywords == "colStrength=tertiary";
  }
  return keywords.empty() || keywords == "ks-level1" || keywords == "ks-level2" || keywords == "ks-level3";
}

/// One collator per locale and thread: opening one reads ICU's data.
UCollator* collator_for(std::string_view locale) {
  thread_local std::map<std::string, Collator, std::less<>> open;
  const auto found = open.find(locale);
  if (found != open.end()) return found->second.get();
  const std::string name(locale);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale icu_locale =
      locale.find('@') == std::string_view::npos ? icu::Locale::forLanguageTag(name, status) : icu::Locale(name.c_str());
  Collator collator(U_SUCCESS(status) ? ucol_open(icu_locale.getName(), &status) : nullptr);
  if (U_FAILURE(status)) collator.reset();
  return open.emplace(name, std::move(collator)).first->second.get();
}

icu::UnicodeString utf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

std::string fold_citext(std::string_view text) {
  std::string lower(text);
  bool ascii = true;
  for (char& c : lower) {
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  if (ascii) return lower;
  lower.clear();
  utf16(text).toLower(icu::Locale::getRoot()).toUTF8String(lower);
  return lower;
}

std::optional<std::string> fold_for_collation(std::string_view text, std::string_view icu_locale) {
  if (!is_plain_level(icu_locale)) return std::nullopt;
  UCollator* collator = collator_for(icu_locale);
  if (collator == nullptr) return std::nullopt;
  const icu::UnicodeString wide = utf16(text);
  std::array<std::uint8_t, 256> small;
  const std::int32_t length =
      ucol_getSortKey(collator, wide.getBuffer(), wide.length(), small.data(), static_cast<std::int32_t>(small.size()));
  std::string key(static_cast<std::size_t>(length), '\0');
  ucol_getSortKey(collator, wide.getBuffer(), wide.length(), reinterpret_cast<std::uint8_t*>(key.data()), length);
  return key;
}

}  // namespace pgfk
