// The SQL that pg_restore sends or prints for the steps of a restore.
//
// A definition is not all of it: pg_restore selects search path (up to 1.12), tablespace and table access method before an entry, and sets the
// owner behind it. What it prints is that of the archive's own version; of 13 to 16 the output of pg_restore 15.
// Left out: rights on a group of large objects (1.16) are printed for the group's first object only.
// Source: pg_backup_archiver.c, RestoreArchive, restore_toc_entry, _printTocEntry (18).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/archive/archive.h"
#include "parsers/archive/restore_order.h"
#include "parsers/input/result.h"

namespace pgfk {

struct ScriptOptions {
  bool comments = true;      // as in a script; pg_restore -d sends none
  std::string restrict_key;  // of \restrict and \unrestrict; empty: without them
};

/// Makes the texts step by step, in the plan's order, since what one step selected holds for the next. Keeps what it is given.
class RestoreScript {
 public:
  RestoreScript(const Archive& archive, const RestorePlan& plan, ScriptOptions options)
      : archive_(archive), plan_(plan), options_(std::move(options)) {}

  /// Session settings: client_encoding, search_path, ...
  std::string opening() const;
  /// The step's definition, where it has one to run.
  std::string definition(const RestoreStep& step);
  /// What comes before the rows: DISABLE TRIGGER, the COPY statement; behind them: ENABLE TRIGGER.
  std::string before_data(const RestoreStep& step);
  std::string after_data(const RestoreStep& step) const;
  std::string closing() const;

 private:
  void comment(const TocEntry& entry, std::string_view prefix, std::string& text) const;
  std::string settings() const;
  void become_superuser(std::string& text);
  void select_schema(std::optional<std::string_view> schema, std::string& text);
  void select_for(const TocEntry& entry, std::string& text);
  void reconnect(const TocEntry& entry, std::string& text);
  bool is_version(int major) const;

  const Archive& archive_;
  const RestorePlan& plan_;
  ScriptOptions options_;
  // What the session has been told so far.
  std::optional<std::string> schema_;
  std::optional<std::string> tablespace_;
  std::optional<std::string> access_method_;
  bool superuser_ = false;
};

/// The whole script, as pg_restore -f - prints it, piece by piece. Stops at data that cannot be read, and gives its Error.
std::optional<Error> write_script(const Archive& archive, const RestorePlan& plan, const ScriptOptions& options,
                                  const std::function<void(std::string_view)>& write);

}  // namespace pgfk
