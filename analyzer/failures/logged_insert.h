// The rows that logged statements insert, as far as the log itself shows their values: literals, and parameters where they are logged.
//
// What is not a lone literal or parameter is unknown; a row of DEFAULT VALUES or of a query has none. Nothing is parsed but tokens: any bytes will do.
// Cost: one pass over the statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

struct LoggedInsert {
  std::string schema;                // empty: not said
  std::string table;
  std::vector<std::string> columns;  // empty: the table's, in order
  std::vector<std::vector<std::optional<std::string>>> rows;
};

/// `message` is the server's, such as "duration: 0.2 ms  execute S_1: INSERT INTO ...", in any language; `detail` may show the parameters.
std::vector<LoggedInsert> logged_inserts(std::string_view message, std::string_view detail);

}  // namespace pgfk
