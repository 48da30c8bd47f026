// Pieces of text that the summary and the full report of a log share.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "analyzer/failures/pattern.h"
#include "reports/log_report.h"

namespace pgfk {

/// "3 files, 1.9 GB, stderr '%m [%p] ' (detected), 2026-11-20 00:00 .. 2026-11-22 23:59 UTC", then one line of counts.
void write_log_head(const LogReport& report, std::ostream& out);
/// One line per group: count, share, what tells it from others, first and last. With `all` none is left out.
void write_group_table(const LogReport& report, bool all, std::ostream& out);

/// The groups that get a paragraph of their own.
std::vector<const FailureGroup*> told_groups(const LogReport& report);
/// "order_items_order_id_fkey", or what else the group is told by.
std::string group_label(const LogReport& report, const FailureGroup& group);
/// "db shop, user app, 3,871 keys in 3,902 failures (mostly new keys)"
std::string group_sum(const FailureGroup& group, const FailurePattern& pattern);
/// "11-21 03:00" of an hour or a time; with the year where the log's times are of several.
std::string short_time(const LogReport& report, const std::string& iso);
/// "app.log:88121"
std::string sample_place(const LogReport& report, const LogEvent& event);
/// "3,871 keys inserted later in the log, 0.004 s to 2.1 s after the failure, 12 by another session; the first at app.log:88141"
std::string later_words(const LogReport& report, const FailureGroup::Later& later);
/// A text on one line of at most `width` columns.
std::string one_line(std::string_view text, std::size_t width);
FailurePattern pattern_in(const LogReport& report, const FailureGroup& group);

}  // namespace pgfk
