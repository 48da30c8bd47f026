// A libpg_query parse tree in its JSON form, as a tree of handles.
//
// A TreeNode is two words and stands for one JSON value; an absent field is an empty TreeNode, whose text
// is empty, number 0, flag false and list empty. That is what libpg_query means too: it leaves out
// whatever is zero, false or empty. A TreeNode lives until the TreeJson it came from parses again or
// dies. Cost: reading a field is linear in the fields of its object, which are few; nothing is
// copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace pgfk {

class TreeNode {
 public:
  TreeNode() = default;

  explicit operator bool() const { return handle_[0] != 0; }

  /// The field of an object, empty where there is none.
  TreeNode operator[](std::string_view field) const;

  std::string_view text() const;
  std::int64_t integer() const;
  bool flag() const;

  /// Of {"ColumnRef": {...}}: "ColumnRef" and the object behind it. Both empty for {} and for what
  /// is no object.
  std::string_view tag() const;
  TreeNode content() const;

  /// Of a list.
  std::size_t size() const;
  bool empty() const { return size() == 0; }

  class Iterator {
   public:
    TreeNode operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return place_ == other.place_; }

   private:
    friend class TreeNode;
    std::array<std::uint64_t, 2> place_{};
  };
  Iterator begin() const;
  Iterator end() const;

 private:
  friend class TreeJson;
  std::array<std::uint64_t, 2> handle_{};
};

class TreeJson {
 public:
  TreeJson();
  ~TreeJson();
  TreeJson(const TreeJson&) = delete;
  TreeJson& operator=(const TreeJson&) = delete;

  /// The root, or an empty TreeNode where `json` is no JSON or nested deeper than kMaximumDepth.
  TreeNode parse(std::string_view json);

  /// In braces and brackets; an operator in a chain takes two.
  static constexpr std::size_t kMaximumDepth = 60'000;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace pgfk
