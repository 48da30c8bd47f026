#include "parsers/sql/tree_json.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>
#include <vector>

#include <simdjson.h>

namespace pgfk {

namespace {

namespace dom = simdjson::dom;

using Handle = std::array<std::uint64_t, 2>;

// simdjson's elements and iterators are a pointer to the document and an index into it; kept as two
// words so that the library's types stay here.
static_assert(sizeof(dom::element) == sizeof(Handle) && std::is_trivially_copyable_v<dom::element>);
static_assert(sizeof(dom::array::iterator) == sizeof(Handle) &&
              std::is_trivially_copyable_v<dom::array::iterator>);

dom::element element_of(const Handle& handle) {
  return std::bit_cast<dom::element>(handle);
}

// Past this, the buffers of one huge statement are given back.
constexpr std::size_t kKeptCapacity = std::size_t{16} << 20;

}  // namespace

TreeNode TreeNode::operator[](std::string_view field) const {
  TreeNode node;
  dom::object object;
  if (!*this || element_of(handle_).get_object().get(object) != simdjson::SUCCESS) return node;
  dom::element value;
  if (object.at_key(field).get(value) == simdjson::SUCCESS)
    node.handle_ = std::bit_cast<Handle>(value);
  return node;
}

std::string_view TreeNode::text() const {
  std::string_view value;
  if (!*this || element_of(handle_).get_string().get(value) != simdjson::SUCCESS) return {};
  return value;
}

std::int64_t TreeNode::integer() const {
  std::int64_t value = 0;
  if (!*this || element_of(handle_).get_int64().get(value) != simdjson::SUCCESS) return 0;
  return value;
}

bool TreeNode::flag() const {
  bool value = false;
  return *this && element_of(handle_).get_bool().get(value) == simdjson::SUCCESS && value;
}

std::string_view TreeNode::tag() const {
  dom::object object;
  if (!*this || element_of(handle_).get_object().get(object) != simdjson::SUCCESS) return {};
  const dom::object::iterator first = object.begin();
  return first == object.end() ? std::string_view{} : first.key();
}

TreeNode TreeNode::content() const {
  TreeNode node;
  dom::object object;
  if (!*this || element_of(handle_).get_object().get(object) != simdjson::SUCCESS) return node;
  const dom::object::iterator first = object.begin();
  if (first != object.end()) node.handle_ = std::bit_cast<Handle>(first.value());
  return node;
}

std::size_t TreeNode::size() const {
  dom::array array;
  if (!*this || element_of(handle_).get_array().get(array) != simdjson::SUCCESS) return 0;
  // array.size() saturates at 2^24 - 1, enough for reserving and for telling empty from not.
  return array.size();
}

TreeNode::Iterator TreeNode::begin() const {
  Iterator iterator;
  dom::array array;
  if (*this && element_of(handle_).get_array().get(array) == simdjson::SUCCESS) {
    iterator.place_ = std::bit_cast<Handle>(array.begin());
  }
  return iterator;
}

TreeNode::Iterator TreeNode::end() const {
  Iterator iterator;
  dom::array array;
  if (*this && element_of(handle_).get_array().get(array) == simdjson::SUCCESS) {
    iterator.place_ = std::bit_cast<Handle>(array.end());
  }
  return iterator;
}

TreeNode TreeNode::Iterator::operator*() const {
  TreeNode node;
  node.handle_ = std::bit_cast<Handle>(*std::bit_cast<dom::array::iterator>(place_));
  return node;
}

TreeNode::Iterator& TreeNode::Iterator::operator++() {
  dom::array::iterator place = std::bit_cast<dom::array::iterator>(place_);
  ++place;
  place_ = std::bit_cast<Handle>(place);
  return *this;
}

struct TreeJson::Parser {
  dom::parser parser;
  std::vector<char> padded;
  std::size_t capacity = 0;
};

TreeJson::TreeJson() : parser_(std::make_unique<Parser>()) {}
TreeJson::~TreeJson() = default;

TreeNode TreeJson::parse(std::string_view json) {
  TreeNode root;
  const std::size_t padded_size = json.size() + simdjson::SIMDJSON_PADDING;
  if (parser_->capacity > kKeptCapacity && json.size() < kKeptCapacity)
    parser_ = std::make_unique<Parser>();
  if (parser_->padded.size() < padded_size) parser_->padded.resize(padded_size);
  std::memcpy(parser_->padded.data(), json.data(), json.size());
  if (parser_->capacity < json.size()) {
    const std::size_t capacity = std::max(json.size() * 2, std::size_t{1} << 16);
    if (parser_->parser.allocate(capacity, kMaximumDepth) != simdjson::SUCCESS ||
        parser_->parser.doc.allocate(capacity) != simdjson::SUCCESS) {
      return root;
    }
    parser_->capacity = capacity;
  }
  dom::element element;
  if (parser_->parser.parse(parser_->padded.data(), json.size(), false).get(element) ==
      simdjson::SUCCESS) {
    root.handle_ = std::bit_cast<Handle>(element);
  }
  return root;
}

}  // namespace pgfk
