// Orders as the manuals of the tools have them; docs/folders.md names the tools.
#include "cli/folder_layouts.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>
#include <unistd.h>

#include "cli/inputs.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace fs = std::filesystem;

namespace {

/// The files that a folder with these names stands for, in order, relative to it.
std::string expanded(const std::string& folder, const std::string& names) {
  const fs::path root = fs::temp_directory_path() / ("pgfk_layouts_" + std::to_string(::getpid()));
  fs::remove_all(root);
  fs::create_directories(root / folder);
  std::istringstream words(names);
  for (std::string name; words >> name;) {
    fs::create_directories((root / folder / name).parent_path());
    std::ofstream(root / folder / name) << "SELECT 1;\n";
  }
  std::vector<Error> errors;
  std::string out;
  for (const std::string& file : expand_names({(root / folder).string()}, errors)) {
    out += (out.empty() ? "" : " ") + fs::path(file).lexically_relative(root / folder).string();
  }
  fs::remove_all(root);
  return errors.empty() ? out : errors.front().message.substr(errors.front().message.rfind('"') + 2);
}

}  // namespace

TEST_CASE("a folder loads in the order of the tool that owns it", "[inputs]") {
  struct Case { const char* folder; const char* names; const char* order; };
  const auto c = GENERATE(values<Case>({
      // Flyway: numbers, not texts; parts by dots or underscores; R last; U and others never
      {"sql", "V10__c.sql V2__b.sql V1__a.sql R__views.sql U2__b.sql notes.sql", "V1__a.sql V2__b.sql V10__c.sql R__views.sql"},
      {"sql", "V1_10__c.sql V1.9__b.sql V1__a.sql V20240101120000__d.sql", "V1__a.sql V1.9__b.sql V1_10__c.sql V20240101120000__d.sql"},
      {"sql", "V1__a.sql more/V2__b.sql V3__c.sql more/R__x.sql R__a.sql", "V1__a.sql more/V2__b.sql V3__c.sql R__a.sql more/R__x.sql"},
      {"sql", "V1__a.sql V2__b.sql B2__state.sql B1__old.sql V3__c.sql V2.1__d.sql", "B2__state.sql V2.1__d.sql V3__c.sql"},
      {"sql", "V001__a.sql V01.0.1__b.sql V99999999999999999999999__c.sql.gz", "V001__a.sql V01.0.1__b.sql V99999999999999999999999__c.sql.gz"},
      {"migrations", "migration_lock.toml 2_b/migration.sql 1_a/migration.sql 1_a/down.sql 3_c/readme.md", "1_a/migration.sql 2_b/migration.sql"},
      {"prisma", "schema.prisma seed.sql migrations/migration_lock.toml migrations/1_a/migration.sql", "migrations/1_a/migration.sql seed.sql"},
      {"supabase", "config.toml seed.sql tests/t.sql migrations/2_b.sql migrations/1_a.sql", "migrations/1_a.sql migrations/2_b.sql seed.sql"},
      {"db", "10_z.up.sql 10_z.down.sql 9_a.up.sql 9_a.down.sql", "9_a.up.sql 10_z.up.sql"},
      {"migrations", "2024-01-01-000000_a/up.sql 2024-01-01-000000_a/down.sql 2024-01-02-000000_b/up.sql 2024-01-02-000000_b/down.sql",
       "2024-01-01-000000_a/up.sql 2024-01-02-000000_b/up.sql"},
      {"docker-entrypoint-initdb.d", "10-data.sql.gz 01-schema.sql 05-run.sh old/1.sql", "01-schema.sql 10-data.sql.gz"},
      {"db", "structure.sql migrate/1.rb seeds/1.sql a.sql", "structure.sql a.sql seeds/1.sql"},
      {"db", "10.sql 9.sql b/1.sql a.sql.zst .hidden.sql x.txt", "10.sql 9.sql a.sql.zst b/1.sql"},
      {"db", "changelog/changelog.sql changelog/001.sql", "changelog/001.sql changelog/changelog.sql"},
      {"db", "a.txt", "holds no .sql file"},
      // not Flyway: no version
      {"db", "V__a.sql Va__b.sql A1__c.sql R__d.sql", "A1__c.sql R__d.sql V__a.sql Va__b.sql"},
  }));
  CAPTURE(c.names);
  CHECK(expanded(c.folder, c.names) == c.order);
}
