// What several rules show in the same way: excerpts of statements and rows, and lines of facts.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace pgfk {

/// The place to point at in the statement itself: `at`, else its first word.
Span statement_mark(const Finding& finding);
/// The key of a row where it is known, else the row.
Span row_mark(const FindingRow& row);
/// Whether the rows are part of the statement that fails (INSERT, COPY), not rows of earlier ones.
bool brings_rows(const Finding& finding);

/// "customer_id -> public.customers (id)"
std::string constraint_arrow(const Finding& finding);
/// "customer_id 70311" or "(a, b) (1, 2)"
std::string key_phrase(const Finding& finding, const FindingRow& row);

Excerpt statement_excerpt(const Finding& finding, std::string label);
/// Up to `limit` rows in one excerpt, each with what `say` says (given its position); rows of other sources than the first's are left
/// out. No label where no row was kept.
Excerpt rows_excerpt(const Finding& finding, std::size_t limit,
                     const std::function<std::string(const FindingRow&, std::size_t)>& say);
/// The finding's own place: its rows where it brings them, the statement and then a row where it does not.
void add_places(const Finding& finding, std::string statement_label, std::size_t limit,
                const std::function<std::string(const FindingRow&, std::size_t)>& say, Diagnosis& out);

/// "line 12 (7), line 14 (8) and 3 more: 5 rows, 2 missing keys"
Note rows_note(const Case& c);
/// Only where the marks do not show every row already.
void add_rows_note(const Case& c, std::size_t marked, Diagnosis& out);
/// What the referenced table has, and the analyzer's short facts.
void add_parent_note(const Case& c, Diagnosis& out);
void add_server_note(const Finding& finding, Diagnosis& out);
void add_effect_note(Diagnosis& out);
void add_evidence(const Finding& finding, std::string_view label, Diagnosis& out);

/// `column IN (1, 2)` where every key is known and they are few; else empty.
std::string keys_condition(const Finding& finding, const std::vector<std::string>& columns);
/// A condition on the referencing table (named without alias) that is true for its orphans.
std::string orphans_condition(const Finding& finding);

}  // namespace pgfk
