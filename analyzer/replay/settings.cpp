#include "analyzer/replay/settings.h"

#include <algorithm>
#include <cctype>

#include "analyzer/replay/parameter_names.h"

namespace pgfk {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

bool exists(const std::string& name, int version) {
  if (name.find('.') != std::string::npos) return true;  // a custom parameter
  if (std::binary_search(std::begin(kParameterNames), std::end(kParameterNames), name)) return true;
  return std::any_of(std::begin(kLaterParameters), std::end(kLaterParameters),
                     [&](const LaterParameter& p) { return p.name == name && version >= p.since; });
}

std::optional<bool> read_bool(std::string_view text) {
  const std::string word = lower(text);
  if (word.empty()) return std::nullopt;
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (yes.starts_with(word) && (yes != "on" || word == "on")) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (no.starts_with(word) && (no != "off" || word.size() >= 2)) return false;
  }
  return std::nullopt;
}

ServerError invalid_value(const std::string& name, const std::string& value) {
  return {"22023", "invalid value for parameter \"" + name + "\": \"" + value + "\""};
}

/// Parameters whose value changes a verdict and must therefore be of the right kind; canonical spelling, or a refusal.
Outcome<std::string> checked(const std::string& name, const std::string& value) {
  if (name == "session_replication_role") {
    const std::string word = lower(value);
    if (word == "origin" || word == "replica" || word == "local") return word;
    return invalid_value(name, value);
  }
  if (name == "standard_conforming_strings" || name == "check_function_bodies" || name == "row_security" ||
      name == "default_transaction_read_only" || name == "transaction_read_only") {
    const std::optional<bool> flag = read_bool(value);
    if (!flag) return ServerError{"22023", "parameter \"" + name + "\" requires a Boolean value"};
    return std::string(*flag ? "on" : "off");
  }
  if (name == "default_with_oids") {
    if (read_bool(value).value_or(false)) {
      return ServerError{"0A000", "tables declared WITH OIDS are not supported"};
    }
    return std::string("off");
  }
  if (name == "bytea_output") {
    const std::string word = lower(value);
    if (word == "hex" || word == "escape") return word;
    return invalid_value(name, value);
  }
  if (name == "intervalstyle") {
    const std::string word = lower(value);
    for (const std::string_view known : {"postgres", "postgres_verbose", "sql_standard", "iso_8601"}) {
      if (word == known) return word;
    }
    return invalid_value(name, value);
  }
  return value;
}

/// A DateStyle may name the style, the order, or both; what is not named stays.
Outcome<std::string> merged_date_style(const std::string& before, const std::string& value) {
  std::string style = before.substr(0, before.find(','));
  std::string order = before.find(',') == std::string::npos ? "MDY" : trimmed(before.substr(before.find(',') + 1));
  std::string rest = lower(value) + ",";
  for (std::size_t at = rest.find(','); at != std::string::npos; at = rest.find(',')) {
    const std::string word = trimmed(rest.substr(0, at));
    rest.erase(0, at + 1);
    if (word == "iso") {
      style = "ISO";
    } else if (word == "sql") {
      style = "SQL";
    } else if (word.starts_with("postgres")) {
      style = "Postgres";
    } else if (word == "german") {
      style = "German";
      order = "DMY";
    } else if (word == "ymd") {
      order = "YMD";
    } else if (word == "dmy" || word.starts_with("euro")) {
      order = "DMY";
    } else if (word == "mdy" || word == "us" || word.starts_with("noneuro")) {
      order = "MDY";
    } else if (word == "default") {
      style = "ISO";
      order = "MDY";
    } else {
      return invalid_value("DateStyle", value);
    }
  }
  return style + ", " + order;
}

}  // namespace

