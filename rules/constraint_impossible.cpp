// FK020: the foreign key itself cannot be created.
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

struct Advice {
  std::string_view sqlstate;
  const char* kind;
  const char* title;
};

// Source: fk-semantics section 10.
constexpr std::array kAdvice = {
    Advice{"42804", "same-type", "give both columns types that can be compared"},
    Advice{"42P01", "create-table", "create the referenced table first, or have it in the input"},
    Advice{"3F000", "create-schema", "create the schema first"},
    Advice{"42703", "name-column", "name columns that exist"},
    Advice{"42710", "rename", "a constraint of this name exists already: leave this one out or rename it"},
    Advice{"42P16", "partition", "partitions inherit the key: declare it on the partitioned table"},
    Advice{"42809", "partition", "not every kind of table can have or take this key"},
    Advice{"0A000", "unsupported", "this version of the server does not support it; see --pg-version"},
    Advice{"42501", "grant", "let the owner of the referenced table GRANT REFERENCES"},
};

}  // namespace

void explain_constraint_impossible(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  const std::string what = finding.constraint && !finding.constraint->name.empty()
                               ? fmt::format("foreign key {}", quoted_name(finding.constraint->name))
                               : std::string("the foreign key");
  out.headline = fmt::format("{} cannot be created{}", what, sqlstate_suffix(finding));
  out.excerpts.push_back(statement_excerpt(finding, finding.constraint ? constraint_arrow(finding) : std::string()));
  add_evidence(finding, "known", out);
  add_server_note(finding, out);
  add_effect_note(out);
  if (finding.sqlstate == "42830" && finding.constraint && !finding.constraint->referenced_columns.empty()) {
    const ConstraintName& name = *finding.constraint;
    out.remedies.push_back({"make the referenced columns unique first", "add-unique",
                            fmt::format("ALTER TABLE {} ADD UNIQUE ({});",
                                        qualified_name(name.referenced_schema, name.referenced_table),
                                        joined(name.referenced_columns, ", ")),
                            Needs::owner});
    return;
  }
  for (const Advice& advice : kAdvice) {
    if (finding.sqlstate == advice.sqlstate) out.remedies.push_back({advice.title, advice.kind, "", Needs::source});
  }
}

}  // namespace pgfk
