// What was written on the command line, by option, and readers of it that remember the first thing that is wrong.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "parsers/input/result.h"
#include "rules/wording.h"

namespace pgfk {

class OptionValues {
 public:
  /// By long name; an option without a value has an empty list.
  using Words = std::map<std::string, std::vector<std::string>, std::less<>>;
  explicit OptionValues(Words words) : words_(std::move(words)) {}

  /// Takes what a file says of an option that the command line does not give; `place` is told where it is wrong.
  void add(const std::string& name, std::vector<std::string> words, std::string place) {
    if (words_.emplace(name, std::move(words)).second) places_[name] = std::move(place);
  }
  /// The option as whoever gave it knows it: "--width", or ".pgfk.toml:3: width".
  std::string written(const char* name) const {
    const auto place = places_.find(name);
    return place == places_.end() ? fmt::format("--{}", name) : fmt::format("{}: {}", place->second, name);
  }

  bool has(const char* name) const { return words_.contains(name); }
  std::string text(const char* name, std::string fallback = {}) const { return has(name) && !texts(name).empty() ? texts(name).front() : std::move(fallback); }
  std::vector<std::string> texts(const char* name) const {
    const auto found = words_.find(name);
    return found == words_.end() ? std::vector<std::string>() : found->second;
  }

  std::uint64_t number(const char* name, std::uint64_t fallback, std::uint64_t least, std::uint64_t most);
  /// Bytes, with PostgreSQL's units: 512MB.
  std::uint64_t size(const char* name, std::uint64_t fallback, std::uint64_t least);

  template <typename Choice, std::size_t size>
  Choice choice(const char* name, Choice fallback, const std::array<std::pair<std::string_view, Choice>, size>& choices) {
    if (!has(name)) return fallback;
    const std::string word = text(name);
    std::vector<std::string> words;
    for (const auto& [known, value] : choices) {
      if (word == known) return value;
      words.emplace_back(known);
    }
    refuse(fmt::format("{} takes {}, not \"{}\"", written(name), joined(words, ", "), word));
    return fallback;
  }

  void refuse(std::string message, std::string hint = {}) {
    if (!error_) error_ = Error{std::move(message), {}, std::move(hint), {}};
  }
  void refuse_both(const char* one, const char* other) {
    if (has(one) && has(other)) refuse(fmt::format("options --{} and --{} exclude each other", one, other));
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  Words words_;
  std::map<std::string, std::string, std::less<>> places_;  // of what a file says
  std::optional<Error> error_;
};

}  // namespace pgfk
