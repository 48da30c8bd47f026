#include "parsers/sql/connect_words.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

/// keyword = value pairs; values may stand in single quotes, with backslash escapes.
Settings read_keywords(std::string_view text) {
  Settings settings;
  std::size_t at = 0;
  const auto skip = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  for (skip(); at < text.size(); skip()) {
    std::string name;
    while (at < text.size() && text[at] != '=' && !is_space(text[at])) name += text[at++];
    skip();
    if (at == text.size() || text[at] != '=') break;
    ++at;
    skip();
    const bool quoted = at < text.size() && text[at] == '\'';
    at += quoted;
    std::string value;
    while (at < text.size() && (quoted ? text[at] != '\'' : !is_space(text[at]))) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      value += text[at++];
    }
    at += quoted && at < text.size();
    settings[name] = value;
  }
  return settings;
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = to_lower(digit);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool code = text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
                      hex_value(text[at + 2]) >= 0;
    decoded += code ? static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2])) : text[at];
    at += code ? 2 : 0;
  }
  return decoded;
}

/// [user[:password]@][host][:port][/database][?name=value&...], behind the scheme.
Settings read_uri(std::string_view text) {
  Settings settings;
  const auto set = [&settings](const char* name, std::string_view value) {
    if (!value.empty()) settings[name] = percent_decoded(value);
  };
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos) {
    std::string_view pairs = text.substr(question + 1);
    while (!pairs.empty()) {
      const std::string_view pair = pairs.substr(0, pairs.find('&'));
      pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos)
        settings[std::string(pair.substr(0, equals))] = percent_decoded(pair.substr(equals + 1));
    }
    text = text.substr(0, question);
  }
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) set("dbname", text.substr(slash + 1));
  std::string_view authority = text.substr(0, slash);
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    set("user", user.substr(0, user.find(':')));
    authority.remove_prefix(at + 1);
  }
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  set("host", has_port ? authority.substr(0, colon) : authority);
  if (has_port) set("port", authority.substr(colon + 1));
  return settings;
}

}  // namespace

std::vector<std::string> connect_words(std::vector<std::string> arguments) {
  constexpr std::string_view kReuse = "-reuse-previous";
  if (!arguments.empty() && arguments[0].compare(0, kReuse.size(), kReuse) == 0)
    arguments.erase(arguments.begin());
  if (arguments.empty()) return arguments;
  const std::string& first = arguments[0];
  Settings settings;
  const std::size_t scheme = first.find("://");
  if (first.compare(0, 10, "postgres:/") == 0 || first.compare(0, 12, "postgresql:/") == 0) {
    settings = read_uri(std::string_view(first).substr(scheme == std::string::npos ? first.size() : scheme + 3));
  } else if (first.find('=') != std::string::npos) {
    settings = read_keywords(first);
  } else {
    return arguments;
  }
  std::vector<std::string> words;
  for (const char* name : {"dbname", "user", "host", "port"}) {
    const auto found = settings.find(name);
    words.push_back(found == settings.end() ? "-" : found->second);
  }
  return words;
}

}  // namespace pgfk
