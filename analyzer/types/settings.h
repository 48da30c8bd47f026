// The settings that change how a text is read, printed or compared.
#pragma once

#include <string>

namespace pgfk {

enum class DateOrder { ymd, dmy, mdy };
enum class DateStyle { iso, sql, postgres, german };
enum class IntervalStyle { postgres, postgres_verbose, sql_standard, iso_8601 };

/// Defaults are those of a fresh server with initdb's C.UTF-8 locale and TimeZone UTC.
struct ValueSettings {
  DateStyle date_style = DateStyle::iso;
  DateOrder date_order = DateOrder::mdy;
  IntervalStyle interval_style = IntervalStyle::postgres;
  std::string time_zone = "UTC";       // an IANA name or an offset, as SET TimeZone took it
  bool bytea_escape = false;           // bytea_output = escape
  int extra_float_digits = 1;
  std::string client_encoding = "UTF8";
  int server_version = 15;             // major; decides what spellings are read (0x10 from 16)
};

}  // namespace pgfk
