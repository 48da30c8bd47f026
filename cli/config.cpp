#include "cli/config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include <glob.h>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <fmt/format.h>

#include "cli/nearest.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

namespace fs = std::filesystem;

enum class Takes { text, path, number, flag, texts, paths, reports };

struct KnownKey {
  std::string_view section, key;
  Takes takes;
};

// Keys that stand in two sections are where people look for them.
constexpr auto kKeys = std::to_array<KnownKey>({
    {"check", "against", Takes::paths},
    {"check", "order", Takes::texts},
    {"check", "dbname", Takes::text},
    {"check", "setting", Takes::texts},
    {"check", "variable", Takes::texts},
    {"check", "one-session", Takes::flag},
    {"check", "single-transaction", Takes::flag},
    {"check", "exit-on-error", Takes::flag},
    {"check", "assume-parent", Takes::text},
    {"check", "as", Takes::text},
    {"check", "pg-version", Takes::number},
    {"check", "encoding", Takes::text},
    {"check", "schema", Takes::texts},
    {"check", "exclude-schema", Takes::texts},
    {"check", "table", Takes::texts},
    {"check", "exclude-table", Takes::texts},
    {"check", "threads", Takes::number},
    {"check", "memory", Takes::text},
    {"check", "select", Takes::texts},
    {"check", "ignore", Takes::texts},
    {"check", "strict", Takes::flag},
    {"check", "fail-on", Takes::text},
    {"check", "baseline", Takes::path},
    {"rules", "select", Takes::texts},
    {"rules", "ignore", Takes::texts},
    {"rules", "strict", Takes::flag},
    {"rules", "fail-on", Takes::text},
    {"rules", "baseline", Takes::path},
    {"report", "output-format", Takes::text},
    {"report", "report", Takes::reports},
    {"report", "max-rows", Takes::number},
    {"report", "redact", Takes::text},
    {"report", "color", Takes::text},
    {"report", "width", Takes::number},
    {"report", "progress", Takes::text},
    {"report", "quiet", Takes::flag},
    {"report", "verbose", Takes::flag},
    {"report", "statistics", Takes::flag},
    {"log", "prefix", Takes::text},
    {"log", "log-format", Takes::text},
    {"log", "output-format", Takes::text},
    {"log", "time-zone", Takes::text},
    {"log", "group-by", Takes::text},
    {"log", "top", Takes::number},
    {"log", "redact", Takes::text},
});

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const KnownKey& known : kKeys) {
    if (std::ranges::find(names, known.section) == names.end()) names.emplace_back(known.section);
  }
  return names;
}

const char* kind_of(Takes takes) {
  switch (takes) {
    case Takes::text:
    case Takes::path: return "a string";
    case Takes::number: return "a whole number";
    case Takes::flag: return "true or false";
    case Takes::texts:
    case Takes::paths:
    case Takes::reports: return "a string or a list of strings";
  }
  return "";
}

std::string glob_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*?[]{}\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// As people in the working directory would write it.
std::string shown_path(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  if (normal.is_absolute() || normal.empty() || *normal.begin() != "..") return normal.string();
  std::error_code trouble;
  const fs::path here = fs::current_path(trouble);
  const fs::path relative = (here / normal).lexically_normal().lexically_relative(here);
  return trouble || relative.empty() ? normal.string() : relative.string();
}

using Words = std::optional<std::vector<std::string>>;

Words one_word(std::string word) {
  std::vector<std::string> words;
  words.push_back(std::move(word));
  return words;
}

class ConfigReader {
 public:
  explicit ConfigReader(const std::string& path) : path_(path), folder_(fs::path(path).parent_path()) {}

  Result<Config> read() {
    toml::parse_result parsed = toml::parse_file(path_);
    if (!parsed) {
      const toml::parse_error& error = parsed.error();
      if (error.source().begin.line == 0) return Error{fmt::format("could not read \"{}\"", path_), std::string(error.description()), {}, {}};
      return Error{fmt::format("{}: {}", place(error.source()), error.description()), {}, "It is written in TOML: https://toml.io", {}};
    }
    for (const auto& [name, node] : parsed.table()) read_section(name, node);
    if (error_) return *std::move(error_);
    return std::move(config_);
  }

 private:
  std::string place(const toml::source_region& region) const { return fmt::format("{}:{}", path_, region.begin.line); }

  void refuse(std::string message, std::string hint = {}) {
    if (!error_) error_ = Error{std::move(message), {}, std::move(hint), {}};
  }

  void read_section(const toml::key& name, const toml::node& node) {
    const std::vector<std::string> sections = section_names();
    const bool known = std::ranges::find(sections, name.str()) != sections.end();
    if (known && node.is_table()) {
      for (const auto& [key, value] : *node.as_table()) read_key(name.str(), key, value);
      return;
    }
    const auto home = std::ranges::find(kKeys, name.str(), &KnownKey::key);
    if (known) {
      refuse(fmt::format("{}: \"{}\" is a section", place(name.source()), name.str()), fmt::format("It is written [{}].", name.str()));
    } else if (home != kKeys.end() && !node.is_table()) {
      refuse(fmt::format("{}: key \"{}\" stands in no section", place(name.source()), name.str()), fmt::format("It belongs below [{}].", home->section));
    } else {
      const std::string nearest = nearest_word(name.str(), sections);
      refuse(fmt::format("{}: unknown {} \"{}\"", place(name.source()), node.is_table() ? "section" : "key", name.str()),
             nearest.empty() ? fmt::format("There are {}.", listed(sections)) : fmt::format("Did you mean [{}]?", nearest));
    }
  }

