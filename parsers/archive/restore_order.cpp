#include "parsers/archive/restore_order.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace pgfk {
namespace {

/// The parts of an entry that a restore wants. `special` entries are used whatever is selected, and are no step of their own.
struct Parts {
  bool definition = false;
  bool data = false;
  bool statistics = false;
  bool special = false;
  bool any() const { return definition || data || statistics || special; }
  bool restored() const { return definition || data || statistics; }
};

template <std::size_t kSize>
bool one_of(std::string_view word, const std::array<std::string_view, kSize>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr std::array<std::string_view, 3> kSpecial = {"ENCODING", "STDSTRINGS", "SEARCHPATH"};
constexpr std::array<std::string_view, 2> kDatabase = {"DATABASE", "DATABASE PROPERTIES"};
/// They go with what they are about.
constexpr std::array<std::string_view, 4> kDependent = {"ACL", "COMMENT", "STATISTICS DATA", "SECURITY LABEL"};
/// What -t selects.
constexpr std::array<std::string_view, 8> kTables = {"TABLE",    "TABLE DATA",        "VIEW",
                                                     "FOREIGN TABLE", "MATERIALIZED VIEW", "MATERIALIZED VIEW DATA",
                                                     "SEQUENCE", "SEQUENCE SET"};
constexpr std::array<std::string_view, 3> kDefinedData = {"SEQUENCE SET", "BLOB", "BLOB METADATA"};
constexpr std::array<std::string_view, 3> kAboutLargeObjects = {"ACL", "COMMENT", "SECURITY LABEL"};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

enum class Pass : std::uint8_t { main, rights, late };

Pass pass_of(const TocEntry& entry) {
  constexpr std::array<std::string_view, 3> kRights = {"ACL", "ACL LANGUAGE", "DEFAULT ACL"};
  constexpr std::array<std::string_view, 2> kLate = {"EVENT TRIGGER", "MATERIALIZED VIEW DATA"};
  if (one_of(entry.kind, kRights)) return Pass::rights;
  if (one_of(entry.kind, kLate)) return Pass::late;
  // Comments and labels go with their objects; those with rights or data of their own have none.
  if ((entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL") && entry.tag.starts_with("EVENT TRIGGER ")) return Pass::late;
  if (entry.kind == "STATISTICS DATA" && entry.section == Section::post_data) return Pass::late;
  return Pass::main;
}

bool section_wanted(Section section, const RestoreOptions& options) {
  switch (section) {
    case Section::none: return false;
    case Section::pre_data: return options.pre_data;
    case Section::data: return options.data;
    case Section::post_data: return options.post_data;
  }
  return false;
}

class Selection {
 public:
  Selection(const Archive& archive, const RestoreOptions& options)
      : archive_(archive), options_(options), parts_(archive.entries().size()), order_(parts_.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (options.use_list) apply_list();
  }

  RestorePlan plan() {
    select();
    RestorePlan plan;
    plan.data_only = options_.data_only || std::ranges::none_of(parts_, &Parts::definition);
    plan.disable_triggers = plan.data_only && options_.disable_triggers;
    for (const Pass pass : {Pass::main, Pass::rights, Pass::late}) {
      for (const std::size_t place : order_) {
        if (parts_[place].restored() && pass_of(archive_.entries()[place]) == pass) add_step(place, plan);
      }
    }
    return plan;
  }

 private:
  /// The entries of the list go to the end in the list's order; the others stay before them, unwanted but still there.
  void apply_list() {
    listed_.assign(parts_.size(), false);
    std::vector<std::size_t> wanted;
    for (const DumpId id : *options_.use_list) {
      const std::optional<std::size_t> place = archive_.find(id);
      if (!place || listed_[*place]) continue;
      listed_[*place] = true;
      wanted.push_back(*place);
    }
    std::erase_if(order_, [this](std::size_t place) { return listed_[place]; });
    order_.insert(order_.end(), wanted.begin(), wanted.end());
    // What is wanted is an id, not an entry.
    for (std::size_t place = 0; place < parts_.size(); ++place) {
      const std::optional<std::size_t> named = archive_.find(archive_.entries()[place].id);
      if (named && listed_[*named]) listed_[place] = true;
    }
  }

  void select() {
    Section section = Section::pre_data;  // entries of no section belong to the one they stand in
    for (const std::size_t place : order_) {
      const TocEntry& entry = archive_.entries()[place];
      if (entry.section != Section::none) section = entry.section;
      parts_[place] = wanted_parts(place, entry, section);
    }
  }

  Parts wanted_parts(std::size_t place, const TocEntry& entry, Section section) const {
    if (one_of(entry.kind, kSpecial)) return {.special = true};
    const bool statistics = entry.kind == "STATISTICS DATA";
    if (statistics && (options_.data_only || options_.schema_only)) return {};
    if (one_of(entry.kind, kDatabase)) return {.definition = options_.create};
    if (!section_wanted(section, options_)) return {};
    if (options_.use_list && !listed_[place]) return {};
    if (one_of(entry.kind, kDependent) ? !goes_with_its_object(entry) : !selected(entry)) return {};
    if (entry.kind == "<Init>" && entry.tag == "Max OID") return {};
    if (statistics) return {.statistics = true};
    return parts_of(entry);
  }

  bool goes_with_its_object(const TocEntry& entry) const {
    if (entry.tag.starts_with("DATABASE ")) return options_.create;
    if (options_.schemas.empty() && options_.exclude_schemas.empty() && options_.tables.empty()) return true;
    // Rights on columns depend on those on the table, which does not count. What comes later in the list is not wanted yet.
    return std::ranges::any_of(entry.dependencies, [this](DumpId id) {
      const std::optional<std::size_t> object = archive_.find(id);
      return object && archive_.entries()[*object].kind != "ACL" && parts_[*object].any();
    });
  }

  bool selected(const TocEntry& entry) const {
    if (!options_.schemas.empty() && (!entry.schema || !contains(options_.schemas, *entry.schema))) return false;
    if (entry.schema && contains(options_.exclude_schemas, *entry.schema)) return false;
    return options_.tables.empty() || (one_of(entry.kind, kTables) && contains(options_.tables, entry.tag));
  }

  Parts parts_of(const TocEntry& entry) const {
    Parts parts{.definition = true, .data = true};
    if (!entry.has_data) {
      const bool is_data = one_of(entry.kind, kDefinedData) ||
                           (one_of(entry.kind, kAboutLargeObjects) && entry.tag.starts_with("LARGE OBJECT"));
      parts.definition = !is_data;
      parts.data = is_data;
    }
    const std::string_view definition = entry.definition.value_or("");
    if (definition.empty() || definition.starts_with("-- load via partition root ")) parts.definition = false;
    if (options_.schema_only) parts.data = false;
    if (options_.data_only) parts.definition = false;
    return parts;
  }

  void add_step(std::size_t place, RestorePlan& plan) const {
    const TocEntry& entry = archive_.entries()[place];
    const Parts& parts = parts_[place];
    RestoreStep step;
    step.entry = place;
    step.run_definition = parts.definition || parts.statistics || (parts.data && !entry.has_data);
    step.load_data = parts.data && entry.has_data;
    if (step.load_data && options_.no_data_for_failed_tables) step.data_needs_table = archive_.table_of(entry);
    plan.steps.push_back(step);
  }

  const Archive& archive_;
  const RestoreOptions& options_;
  std::vector<Parts> parts_;
  std::vector<std::size_t> order_;
  std::vector<bool> listed_;
};

}  // namespace

RestorePlan plan_restore(const Archive& archive, const RestoreOptions& options) {
  return Selection(archive, options).plan();
}

}  // namespace pgfk
