#include "cli/folder_layouts.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

namespace fs = std::filesystem;


bool has(const std::vector<std::string>& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

/// The digits that `name` begins with, without leading zeros; versions may be longer than any integer.
std::string leading_number(std::string_view name) {
  const std::size_t end = static_cast<std::size_t>(std::ranges::find_if_not(name, is_digit) - name.begin());
  std::string_view digits = name.substr(0, end);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return std::string(digits);
}

/// Numbers without leading zeros: the longer one is the larger.
bool is_less(const std::string& one, const std::string& other) {
  return one.size() != other.size() ? one.size() < other.size() : one < other;
}

// --- Flyway: V1__first.sql, V1_2__next.sql, R__views.sql, B5__state.sql, U1__undo.sql
// https://documentation.red-gate.com/flyway/flyway-concepts/migrations

struct FlywayName {
  char kind;                          // V, B or R
  std::vector<std::string> version;   // of V and B
};

std::optional<FlywayName> flyway_name(std::string_view name) {
  const std::size_t mark = name.find("__");
  if (mark == std::string_view::npos || name.empty()) return std::nullopt;
  const char kind = name.front();
  std::string_view version = name.substr(1, mark - 1);
  if (kind == 'R') return mark == 1 ? std::optional(FlywayName{kind, {}}) : std::nullopt;
  if ((kind != 'V' && kind != 'B') || version.empty()) return std::nullopt;
  FlywayName out{kind, {}};
  while (true) {
    const std::size_t end = std::min(version.find_first_of("._"), version.size());
    if (end == 0 || !std::ranges::all_of(version.substr(0, end), is_digit)) return std::nullopt;
    out.version.push_back(leading_number(version));
    if (end == version.size()) break;
    version.remove_prefix(end + 1);
  }
  while (!out.version.empty() && out.version.back().empty()) out.version.pop_back();  // 1.0 is 1
  return out;
}

bool is_flyway(const FolderContent& content) {
  return std::ranges::any_of(content.files, [](const std::string& name) {
    const std::optional<FlywayName> flyway = flyway_name(name);
    return flyway && flyway->kind != 'R';
  });
}

// Files of folders below count as if they stood here. The newest baseline stands for all that is not newer.
std::vector<std::string> flyway_entries(const FolderContent& content) {
  using Version = std::vector<std::string>;
  const auto older = [](const Version& one, const Version& other) { return std::ranges::lexicographical_compare(one, other, is_less); };
  std::vector<std::pair<Version, std::string>> versioned, baselines;
  std::vector<std::pair<std::string, std::string>> repeatable;
  std::error_code trouble;
  for (fs::recursive_directory_iterator at(content.path, trouble), end; !trouble && at != end; at.increment(trouble)) {
    const std::string name = at->path().filename().string();
    if (!is_sql_file(name)) continue;
    const std::optional<FlywayName> flyway = flyway_name(name);
    if (!flyway) continue;
    std::string path = at->path().lexically_relative(content.path).string();
    switch (flyway->kind) {
      case 'V': versioned.emplace_back(flyway->version, std::move(path)); break;
      case 'B': baselines.emplace_back(flyway->version, std::move(path)); break;
      default: repeatable.emplace_back(name, std::move(path));
    }
  }
  const auto by_version = [&](const auto& one, const auto& other) {
    if (older(one.first, other.first) || older(other.first, one.first)) return older(one.first, other.first);
    return one.second < other.second;
  };
  std::ranges::sort(versioned, by_version);
  std::ranges::sort(baselines, by_version);
  std::ranges::sort(repeatable);
  std::vector<std::string> entries;
  if (!baselines.empty()) {
    entries.push_back(baselines.back().second);
    std::erase_if(versioned, [&](const auto& each) { return !older(baselines.back().first, each.first); });
  }
  for (auto& [version, path] : versioned) entries.push_back(std::move(path));
  for (auto& [name, path] : repeatable) entries.push_back(std::move(path));
  return entries;
}

// --- Prisma: migrations/20240101_init/migration.sql

bool is_prisma(const FolderContent& content) { return has(content.others, "migration_lock.toml"); }

std::vector<std::string> prisma_entries(const FolderContent& content) {
  std::vector<std::string> entries;
  std::error_code ignored;
  for (const std::string& folder : content.folders) {
    std::string path = folder + "/migration.sql";
    if (fs::exists(content.path / path, ignored)) entries.push_back(std::move(path));
  }
  return entries;
}

// --- Supabase: config.toml, migrations/, seed.sql; tests/ and functions/ are not loaded

bool is_supabase(const FolderContent& content) {
  return has(content.others, "config.toml") && (has(content.folders, "migrations") || has(content.files, "seed.sql"));
}

std::vector<std::string> supabase_entries(const FolderContent& content) {
  std::vector<std::string> entries;
  if (has(content.folders, "migrations")) entries.emplace_back("migrations");
  if (has(content.files, "seed.sql")) entries.emplace_back("seed.sql");
  if (has(content.folders, "seeds")) entries.emplace_back("seeds");
  return entries;
}

// --- golang-migrate: 1_init.up.sql, 1_init.down.sql

bool is_up(std::string_view name) { return name.find(".up.sql") != std::string_view::npos; }

bool is_up_and_down(const FolderContent& content) { return std::ranges::any_of(content.files, is_up); }

std::vector<std::string> up_entries(const FolderContent& content) {
  std::vector<std::string> entries;
  std::ranges::copy_if(content.files, std::back_inserter(entries), is_up);
  std::ranges::stable_sort(entries, is_less, leading_number);
  return entries;
}

// --- Diesel: 2024-01-01-000000_init/up.sql, down.sql

bool is_diesel(const FolderContent& content) { return has(content.files, "up.sql") && has(content.files, "down.sql"); }

std::vector<std::string> diesel_entries(const FolderContent&) { return {"up.sql"}; }

// --- Rails: structure.sql, then whatever else is there

bool is_rails(const FolderContent& content) { return has(content.files, "structure.sql"); }

// --- docker-entrypoint-initdb.d: files only; folders are not looked into

bool is_entrypoint(const FolderContent& content) { return content.path.filename() == "docker-entrypoint-initdb.d"; }

std::vector<std::string> entrypoint_entries(const FolderContent& content) { return content.files; }

// --- Anything else, Liquibase's includeAll among it: by name

bool is_anything(const FolderContent&) { return true; }

std::vector<std::string> entries_by_name(const FolderContent& content) {
  std::vector<std::string> entries = content.files;
  entries.insert(entries.end(), content.folders.begin(), content.folders.end());
  std::ranges::sort(entries);
  return entries;
}

std::vector<std::string> rails_entries(const FolderContent& content) {
  std::vector<std::string> entries = entries_by_name(content);
  std::stable_partition(entries.begin(), entries.end(), [](const std::string& name) { return name == "structure.sql"; });
  return entries;
}

constexpr std::array kLayouts = {
    FolderLayout{"Flyway", is_flyway, flyway_entries},
    FolderLayout{"Prisma", is_prisma, prisma_entries},
    FolderLayout{"Supabase", is_supabase, supabase_entries},
    FolderLayout{"golang-migrate", is_up_and_down, up_entries},
    FolderLayout{"Diesel", is_diesel, diesel_entries},
    FolderLayout{"docker-entrypoint-initdb.d", is_entrypoint, entrypoint_entries},
    FolderLayout{"Rails", is_rails, rails_entries},
    FolderLayout{"by name", is_anything, entries_by_name},
};

}  // namespace

const FolderLayout& layout_of(const FolderContent& content) {
  return *std::ranges::find_if(kLayouts, [&](const FolderLayout& layout) { return layout.applies(content); });
}

bool is_sql_file(std::string_view name) {
  constexpr std::array<std::string_view, 6> kEndings = {".sql", ".sql.gz", ".sql.bz2", ".sql.xz", ".sql.zst", ".sql.lz4"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.size() > ending.size() && name.ends_with(ending); });
}

}  // namespace pgfk
