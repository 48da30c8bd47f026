#include "tests/analyzer/replay/random_dump.h"

#include <array>
#include <optional>
#include <random>
#include <vector>

namespace pgfk::test {

namespace {

using Cell = std::optional<std::string>;  // as the value is, not as it is written; empty: NULL

enum class KeyType { integer, bigint, text, uuid, numeric, date, pair };

constexpr std::array kKeyTypes = {KeyType::integer, KeyType::bigint, KeyType::text, KeyType::uuid,
                                  KeyType::numeric, KeyType::date,   KeyType::pair};

struct Table {
  std::string name;
  KeyType key = KeyType::integer;
  std::uint64_t keys = 0;                  // keys are drawn below this number
  std::vector<std::size_t> references;     // tables; the column is ref_N
  std::vector<std::string> columns;
  std::vector<std::string> key_columns;
  std::vector<std::vector<std::string>> reference_columns;
};

class Writer {
 public:
  Writer(std::uint64_t seed, const DumpShape& shape) : random_(seed), shape_(shape) {}

  std::string text() {
    choose_tables();
    for (std::size_t at = 0; at < tables_.size(); ++at) create(at);
    const bool backwards = chance(30);
    const bool block = shape_.constraints_inline && chance(30);
    if (block) out_ += "BEGIN;\n";
    for (std::size_t at = 0; at < tables_.size(); ++at) fill(tables_[backwards ? tables_.size() - 1 - at : at]);
    if (block) out_ += "COMMIT;\n";
    if (!shape_.constraints_inline) {
      for (const Table& table : tables_) {
        out_ += "ALTER TABLE ONLY " + table.name + " ADD CONSTRAINT " + table.name + "_pkey PRIMARY KEY (" + join(table.key_columns) + ");\n";
      }
      for (const Table& table : tables_) {
        for (std::size_t at = 0; at < table.references.size(); ++at) {
          const bool later = chance(15);
          out_ += "ALTER TABLE ONLY " + table.name + " ADD " + foreign_key(table, at) + (later ? " NOT VALID" : "") + ";\n";
          if (later) out_ += "ALTER TABLE " + table.name + " VALIDATE CONSTRAINT " + key_name(table, at) + ";\n";
        }
      }
    }
    return std::move(out_);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }  // the standard's distributions differ by library
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  static std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
  }
  static std::string key_name(const Table& table, std::size_t at) { return table.name + "_ref_" + std::to_string(at) + "_fkey"; }

  std::string foreign_key(const Table& table, std::size_t at) {
    std::string out = "CONSTRAINT " + key_name(table, at) + " FOREIGN KEY (" + join(table.reference_columns[at]) + ") REFERENCES " +
                      tables_[table.references[at]].name + "(" + join(tables_[table.references[at]].key_columns) + ")";
    if (chance(20)) out += " MATCH FULL";
    if (chance(20)) out += chance(50) ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
    return out;
  }

  void choose_tables() {
    const std::size_t count = 2 + below(3);
    for (std::size_t at = 0; at < count; ++at) {
      Table table;
      table.name = "t" + std::to_string(at);
      table.key = kKeyTypes[below(kKeyTypes.size())];
      table.keys = shape_.rows * (2 + below(20)) + 2;
      if (table.key == KeyType::pair) {
        table.key_columns = {"id_a", "id_b"};
      } else {
        table.key_columns = {"id"};
      }
      for (std::size_t other = 0; other <= at; ++other) {
        if (chance(other == at ? 25 : 60)) table.references.push_back(other);
      }
      tables_.push_back(table);
    }
  }

  static std::vector<std::string> types_of(KeyType key) {
    switch (key) {
      case KeyType::integer: return {"integer"};
      case KeyType::bigint: return {"bigint"};
      case KeyType::text: return {"text"};
      case KeyType::uuid: return {"uuid"};
      case KeyType::numeric: return {"numeric(12,2)"};
      case KeyType::date: return {"date"};
      case KeyType::pair: return {"integer", "character varying(20)"};
    }
    return {};
  }

  void create(std::size_t which) {
    Table& table = tables_[which];
    std::vector<std::string> lines;
    const std::vector<std::string> own = types_of(table.key);
    for (std::size_t at = 0; at < own.size(); ++at) {
      table.columns.push_back(table.key_columns[at]);
      lines.push_back(table.key_columns[at] + " " + own[at] + (chance(50) ? " NOT NULL" : ""));
    }
    for (std::size_t at = 0; at < table.references.size(); ++at) {
      const std::vector<std::string> types = types_of(tables_[table.references[at]].key);
      table.reference_columns.emplace_back();
      for (std::size_t part = 0; part < types.size(); ++part) {
        const std::string name = "ref_" + std::to_string(at) + (types.size() > 1 ? "_" + std::to_string(part) : "");
        table.reference_columns.back().push_back(name);
        table.columns.push_back(name);
        lines.push_back(name + " " + types[part]);
      }
    }
    table.columns.insert(table.columns.end(), {"note", "flag", "at"});
    lines.insert(lines.end(), {"note character varying(12)", "flag boolean", "at timestamp without time zone"});
    if (shape_.constraints_inline) {
      lines.push_back("CONSTRAINT " + table.name + "_pkey PRIMARY KEY (" + join(table.key_columns) + ")");
      for (std::size_t at = 0; at < table.references.size(); ++at) lines.push_back(foreign_key(table, at));
    }
    out_ += "CREATE TABLE " + table.name + " (\n";
    for (std::size_t at = 0; at < lines.size(); ++at) out_ += "    " + lines[at] + (at + 1 < lines.size() ? ",\n" : "\n");
    out_ += ");\n";
  }

