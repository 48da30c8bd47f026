// Failures made by hand, for tests of groups and reports.
#pragma once

#include <string>

#include "analyzer/failures/failure.h"

namespace pgfk::test {

/// "orders (customer_id)=(KEY)" of constraint "orders_fk", refused on insert at `minute` of 2026-11-20.
inline Failure failed_insert(const std::string& key, int minute = 0) {
  Failure failure;
  LogEvent& event = failure.event;
  event.kind = ViolationKind::insert_update;
  event.side = ViolationSide::referencing;
  event.table = event.referencing_table = "orders";
  event.referenced_table = "customers";
  event.constraint = "orders_fk";
  event.key_shown = KeyShown::yes;
  event.key_columns = {"customer_id"};
  event.key_values = {key};
  event.database = "shop";
  event.user = "app";
  event.message = "insert or update on table \"orders\" violates foreign key constraint \"orders_fk\"";
  event.detail = "Key (customer_id)=(" + key + ") is not present in table \"customers\".";
  event.statement = "INSERT INTO orders VALUES (1, " + key + ")";
  event.line = 1;
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  constexpr std::int64_t kMidnight = 1795132800;  // 2026-11-20 00:00:00 UTC
  event.time = LogTime{(kMidnight + minute * 60) * 1'000'000, "2026-11-20T" + two(minute / 60) + ":" + two(minute % 60) + ":00.000+00:00"};
  failure.fingerprint = "f00d";
  failure.shape = "INSERT INTO orders VALUES ($1, $2)";
  return failure;
}

inline Failure failed_delete(const std::string& key, int minute = 0) {
  Failure failure = failed_insert(key, minute);
  LogEvent& event = failure.event;
  event.kind = ViolationKind::update_delete;
  event.side = ViolationSide::referenced;
  event.table = "customers";
  event.key_columns = {"id"};
  event.message = "update or delete on table \"customers\" violates foreign key constraint \"orders_fk\" on table \"orders\"";
  event.detail = "Key (id)=(" + key + ") is still referenced from table \"orders\".";
  event.statement = "DELETE FROM customers WHERE id = " + key;
  return failure;
}

}  // namespace pgfk::test
