// Folders of SQL files as the tools that own them load them: Flyway, Prisma, Supabase and others. docs/folders.md lists them.
//
// A layout is told by names alone, and one table line. What it knows and leaves out (undo scripts, tests) is not loaded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// Hidden entries left out; each list in the order of names (bytes).
struct FolderContent {
  std::filesystem::path path;
  std::vector<std::string> files;     // SQL only, see is_sql_file
  std::vector<std::string> others;    // files that are not SQL: some tell a layout
  std::vector<std::string> folders;
};

struct FolderLayout {
  const char* name;                                                   // of the tool
  bool (*applies)(const FolderContent&);
  /// Files and folders, relative to the folder, in the order in which they load. A folder is asked for its own layout.
  std::vector<std::string> (*entries)(const FolderContent&);
};

/// The first that applies; the last one, files and folders by name, always does.
const FolderLayout& layout_of(const FolderContent& content);

/// .sql, or that and the ending of a codec: seeds.sql.gz
bool is_sql_file(std::string_view name);

}  // namespace pgfk