  /// The cells of the key with this number; some keys have several spellings.
  std::vector<Cell> key_cells(KeyType key, std::uint64_t number) {
    const std::string digits = std::to_string(number);
    switch (key) {
      case KeyType::integer: return {chance(3) ? "0" + digits : digits};
      case KeyType::bigint: return {(number % 7 == 0 ? "-" : "9000000000") + digits};
      case KeyType::text: return {number % 5 == 0 ? "it's\ta\\" + digits : number % 11 == 0 ? "\xc3\xa4 " + digits : "k" + digits};
      case KeyType::uuid: {
        const std::string tail = std::string(12 - digits.size(), number % 2 == 0 ? 'a' : '0') + digits;
        return {chance(3) ? "{A0EEBC99-9C0B-4EF8-BB6D-" + tail + "}" : "a0eebc99-9c0b-4ef8-bb6d-" + tail};
      }
      case KeyType::numeric: return {digits + (chance(50) ? "" : chance(50) ? ".00" : ".001")};
      case KeyType::date: return {std::to_string(1900 + number % 150) + (number % 13 < 9 ? "-0" : "-") + std::to_string(1 + number % 12 % 9) + "-" + std::to_string(10 + number / 150 % 18)};
      case KeyType::pair: return {std::to_string(number / 3), "p" + std::to_string(number % 3)};
    }
    return {};
  }

  std::vector<Cell> row_of(const Table& table, std::uint64_t number) {
    std::vector<Cell> row = key_cells(table.key, number);
    for (const std::size_t other : table.references) {
      const Table& referenced = tables_[other];
      const std::uint64_t orphan = orphans_ && chance(2) ? referenced.keys * 50 + below(20) : referenced.keys;
      // Rows hold the first numbers, so that most references find theirs.
      const std::uint64_t target = orphan != referenced.keys ? orphan : below(shape_.rows * 4 / 5 + 1);
      std::vector<Cell> cells = key_cells(referenced.key, target);
      if (chance(5)) cells[below(cells.size())] = std::nullopt;
      row.insert(row.end(), cells.begin(), cells.end());
    }
    row.push_back(chance(10) ? Cell() : Cell("n" + std::to_string(below(1000))));
    row.push_back(chance(10) ? Cell() : Cell(chance(50) ? "t" : "false"));
    row.push_back(chance(10) ? Cell() : Cell("2024-02-" + std::to_string(10 + below(19)) + " 12:00:00"));
    return row;
  }

  void spoil(std::vector<Cell>& row) {
    static constexpr std::array kOdd = {"", "x", "99999999999999999999", "much too long for twelve", "2024-13-41", "-0", " 7 "};
    Cell& cell = row[below(row.size())];
    cell = chance(15) ? Cell() : Cell(kOdd[below(kOdd.size())]);
  }

  void fill(const Table& table) {
    orphans_ = chance(60);
    const bool doubles = chance(20);
    const bool odd = chance(20) && shape_.spoiled;
    std::uint64_t number = 0;
    const std::size_t blocks = 1 + below(3);
    for (std::size_t block = 0; block < blocks; ++block) {
      std::vector<std::vector<Cell>> rows;
      const std::uint64_t count = below(2) + shape_.rows / blocks;
      for (std::uint64_t at = 0; at < count; ++at) {
        rows.push_back(row_of(table, number++));
        if (doubles && below(count) == 0) --number;
      }
      if (odd && chance(50) && !rows.empty()) spoil(rows[below(rows.size())]);
      if (chance(20)) {
        for (std::size_t at = rows.size(); at > 1; --at) rows[at - 1].swap(rows[below(at)]);
      }
      if (shape_.copy && (!shape_.inserts || chance(50))) {
        write_copy(table, rows);
      } else {
        write_inserts(table, rows);
      }
    }
  }

  void write_copy(const Table& table, const std::vector<std::vector<Cell>>& rows) {
    out_ += "COPY " + table.name + " (" + join(table.columns) + ") FROM stdin;\n";
    for (const std::vector<Cell>& row : rows) {
      for (std::size_t at = 0; at < row.size(); ++at) {
        if (at > 0) out_ += '\t';
        if (!row[at]) {
          out_ += "\\N";
          continue;
        }
        for (const char c : *row[at]) out_ += c == '\t' ? std::string("\\t") : c == '\\' ? std::string("\\\\") : std::string(1, c);
      }
      out_ += '\n';
    }
    out_ += "\\.\n";
  }

  void write_inserts(const Table& table, const std::vector<std::vector<Cell>>& rows) {
    const std::size_t together = chance(50) ? 1 : 2 + below(50);
    for (std::size_t at = 0; at < rows.size(); ++at) {
      const bool first = at % together == 0;
      if (first) out_ += "INSERT INTO " + table.name + (together == 1 ? "" : " (" + join(table.columns) + ")") + " VALUES\n";
      out_ += "\t(";
      for (std::size_t cell = 0; cell < rows[at].size(); ++cell) {
        if (cell > 0) out_ += ", ";
        write_literal(rows[at][cell]);
      }
      const bool last = (at + 1) % together == 0 || at + 1 == rows.size();
      out_ += last ? ");\n" : "),\n";
    }
  }

  void write_literal(const Cell& cell) {
    if (!cell) {
      out_ += "NULL";
      return;
    }
    out_ += '\'';
    for (const char c : *cell) out_ += c == '\'' ? std::string("''") : std::string(1, c);
    out_ += '\'';
  }

  std::mt19937_64 random_;
  DumpShape shape_;
  std::vector<Table> tables_;
  bool orphans_ = false;
  std::string out_;
};

}  // namespace

std::string random_dump(std::uint64_t seed, const DumpShape& shape) { return Writer(seed, shape).text(); }

}  // namespace pgfk::test
