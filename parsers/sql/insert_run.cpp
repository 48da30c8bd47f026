#include "parsers/sql/insert_run.h"

#include "parsers/sql/values_grammar.h"

namespace pgfk {
namespace {

constexpr std::uint64_t kLeastStatements = 16;         // below, going through the grammar is cheap enough
constexpr std::uint64_t kLargeStatement = 64u << 10;   // bytes: one such statement is a run by itself
constexpr std::uint64_t kSplitDistance = 1u << 20;     // bytes between two split points: a worker's share

using namespace values_grammar;

constexpr std::ptrdiff_t kPassedStretch = 4 << 20;     // bytes: pages are given back in few calls

/// Says, now and then, what of a text is read.
class Passed {
 public:
  Passed(const char* base, const char* start, const std::function<void(std::uint64_t, std::uint64_t)>& tell) : base_(base), from_(start), tell_(tell) {}
  /// All ahead of `at` is read.
  void up_to(const char* at) {
    if (at - from_ < kPassedStretch || !tell_) return;
    tell_(static_cast<std::uint64_t>(from_ - base_), static_cast<std::uint64_t>(at - from_));
    from_ = at;
  }

 private:
  const char* base_;
  const char* from_;
  const std::function<void(std::uint64_t, std::uint64_t)>& tell_;
};

/// Rows, tail and semicolon, behind the header. `looked_at` is how far the reading came.
const char* read_rows(const char* at, const char* end, Passed& passed, bool& do_nothing, const char*& looked_at) {
  for (;;) {
    passed.up_to(at);
    at = skip_space(at, end);
    const char* const behind = read_row(at, end, [&looked_at](const Cell& cell) {
      looked_at = cell.text.data() + cell.text.size();
    });
    if (behind == nullptr) return nullptr;
    at = behind;
    if (at < end && *at == ';') {  // the usual end, without a look for ON CONFLICT
      do_nothing = false;
      return at + 1;
    }
    at = skip_space(at, end);
    if (at < end && *at == ',') {
      ++at;
      continue;
    }
    looked_at = at;
    return read_tail(at, end, do_nothing);
  }
}

}  // namespace

InsertRunScan scan_insert_run(std::string_view text, std::uint64_t start,
                              const std::function<void(std::uint64_t, std::uint64_t)>& tell_passed) {
  InsertRunScan scan;
  scan.looked_at = start;
  const char* const base = text.data();
  const char* const end = base + text.size();
  const auto offset = [base](const char* at) { return static_cast<std::uint64_t>(at - base); };

  const char* at = base + start;
  const char* const header_end = read_header(at, end);
  if (header_end == nullptr) return scan;
  const std::string_view header(at, static_cast<std::size_t>(header_end - at));

  scan.run.span.offset = start;
  scan.run.header_length = header.size();
  std::uint64_t next_split = start + kSplitDistance;
  const char* looked_at = header_end;
  Passed passed(base, at, tell_passed);
  for (const char* rows = header_end;;) {
    bool do_nothing = false;
    const char* const behind = read_rows(rows, end, passed, do_nothing, looked_at);
    if (behind == nullptr) break;
    if (scan.run.statements == 0) {
      scan.run.on_conflict_do_nothing = do_nothing;
    } else if (do_nothing != scan.run.on_conflict_do_nothing) {
      break;
    }
    if (offset(at) >= next_split) {
      scan.run.split_offsets.push_back(offset(at) - start);
      next_split = offset(at) + kSplitDistance;
    }
    ++scan.run.statements;
    scan.worth_it = scan.worth_it || scan.run.statements >= kLeastStatements ||
                    behind - at > static_cast<std::ptrdiff_t>(kLargeStatement);
    scan.last_statement = offset(at);
    scan.last_end = offset(behind);
    at = skip_blank(behind, end);
    if (static_cast<std::size_t>(end - at) <= header.size() ||
        std::memcmp(at, header.data(), header.size()) != 0)
      break;
    rows = at + header.size();
    // The same bytes may go on as another word: VALUES and VALUESx.
    if (is_one_of(*rows, kWordStart | kDigit | kDollar)) break;
  }
  scan.looked_at = std::max(scan.last_end, offset(looked_at));
  scan.run.span.length = scan.last_end > start ? scan.last_end - start : 0;
  return scan;
}

}  // namespace pgfk
