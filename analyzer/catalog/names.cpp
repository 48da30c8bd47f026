// Made-up names. Source: indexcmds.c, makeObjectName; pg_constraint.c, ChooseConstraintName; fk-semantics 16.4.
#include "analyzer/catalog/names.h"

#include "analyzer/catalog/definitions.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxNameBytes = 63;

}  // namespace

std::string cut_at_character(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  std::size_t length = limit;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) --length;
  return std::string(text.substr(0, length));
}

std::string make_object_name(std::string_view first, std::string_view second, std::string_view label) {
  std::size_t overhead = 0;
  if (!second.empty()) ++overhead;
  if (!label.empty()) overhead += label.size() + 1;
  const std::size_t available = kMaxNameBytes > overhead ? kMaxNameBytes - overhead : 0;
  std::size_t first_bytes = first.size(), second_bytes = second.size();
  while (first_bytes + second_bytes > available) {
    if (first_bytes > second_bytes) {
      --first_bytes;
    } else {
      --second_bytes;
    }
  }
  std::string name = cut_at_character(first, first_bytes);
  if (!second.empty()) name.append("_").append(cut_at_character(second, second_bytes));
  if (!label.empty()) name.append("_").append(label);
  return name;
}

std::string joined_names(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += '_';
    joined += name;
    // The server's buffer is twice a name long: what lies behind could not show up in the result.
    if (joined.size() >= kMaxNameBytes + 1) break;
  }
  return joined;
}

std::string relation_name(const Catalog& catalog, std::string_view schema, std::string_view first, std::string_view second,
                          std::string_view label, bool constraint) {
  return choose_name(first, second, label, [&](const std::string& name) {
    return catalog.relation_name_taken(schema, name) || (constraint && catalog.constraint_name_taken(schema, name));
  });
}

std::string constraint_name(const Catalog& catalog, std::string_view schema, std::string_view first, std::string_view second,
                            std::string_view label, const std::vector<std::string>& others) {
  return choose_name(first, second, label, [&](const std::string& name) {
    for (const std::string& other : others) {
      if (other == name) return true;
    }
    return catalog.constraint_name_taken(schema, name);
  });
}

std::string shown(const QualifiedName& name) {
  std::string text;
  if (!name.database.empty()) text = name.database + ".";
  if (!name.schema.empty()) text += name.schema + ".";
  return text + name.name;
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  text.append(name);
  text += '"';
  return text;
}

std::string quoted_identifier(std::string_view name) {
  bool plain = !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_');
  for (const char c : name) plain = plain && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
  if (plain) return std::string(name);
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace pgfk
