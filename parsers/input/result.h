// What a call that can be refused answers: a value, or the Error that says why there is none.
//
// For inputs that cannot be used at all (STYLE.md, section 4). What is merely odd is a Diagnostic; what the server would
// refuse is a ServerError (analyzer/types/server_error.h). Nothing of ours throws.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "parsers/input/span.h"

namespace pgfk {

/// Why an input cannot be used, in the server's style: a short primary text without capital and full stop, then sentences.
struct Error {
  std::string message;
  std::string detail;
  std::string hint;
  std::optional<Span> span;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace pgfk
