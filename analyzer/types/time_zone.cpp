#include "analyzer/types/time_zone.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>

#include "absl/time/time.h"

#include "analyzer/types/family.h"

namespace pgfk {

struct Zone {
  absl::TimeZone rules;
  bool fixed = false;
  std::int32_t west = 0;
  std::string abbreviation;
};

namespace {

namespace fs = std::filesystem;
constexpr const char* kZoneFolder = "/usr/share/zoneinfo";
constexpr std::int32_t kMaxOffset = 168 * 3600;  // a week, as tzparse allows

/// Opens the zone of that name whatever its case, part by part of the path. Source: pgtz.c, scan_directory_ci.
std::string true_name(std::string_view name) {
  std::string found;
  fs::path folder = kZoneFolder;
  while (!name.empty()) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part.front() == '.') return {};
    std::string wanted(part);
    for (char& c : wanted) c = lower(c);
    std::string match;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      const std::string here = entry->path().filename().string();
      if (equals_ignoring_case(here, wanted)) {
        match = here;
        break;
      }
    }
    if (match.empty()) return {};
    folder /= match;
    found += found.empty() ? match : "/" + match;
    name = slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  }
  std::error_code error;
  return fs::is_directory(folder, error) ? std::string() : found;
}

std::unique_ptr<Zone> fixed_zone(std::int32_t west, std::string abbreviation) {
  auto zone = std::make_unique<Zone>();
  zone->fixed = true;
  zone->west = west;
  zone->abbreviation = std::move(abbreviation);
  return zone;
}

/// h[:m[:s]] in seconds, taken from the front.
std::optional<std::int32_t> take_offset(std::string_view& rest) {
  std::int32_t sign = 1, total = 0;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    sign = rest.front() == '-' ? -1 : 1;
    rest.remove_prefix(1);
  }
  for (std::int32_t unit = 3600;; unit /= 60) {
    std::int32_t part = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), part);
    if (read.ec != std::errc() || part < 0 || part > (unit == 3600 ? 167 : 59)) return std::nullopt;
    total += part * unit;
    rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
    if (unit == 1 || rest.empty() || rest.front() != ':') return sign * total;
    rest.remove_prefix(1);
  }
}

/// "UTC+3", "<+05>-05", "+02:00": a name and an offset that counts west, no daylight saving.
std::unique_ptr<Zone> posix_zone(std::string_view text) {
  std::string_view rest = text;
  std::string_view name;
  if (!rest.empty() && rest.front() == '<') {
    const std::size_t close = rest.find('>');
    if (close == std::string_view::npos) return nullptr;
    name = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
  } else {
    std::size_t letters = 0;
    while (letters < rest.size() && is_alpha(rest[letters])) ++letters;
    name = rest.substr(0, letters);
    rest.remove_prefix(letters);
  }
  if (rest.empty()) return nullptr;
  const std::optional<std::int32_t> west = take_offset(rest);
  if (!west || !rest.empty()) return nullptr;
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return fixed_zone(*west, std::move(upper));
}

std::unique_ptr<Zone> load_zone(std::string_view name) {
  if (equals_ignoring_case(name, "utc") || equals_ignoring_case(name, "gmt")) {
    return fixed_zone(0, equals_ignoring_case(name, "gmt") ? "GMT" : "UTC");
  }
  const std::string file = true_name(name);
  auto zone = std::make_unique<Zone>();
  if (file.empty() || !absl::LoadTimeZone(file, &zone->rules)) return posix_zone(name);
  absl::TimeZone::CivilTransition transition;
  if (!zone->rules.NextTransition(absl::InfinitePast(), &transition)) {
    const absl::TimeZone::CivilInfo info = zone->rules.At(absl::UnixEpoch());
    zone->fixed = true;
    zone->west = -info.offset;
    zone->abbreviation = info.zone_abbr;
  }
  return zone;
}