Settings::Settings(int server_version) : version_(server_version) {
  start_ = {{"bytea_output", "hex"},
            {"client_encoding", "UTF8"},
            {"datestyle", "ISO, MDY"},
            {"extra_float_digits", "1"},
            {"intervalstyle", "postgres"},
            {"row_security", "on"},
            {"search_path", "\"$user\", public"},
            {"server_encoding", "UTF8"},
            {"server_version_num", std::to_string(server_version * 10'000)},
            {"session_replication_role", "origin"},
            {"standard_conforming_strings", "on"},
            {"timezone", "UTC"}};
  session_ = start_;
}

void Settings::assign(bool local, const std::string& name, std::optional<std::string> value) {
  Values& values = local ? local_ : session_;
  const auto found = values.find(name);
  journal_.push_back({local, name, found == values.end() ? std::nullopt : std::optional(found->second)});
  if (value) {
    values[name] = std::move(*value);
  } else {
    values.erase(name);
  }
}

std::optional<std::string> Settings::get(std::string_view asked) const {
  const std::string name = lower(asked);
  if (const auto found = local_.find(name); found != local_.end()) return found->second;
  if (const auto found = session_.find(name); found != session_.end()) return found->second;
  if (name.find('.') == std::string::npos && exists(name, version_)) return std::string();
  return std::nullopt;
}

Done Settings::set(std::string_view asked, const std::string& value, bool local, bool superuser) {
  std::string name = lower(asked);
  if (name == "time zone") name = "timezone";
  if (name == "names") name = "client_encoding";
  if (!exists(name, version_)) {
    return ServerError{"42704", "unrecognized configuration parameter \"" + std::string(asked) + "\""};
  }
  if (name == "session_replication_role" && !superuser) {
    return ServerError{"42501", "permission denied to set parameter \"" + name + "\""};
  }
  Outcome<std::string> canonical = checked(name, value);
  if (!canonical.ok()) return canonical.as<std::monostate>();
  if (name == "datestyle") canonical = merged_date_style(get(name).value_or(""), value);
  if (!canonical.ok()) return canonical.as<std::monostate>();
  if (!local && local_.contains(name)) assign(true, name, std::nullopt);
  assign(local, name, *canonical);
  return done();
}

Done Settings::reset(std::string_view asked, bool superuser) {
  const std::string name = lower(asked);
  if (!exists(name, version_)) {
    return ServerError{"42704", "unrecognized configuration parameter \"" + std::string(asked) + "\""};
  }
  if (name == "session_replication_role" && !superuser) {
    return ServerError{"42501", "permission denied to set parameter \"" + name + "\""};
  }
  const auto start = start_.find(name);
  if (local_.contains(name)) assign(true, name, std::nullopt);
  assign(false, name, start == start_.end() ? std::nullopt : std::optional(start->second));
  return done();
}

std::string Settings::start_value(std::string_view asked) const {
  const auto start = start_.find(lower(asked));
  return start == start_.end() ? std::string() : start->second;
}

void Settings::reset_all() {
  std::vector<std::string> names;
  for (const auto& [name, value] : session_) names.push_back(name);
  for (const auto& [name, value] : local_) names.push_back(name);
  for (const std::string& name : names) static_cast<void>(reset(name, true));
}

void Settings::set_start_value(std::string_view asked, const std::string& value) {
  const std::string name = lower(asked);
  const Outcome<std::string> canonical = checked(name, value);
  if (!canonical.ok()) return;
  start_[name] = *canonical;
  session_[name] = *canonical;
}

void Settings::start_session() {
  session_ = start_;
  local_.clear();
  journal_.clear();
}

bool Settings::end_transaction() {
  const bool changed = !local_.empty();
  local_.clear();
  return changed;
}

void Settings::rollback_to(Mark mark) {
  while (journal_.size() > mark) {
    Change change = std::move(journal_.back());
    journal_.pop_back();
    Values& values = change.local ? local_ : session_;
    if (change.old) {
      values[change.name] = std::move(*change.old);
    } else {
      values.erase(change.name);
    }
  }
}

bool Settings::replica_role() const { return get("session_replication_role") == "replica"; }

bool Settings::standard_conforming_strings() const { return get("standard_conforming_strings") != "off"; }

ValueSettings Settings::value_settings() const {
  ValueSettings out;
  out.server_version = version_;
  const std::string style = lower(get("datestyle").value_or(""));
  if (style.find("sql") != std::string::npos) out.date_style = DateStyle::sql;
  if (style.find("postgres") != std::string::npos) out.date_style = DateStyle::postgres;
  if (style.find("german") != std::string::npos) out.date_style = DateStyle::german;
  if (style.find("dmy") != std::string::npos || style.find("euro") != std::string::npos ||
      (style.find("german") != std::string::npos && style.find("mdy") == std::string::npos)) {
    out.date_order = DateOrder::dmy;
  }
  if (style.find("ymd") != std::string::npos) out.date_order = DateOrder::ymd;
  const std::string interval = get("intervalstyle").value_or("");
  if (interval == "postgres_verbose") out.interval_style = IntervalStyle::postgres_verbose;
  if (interval == "sql_standard") out.interval_style = IntervalStyle::sql_standard;
  if (interval == "iso_8601") out.interval_style = IntervalStyle::iso_8601;
  out.time_zone = get("timezone").value_or("UTC");
  out.bytea_escape = get("bytea_output") == "escape";
  out.client_encoding = get("client_encoding").value_or("UTF8");
  const std::string digits = get("extra_float_digits").value_or("1");
  out.extra_float_digits = digits.starts_with("-") || digits == "0" ? 0 : 1;
  return out;
}

std::vector<std::string> Settings::search_path(const std::string& user) const {
  std::vector<std::string> out;
  const std::string path = get("search_path").value_or("");
  std::string item;
  bool quoted = false, was_quoted = false;
  const auto finish = [&] {
    std::string name = was_quoted ? item : lower(trimmed(item));
    if (name == "$user") name = user;
    if (!name.empty()) out.push_back(std::move(name));
    item.clear();
    was_quoted = false;
  };
  for (std::size_t at = 0; at < path.size(); ++at) {
    const char c = path[at];
    if (quoted) {
      if (c == '"' && at + 1 < path.size() && path[at + 1] == '"') {
        item.push_back('"');
        ++at;
      } else if (c == '"') {
        quoted = false;
      } else {
        item.push_back(c);
      }
    } else if (c == '"') {
      quoted = was_quoted = true;
      item.clear();
    } else if (c == ',') {
      finish();
    } else if (!was_quoted) {
      item.push_back(c);
    }
  }
  finish();
  return out;
}

}  // namespace pgfk
