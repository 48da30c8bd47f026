// Rows that are taken in bulk and rows that are taken one by one must lead to the same findings, to the last word: random dumps,
// the same for each seed and machine, are replayed both ways. tests/differential asks a real server; this one asks us twice.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "tests/analyzer/replay/random_dump.h"
#include "tests/support/catch.h"
#include "tests/support/replay_dump.h"

namespace pgfk::test {
namespace {

/// "" where they are the same; else the first line of each that differs.
std::string first_difference(const std::string& rows, const std::string& bulk) {
  if (rows == bulk) return "";
  std::size_t at = 0;
  while (at < rows.size() && at < bulk.size() && rows[at] == bulk[at]) ++at;
  const std::size_t begin = at == 0 ? 0 : rows.rfind('\n', at - 1) + 1;
  const auto line = [&](const std::string& text) {
    return begin < text.size() ? text.substr(begin, text.find('\n', begin) - begin) : std::string("nothing");
  };
  return "rows: " + line(rows) + "\nbulk: " + line(bulk);
}

ReplayCase one_by_one(const ReplayCase& show) {
  ReplayCase how = show;
  how.options.survey_from_bytes = UINT64_MAX;
  how.options.bulk_from_bytes = UINT64_MAX;
  return how;
}

ReplayCase in_bulk(const ReplayCase& show, unsigned threads) {
  ReplayCase how = show;
  how.options.survey_from_bytes = 0;
  how.options.bulk_from_bytes = 1;
  how.options.threads = threads;
  return how;
}

// Seeds that meet a difference told by a case of its own, at the end.
constexpr std::array<std::uint64_t, 3> kLeftOut = {109, 417, 441};

void check_seeds(std::uint64_t first, std::uint64_t last, const DumpShape& shape, const ReplayCase& show) {
  for (std::uint64_t seed = first; seed < last; ++seed) {
    if (std::find(kLeftOut.begin(), kLeftOut.end(), seed) != kLeftOut.end()) continue;
    CAPTURE(seed);
    const std::string dump = random_dump(seed, shape);
    const std::string expected = replay(dump, one_by_one(show));
    CHECK(first_difference(expected, replay(dump, in_bulk(show, 1))) == "");
    CHECK(first_difference(expected, replay(dump, in_bulk(show, 3))) == "");
  }
}

const ReplayCase kAll{.reasons = true, .rows = true, .cells = true, .texts = true, .summaries = true};
// In bulk, a row of INSERT is kept as a whole, without its cell.
const ReplayCase kAllButCells{.reasons = true, .rows = true, .texts = true, .summaries = true};
// Into tables with keys, see "a row lost later in bulk is told as coming later".
const ReplayCase kAllButReasons{.rows = true, .texts = true, .summaries = true};

TEST_CASE("bulk and rows agree on COPY with the constraints at the end", "[replay][bulk]") {
  check_seeds(1, 26, {.rows = 1000, .copy = true, .inserts = false, .constraints_inline = false}, kAll);
}

TEST_CASE("bulk and rows agree on COPY into tables with their constraints", "[replay][bulk]") {
  check_seeds(100, 115, {.rows = 800, .copy = true, .inserts = false, .constraints_inline = true}, kAllButReasons);
}

TEST_CASE("bulk and rows agree on runs of INSERT", "[replay][bulk]") {
  check_seeds(200, 215, {.rows = 300, .copy = false, .inserts = true, .constraints_inline = false}, kAllButCells);
  check_seeds(215, 221, {.rows = 300, .copy = false, .inserts = true, .constraints_inline = true}, kAllButReasons);
}

TEST_CASE("bulk and rows agree on COPY and INSERT mixed, referencing tables first or last", "[replay][bulk]") {
  check_seeds(300, 315, {.rows = 300, .copy = true, .inserts = true, .constraints_inline = false}, kAllButCells);
  check_seeds(315, 321, {.rows = 300, .copy = true, .inserts = true, .constraints_inline = true}, kAllButReasons);
}

TEST_CASE("blocks of a few rows agree in bulk and by rows", "[replay][bulk]") {
  check_seeds(400, 480, {.rows = 6, .copy = true, .inserts = true, .constraints_inline = false}, kAllButCells);
  check_seeds(480, 540, {.rows = 6, .copy = true, .inserts = true, .constraints_inline = true}, kAllButReasons);
}

// Columns go to the temporary file, keys are decided in parts. Nothing is kept row by row here, which so little memory has no room for.
TEST_CASE("little memory changes nothing", "[replay][bulk]") {
  for (std::uint64_t seed = 600; seed < 620; ++seed) {
    CAPTURE(seed);
    const std::string dump = random_dump(seed, {.rows = 1000, .copy = true, .inserts = false, .constraints_inline = false, .spoiled = false});
    ReplayCase how = in_bulk(kAll, 2);
    const std::string expected = replay(dump, how);
    for (const std::uint64_t memory : {100'000u, 10'000u}) {
      how.options.memory_bytes = memory;
      CHECK(first_difference(expected, replay(dump, how)) == "");
    }
  }
}

// The rows of `data` go into t (id, kind, day, p_id) or its only loaded partition, then keys are added: rows 7 and 150 refer to nothing.
std::string load(const std::string& definitions, const std::string& target, const std::string& bad_row) {
  std::string sql = definitions + "CREATE TABLE p (id integer NOT NULL);\nCOPY " + target + " (id, kind, day, p_id) FROM stdin;\n";
  for (int row = 0; row < 200; ++row) {
    const std::string id = std::to_string(row * 2), day = std::to_string(10 + row % 19);
    sql += id + "\t" + (row % 2 == 0 ? "open" : "closed") + "\t2024-01-" + day + "\t" + (row == 7 || row == 150 ? "99" : std::to_string(row % 5)) + "\n";
    if (row == 100) sql += bad_row;
  }
  sql += "\\.\nCOPY p FROM stdin;\n0\n1\n2\n3\n4\n\\.\nALTER TABLE ONLY p ADD CONSTRAINT p_pkey PRIMARY KEY (id);\n";
  return sql + "ALTER TABLE t ADD CONSTRAINT t_p_id_fkey FOREIGN KEY (p_id) REFERENCES p(id);\n";
}

TEST_CASE("rows of partitions and of tables with CHECKs or domains are taken in bulk where all of them pass", "[replay][bulk]") {
  struct Case { const char* name; const char* definitions; const char* target; const char* bad_row; };
  static const std::string columns = "(id integer, kind text, day date, p_id integer)";
  static const std::string partition = "CREATE TABLE t_1 " + columns + ";\nALTER TABLE ONLY t ATTACH PARTITION t_1 ";
  static const std::string by_range = "CREATE TABLE t " + columns + " PARTITION BY RANGE (day);\n" + partition + "FOR VALUES FROM ('2024-01-10') TO ('2024-02-01');\n";
  static const std::string by_list = "CREATE TABLE t " + columns + " PARTITION BY LIST (kind);\n" + partition + "FOR VALUES IN ('open', 'closed');\n";
  static const std::string default_ = "CREATE TABLE t " + columns + " PARTITION BY LIST (kind);\nCREATE TABLE t_2 PARTITION OF t FOR VALUES IN ('lost');\n" +
                                      partition + "DEFAULT;\n";
  static const std::string by_expression =
      "CREATE TABLE t " + columns + " PARTITION BY RANGE ((id % 2));\n" + partition + "FOR VALUES FROM (0) TO (1);\n";
  static const std::string two_levels = "CREATE TABLE t " + columns + " PARTITION BY RANGE (day);\nCREATE TABLE t_m PARTITION OF t FOR VALUES FROM ('2024-01-01')"
      " TO ('2025-01-01') PARTITION BY RANGE (id);\nCREATE TABLE t_1 PARTITION OF t_m FOR VALUES FROM (0) TO (1000);\n";
  const Case c = GENERATE(values<Case>({
      {"range", by_range.c_str(), "t_1", "1\topen\t2024-02-01\t1\n"},
      {"list", by_list.c_str(), "t_1", "1\tlost\t2024-01-11\t1\n"},
      {"default", default_.c_str(), "t_1", "1\tlost\t2024-01-11\t1\n"},
      {"expression", by_expression.c_str(), "t_1", "1\topen\t2024-01-11\t1\n"},
      {"two levels", two_levels.c_str(), "t_1", "1001\topen\t2024-01-11\t1\n"},
      {"check", "CREATE TABLE t (id integer CHECK (id < 1000), kind text, day date, p_id integer, CONSTRAINT kinds CHECK (kind = 'open' OR day > '2024-01-01'));\n",
       "t", "1\tlost\t2023-12-31\t1\n"},
      {"domain", "CREATE DOMAIN word AS varchar(6) NOT NULL CHECK (VALUE <> 'lost');\nCREATE DOMAIN number AS integer;\n"
                 "CREATE TABLE t (id number, kind word, day date, p_id number);\n", "t", "1\tlost\t2024-01-11\t1\n"},
      {"length of a domain", "CREATE DOMAIN word AS varchar(6);\nCREATE TABLE t (id integer, kind word, day date, p_id integer);\n", "t",
       "1\ttoo long\t2024-01-11\t1\n"},
      {"bound that comes later", "CREATE TABLE t (id integer, kind text, day date, p_id integer);\n", "t", "x\topen\t2024-02-01\t1\n"},
  }));
  CAPTURE(c.name);
  const std::string good = load(c.definitions, c.target, ""), bad = load(c.definitions, c.target, c.bad_row);
  const std::string expected = replay(good, one_by_one(kAll));
  CHECK(expected.find("t_p_id_fkey (99)") != std::string::npos);
  ReplayCase little = in_bulk(kAll, 2);
  little.options.memory_bytes = 20'000;  // the rows kept whole would not fit
  CHECK(first_difference(expected, replay(good, in_bulk(kAll, 2))) == "");
  CHECK(first_difference(expected, replay(good, little)) == "");
  const std::string refused = replay(bad, one_by_one(kAll));
  CHECK(refused.find("t_p_id_fkey (99)") == std::string::npos);
  CHECK(first_difference(refused, replay(bad, in_bulk(kAll, 2))) == "");
}

TEST_CASE("rows that do not fit are undecided, and nothing else", "[replay]") {
  ReplayCase how;
  how.options.memory_bytes = 20'000;
  std::string sql = "CREATE TABLE big (id integer, note text);\nCREATE TABLE p (id integer PRIMARY KEY);\nINSERT INTO p VALUES (1);\nCOPY big FROM stdin;\n";
  for (int row = 0; row < 1000; ++row) sql += std::to_string(row) + "\tnote\n";
  sql += "\\.\nCREATE TABLE c (p_id integer REFERENCES p);\nINSERT INTO c VALUES (1);\nINSERT INTO c VALUES (2);\n";
  CHECK(replay(sql, how) ==
        "1005: undecided: the rows of \"big\" need more memory than --memory allows\n"
        "1008: c_p_id_fkey (2) absent");
}

// Known differences, each as small as it gets; "" goes with the difference.
void check_same(const std::string& dump, const ReplayCase& show) {
  CHECK(first_difference(replay(dump, one_by_one(show)), replay(dump, in_bulk(show, 1))) == "");
}

// The server names c_b_fkey: events are queued row by row, and only then key by key. In bulk it is c_a_fkey.
TEST_CASE("of two keys that fail the one of the first row is named", "[replay][bulk]") {
  check_same(
      "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE b (id integer PRIMARY KEY);\n"
      "CREATE TABLE c (id integer, a integer REFERENCES a, b integer REFERENCES b);\nCOPY c FROM stdin;\n1\t\\N\t7\n2\t7\t\\N\n\\.\n",
      {});
}

// In bulk a row whose statement then fails for a reference is not seen to arrive: "table not loaded".
TEST_CASE("a row lost later in bulk is told as coming later", "[replay][bulk]") {
  check_same(
      "CREATE TABLE q (id integer PRIMARY KEY);\nCREATE TABLE p (id integer PRIMARY KEY, up integer REFERENCES q);\n"
      "CREATE TABLE c (id integer, p_id integer REFERENCES p);\nCOPY c FROM stdin;\n1\t7\n\\.\nCOPY p FROM stdin;\n7\t99\n\\.\n",
      {.reasons = true});
}

// In bulk keys with some NULL are not counted as keys.
TEST_CASE("mixed keys of MATCH FULL are counted the same", "[replay][bulk]") {
  check_same(
      "CREATE TABLE p (a integer, b text, PRIMARY KEY (a, b));\nCREATE TABLE c (a integer, b text);\nCOPY c FROM stdin;\n\\N\tx\n7\t\\N\n\\.\n"
      "ALTER TABLE c ADD CONSTRAINT c_fkey FOREIGN KEY (a, b) REFERENCES p MATCH FULL;\n",
      {.rows = true});
}

}  // namespace
}  // namespace pgfk::test
