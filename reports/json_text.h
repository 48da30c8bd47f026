// JSON written as it comes, from bytes that need not be UTF-8.
//
// A byte that belongs to no UTF-8 character becomes \udc80 to \udcff (its value in the last two digits), as Python's surrogateescape has it: the
// output is valid UTF-8, and the bytes can be had back. Readers that refuse lone surrogates get U+FFFD instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

enum class BrokenBytes { escaped, replaced };

class JsonText {
 public:
  explicit JsonText(BrokenBytes broken = BrokenBytes::escaped) : broken_(broken) {}

  JsonText& begin_object() { return open('{'); }
  JsonText& end_object() { return close('}'); }
  JsonText& begin_array() { return open('['); }
  JsonText& end_array() { return close(']'); }

  /// Of the next value.
  JsonText& key(std::string_view name);
  JsonText& value(std::string_view text);
  JsonText& value(std::uint64_t number) { return raw(std::to_string(number)); }
  JsonText& value(std::int64_t number) { return raw(std::to_string(number)); }
  JsonText& value(bool yes) { return raw(yes ? "true" : "false"); }
  JsonText& value(double number);
  JsonText& null() { return raw("null"); }
  JsonText& value(const std::vector<std::string>& texts);

  template <typename Value>
  JsonText& member(std::string_view name, const Value& of) {
    return key(name).value(of);
  }
  JsonText& member(std::string_view name, const char* of) { return key(name).value(std::string_view(of)); }

  const std::string& text() const { return text_; }
  void clear() { text_.clear(); first_ = true; }

 private:
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  JsonText& raw(std::string_view text);
  void separate();

  BrokenBytes broken_;
  std::string text_;
  bool first_ = true;  // nothing stands before the next value in its object or array
};

}  // namespace pgfk
