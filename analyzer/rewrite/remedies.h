// What the user wants done about rows that no order loads.
#pragma once

namespace pgfk {

/// Keys that no order meets.
enum class CycleRemedy {
  fail,        // nothing
  deferrable,  // they are checked at the end of a transaction, made DEFERRABLE for it where they are not
  two_phase,   // NULL first, UPDATE when the rows are there
  not_valid    // they are dropped, and made again behind the rows
};

/// Rows whose referenced row is nowhere.
enum class OrphanRemedy {
  fail,        // nothing
  stub,        // the missing rows are made, with placeholder values
  null,        // the key becomes NULL
  quarantine,  // the rows go into a file of their own
  drop         // the rows go
};

}  // namespace pgfk