  void read_key(std::string_view section, const toml::key& name, const toml::node& node) {
    const auto known = std::ranges::find_if(kKeys, [&](const KnownKey& key) { return key.section == section && key.key == name.str(); });
    if (known == kKeys.end()) {
      refuse_key(section, name);
      return;
    }
    Words words = words_of(known->takes, node);
    if (!words) {
      refuse(fmt::format("{}: \"{}\" takes {}", place(name.source()), name.str(), kind_of(known->takes)));
      return;
    }
    if (known->takes == Takes::flag && !*node.value<bool>()) return;
    if (known->key == "order") {
      config_.order = Config::Order{folder_.string(), *std::move(words), place(name.source())};
      return;
    }
    Config::Value value{*std::move(words), place(name.source())};
    if (!(section == "log" ? config_.log : config_.check).emplace(std::string(known->key), std::move(value)).second) {
      refuse(fmt::format("{}: \"{}\" is given twice, in another section too", place(name.source()), name.str()));
    }
  }

  void refuse_key(std::string_view section, const toml::key& name) {
    std::vector<std::string> here, everywhere;
    for (const KnownKey& key : kKeys) (key.section == section ? here : everywhere).emplace_back(key.key);
    const auto elsewhere = std::ranges::find(kKeys, name.str(), &KnownKey::key);
    std::string hint = fmt::format("There are {}.", listed(here));
    if (const std::string nearest = nearest_word(name.str(), here); !nearest.empty()) hint = fmt::format("Did you mean {}?", nearest);
    if (elsewhere != kKeys.end()) hint = fmt::format("It belongs below [{}].", elsewhere->section);
    refuse(fmt::format("{}: unknown key \"{}\" in [{}]", place(name.source()), name.str(), section), std::move(hint));
  }

  /// Empty where the value is of another type.
  Words words_of(Takes takes, const toml::node& node) const {
    switch (takes) {
      case Takes::flag: return node.is_boolean() ? Words(std::vector<std::string>()) : Words();
      case Takes::number: return node.is_integer() ? one_word(std::to_string(*node.value<std::int64_t>())) : Words();
      case Takes::text:
      case Takes::path: return node.is_string() ? one_word(word_of(takes, *node.value<std::string>())) : Words();
      case Takes::texts:
      case Takes::paths:
      case Takes::reports: break;
    }
    if (node.is_string()) return one_word(word_of(takes, *node.value<std::string>()));
    if (!node.is_array()) return std::nullopt;
    std::vector<std::string> words;
    for (const toml::node& element : *node.as_array()) {
      if (!element.is_string()) return std::nullopt;
      words.push_back(word_of(takes, *element.value<std::string>()));
    }
    return words;
  }

  std::string word_of(Takes takes, const std::string& text) const {
    if (takes == Takes::path || takes == Takes::paths) return from_folder(text);
    if (takes != Takes::reports) return text;
    const std::size_t colon = text.find(':');  // FORMAT:FILE
    return colon == std::string::npos ? text : text.substr(0, colon + 1) + from_folder(text.substr(colon + 1));
  }

  std::string from_folder(const std::string& written) const {
    return written == "-" || written.empty() ? written : shown_path(folder_ / written);
  }

  std::string path_;
  fs::path folder_;
  Config config_;
  std::optional<Error> error_;
};

}  // namespace

Result<Config> read_config(const std::string& path) { return ConfigReader(path).read(); }

std::string find_config(const std::string& folder) {
  constexpr const char* kName = ".pgfk.toml";
  std::error_code trouble;
  const fs::path here = fs::current_path(trouble);
  fs::path at = fs::weakly_canonical(folder.empty() ? here : here / folder, trouble);
  if (trouble) return {};
  for (;; at = at.parent_path()) {
    const fs::path candidate = at / kName;
    if (fs::is_regular_file(candidate, trouble)) {
      const std::string relative = candidate.lexically_relative(here).string(), absolute = candidate.string();
      return relative.empty() || relative.size() > absolute.size() ? absolute : relative;
    }
    if (at == at.parent_path()) return {};
  }
}

Result<std::vector<std::string>> expand_order(const Config::Order& order) {
  std::vector<std::string> files;
  std::set<std::string> met;
  const auto add = [&](const fs::path& path) {
    std::string name = shown_path(path);
    if (met.insert(name).second) files.push_back(std::move(name));
  };
  for (const std::string& pattern : order.patterns) {
    if (pattern.find_first_of("*?[{") == std::string::npos) {
      add(fs::path(order.folder) / pattern);
      continue;
    }
    glob_t found{};
    const int result = ::glob((fs::path(glob_quoted(order.folder)) / pattern).c_str(), GLOB_BRACE, nullptr, &found);
    for (std::size_t at = 0; result == 0 && at < found.gl_pathc; ++at) add(found.gl_pathv[at]);
    ::globfree(&found);
    if (result != 0) return Error{fmt::format("{}: no file is like \"{}\"", order.place, pattern), {}, {}, {}};
  }
  return files;
}

}  // namespace pgfk
