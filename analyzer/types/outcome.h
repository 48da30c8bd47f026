// What came of asking "what would the server do": it works, it refuses with an SQLSTATE, or the input does not tell.
//
// The three are kept apart everywhere: a refusal is a fact about the input, doubt is a fact about our knowledge.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace pgfk {

/// An ERROR of the server, with the fields that psql shows under VERBOSITY verbose. Texts are the server's own.
struct ServerError {
  std::string sqlstate;
  std::string message;
  std::string detail = {};
  std::string schema = {};      // SCHEMA NAME, TABLE NAME, COLUMN NAME, CONSTRAINT NAME; empty where the server gives none
  std::string table = {};
  std::string column = {};
  std::string constraint = {};
  int location = -1;            // byte offset in the statement's text, -1 if none
};

/// Why a verdict would be a guess: what stands in the way, and what would settle it.
struct Doubt {
  std::string reason;           // "function f(integer) is not evaluated offline"
  int location = -1;            // of the expression, in the statement's text
};

/// A T, or why not. `T` may be std::monostate for "it worked".
template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(ServerError error) : state_(std::in_place_index<1>, std::move(error)) {}
  Outcome(Doubt doubt) : state_(std::in_place_index<2>, std::move(doubt)) {}

  bool ok() const { return state_.index() == 0; }
  bool refused() const { return state_.index() == 1; }
  bool doubtful() const { return state_.index() == 2; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  ServerError& error() { return *std::get_if<1>(&state_); }
  const ServerError& error() const { return *std::get_if<1>(&state_); }
  const Doubt& doubt() const { return *std::get_if<2>(&state_); }

  /// The same refusal or doubt for another T; must not be ok().
  template <typename U>
  Outcome<U> as() const {
    if (refused()) return Outcome<U>(error());
    return Outcome<U>(doubt());
  }

 private:
  std::variant<T, ServerError, Doubt> state_;
};

using Done = Outcome<std::monostate>;
inline Done done() { return Done(std::monostate{}); }

}  // namespace pgfk
