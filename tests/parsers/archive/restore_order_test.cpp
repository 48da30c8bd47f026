#include "parsers/archive/restore_order.h"

#include "parsers/archive/list_file.h"
#include "tests/parsers/archive/archive_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// The steps as dumpIds, `d` behind those that load data.
std::string steps(const Archive& archive, const RestoreOptions& options) {
  std::string shown;
  for (const RestoreStep& step : plan_restore(archive, options).steps) {
    shown += std::to_string(static_cast<int>(archive.entries()[step.entry].id));
    shown += step.run_definition ? " " : "d ";
  }
  return shown;
}

RestoreOptions with(void (*set)(RestoreOptions&)) {
  RestoreOptions options;
  set(options);
  return options;
}

}  // namespace

TEST_CASE("a selection takes the entries that pg_restore 15 lists for it", "[archive]") {
  // The ids are those that pg_restore -l prints with the option, rights moved behind the rest.
  struct Case {
    const char* option;
    void (*set)(RestoreOptions&);
    const char* steps;
  };
  const Case c = GENERATE(values<Case>({
      {"none", [](RestoreOptions&) {},
       "202 3076 201 216 218 210 3066d 3068d 3069d 3067d 3078 2925 2927 2929 2931 2932 2930 3077 "},
      {"-a", [](RestoreOptions& o) { o.data_only = true; }, "3066d 3068d 3069d 3067d 3078 "},
      {"-s", [](RestoreOptions& o) { o.schema_only = true; }, "202 3076 201 216 218 210 2925 2927 2929 2931 2932 2930 3077 "},
      {"--section=data", [](RestoreOptions& o) { o.pre_data = o.post_data = false; }, "3066d 3068d 3069d 3067d 3078 "},
      {"-t customers", [](RestoreOptions& o) { o.tables = {"customers"}; }, "202 3076 3066d 3077 "},
      {"-N public", [](RestoreOptions& o) { o.exclude_schemas = {"public"}; }, ""},
      {"-n public -t customers_id_seq", [](RestoreOptions& o) { o.schemas = {"public"}, o.tables = {"customers_id_seq"}; }, "201 3078 "},
      {"-n nowhere", [](RestoreOptions& o) { o.schemas = {"nowhere"}; }, ""},
  }));
  CAPTURE(c.option);
  CHECK(steps(*open_fixture("v13-small-custom-gzip.dump"), with(c.set)) == c.steps);
}

TEST_CASE("a list file decides the order, and what is not in it is left out", "[archive]") {
  const Opened archive = open_fixture("v13-small-custom-gzip.dump");
  RestoreOptions options;
  options.use_list = parse_list("3077\n3068\n2931\n216\n", *archive).value().entries;
  CHECK(steps(*archive, options) == "3068d 2931 216 3077 ");
}

TEST_CASE("without any definition a restore is data-only, and only then triggers are disabled", "[archive]") {
  const Opened archive = open_fixture("v13-small-custom-gzip.dump");
  RestoreOptions options;
  options.disable_triggers = true;
  CHECK_FALSE(plan_restore(*archive, options).data_only);
  CHECK_FALSE(plan_restore(*archive, options).disable_triggers);
  options.pre_data = options.post_data = false;
  CHECK(plan_restore(*archive, options).data_only);
  CHECK(plan_restore(*archive, options).disable_triggers);
}

TEST_CASE("data knows the table that it needs, where it was asked for", "[archive]") {
  const Opened archive = open_fixture("v13-small-custom-gzip.dump");
  RestoreOptions options;
  options.data_only = true;
  CHECK(plan_restore(*archive, options).steps.front().data_needs_table == std::nullopt);
  options.no_data_for_failed_tables = true;
  CHECK(plan_restore(*archive, options).steps.front().data_needs_table == archive->find(DumpId{202}));
}