absl::CivilSecond civil_second(const Civil& local) {
  return absl::CivilSecond(local.year, local.month, local.day, local.hour, local.minute, local.second);
}

std::int32_t west_at(const Zone& zone, absl::Time when) { return -zone.rules.At(when).offset; }

}  // namespace

const Zone* find_zone(std::string_view name) {
  thread_local std::map<std::string, std::unique_ptr<Zone>, std::less<>> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second.get();
  return known.emplace(std::string(name), load_zone(name)).first->second.get();
}

const Zone* find_session_zone(std::string_view setting) {
  double hours = 0;
  std::string_view number = setting;
  if (!number.empty() && number.front() == '+') number.remove_prefix(1);
  const auto read = std::from_chars(number.data(), number.data() + number.size(), hours);
  const bool plain = read.ec == std::errc() && read.ptr == number.data() + number.size();
  if (!plain || !std::isfinite(hours) || std::fabs(hours) * 3600 > kMaxOffset) return find_zone(setting);
  // The server names such a zone by its offset: <+05:30>-05:30.
  const std::int32_t east = static_cast<std::int32_t>(hours * 3600);
  const std::int32_t seconds = std::abs(east);
  std::string offset = seconds / 3600 < 10 ? "0" : "";
  offset += std::to_string(seconds / 3600);
  if (seconds % 3600 != 0) offset += (seconds % 3600 / 60 < 10 ? ":0" : ":") + std::to_string(seconds % 3600 / 60);
  return find_zone((east < 0 ? "<-" : "<+") + offset + (east < 0 ? ">+" : ">-") + offset);
}

std::optional<std::int32_t> fixed_offset(const Zone& zone) {
  if (zone.fixed) return zone.west;
  return std::nullopt;
}

std::int32_t offset_of_local(const Zone& zone, const Civil& local) {
  if (zone.fixed) return zone.west;
  const absl::TimeZone::TimeInfo info = zone.rules.At(civil_second(local));
  const bool repeated = info.kind == absl::TimeZone::TimeInfo::REPEATED;
  // In the gap, `pre` counts with the offset before the change and so lies behind it; that offset is the one asked for.
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
    return west_at(zone, info.trans - absl::Seconds(1));
  }
  return west_at(zone, repeated ? info.post : info.pre);
}

ZoneAt zone_at(const Zone& zone, std::int64_t timestamp) {
  if (zone.fixed) return {zone.west, zone.abbreviation};
  std::int64_t seconds = timestamp / kSecond;
  if (timestamp % kSecond < 0) --seconds;
  const absl::TimeZone::CivilInfo info = zone.rules.At(absl::FromUnixSeconds(seconds + kUnixToPostgresSeconds));
  return {-info.offset, info.zone_abbr};
}

std::int32_t offset_of_abbreviation(const Zone& zone, std::string_view abbreviation, const Civil& local) {
  const auto matches = [&](absl::Time when) { return equals_ignoring_case(zone.rules.At(when).zone_abbr, abbreviation); };
  if (zone.fixed) return zone.west;
  const absl::Time start = zone.rules.At(civil_second(local)).pre;
  absl::TimeZone::CivilTransition transition;
  // The last use of the abbreviation before that time, else the first one after it.
  absl::Time when = start;
  if (matches(when)) return west_at(zone, when);
  while (zone.rules.PrevTransition(when, &transition)) {
    when = absl::FromCivil(transition.from, zone.rules) - absl::Seconds(1);
    if (matches(when)) return west_at(zone, when);
  }
  when = start;
  constexpr int kTransitionsAhead = 400;  // rules for the future never end
  for (int step = 0; step < kTransitionsAhead && zone.rules.NextTransition(when, &transition); ++step) {
    when = absl::FromCivil(transition.to, zone.rules);
    if (matches(when)) return west_at(zone, when);
  }
  return offset_of_local(zone, local);
}

}  // namespace pgfk
