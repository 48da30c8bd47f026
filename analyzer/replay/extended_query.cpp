// psql's extended queries: \bind, \parse, \bind_named, and pipelines. fk-semantics 14.4, 15.6.
//
// A parameter bound by psql is text of no type, as a quoted literal is: so it is put into the statement as one.
#include <cctype>
#include <string>

#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back(c);
    out.push_back(c);
  }
  return out + "'";
}

/// `text` with $1, $2 .. outside quotes and comments replaced; `highest` is the last parameter it names.
std::string with_parameters(std::string_view text, const std::vector<std::string>& values, std::size_t& highest) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\'' || c == '"') {
      const std::size_t end = text.find(c, at + 1);
      const std::size_t stop = end == std::string_view::npos ? text.size() : end + 1;
      out.append(text.substr(at, stop - at));
      at = stop;
    } else if (text.substr(at, 2) == "--") {
      const std::size_t end = text.find('\n', at);
      at = end == std::string_view::npos ? text.size() : end;
    } else if (c == '$' && at + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[at + 1]))) {
      std::size_t number = 0;
      for (++at; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) && number < 100'000; ++at) {
        number = number * 10 + static_cast<std::size_t>(text[at] - '0');
      }
      highest = std::max(highest, number);
      out += number >= 1 && number <= values.size() ? quoted(values[number - 1]) : "$" + std::to_string(number);
    } else {
      out.push_back(c);
      ++at;
    }
  }
  return out;
}

}  // namespace

bool Replay::run_bound(const ScriptItem& item, ScriptReader& reader, const std::string& name, std::string_view text,
                       const std::vector<std::string>& values) {
  std::size_t highest = 0;
  ScriptItem bound = item;
  bound.kind = ItemKind::sql;
  bound.text = with_parameters(text, values, highest);
  bound.substituted = true;
  bound.data.reset();
  if (highest > values.size()) {
    text_ = text;
    item_ = &bound;
    record_syntax_error({"bind message supplies " + std::to_string(values.size()) + " parameters, but prepared statement \"" + name + "\" requires " +
                             std::to_string(highest), "08P01", -1, false}, item);
    if (block_ == BlockState::open && !error_rollback_) block_ = BlockState::aborted;
    item_ = &item;
    return false;
  }
  item_ = &bound;
  const bool accepted = run_query_string(bound, reader);
  item_ = &item;
  text_ = {};  // it lay in `bound`
  return accepted;
}

bool Replay::run_bind_named(const ScriptItem& item, ScriptReader& reader) {
  const std::string name = item.words.empty() ? "" : item.words[0];
  const auto found = parsed_texts_.find(name);
  if (found == parsed_texts_.end()) {
    record_syntax_error({"prepared statement \"" + name + "\" does not exist", "26000", -1, false}, item);
    if (block_ == BlockState::open && !error_rollback_) block_ = BlockState::aborted;
    return false;
  }
  const std::vector<std::string> values(item.words.size() > 1 ? item.words.begin() + 1 : item.words.end(), item.words.end());
  return run_bound(item, reader, name, found->second, values);
}

/// What stands between two syncs is one transaction; its errors bear the line of the command that fetches them.
bool Replay::run_pipeline(const ScriptItem& item) {
  const std::string command = item.words.empty() ? "" : item.words[0];
  if (command == "startpipeline") {
    in_pipeline_ = true;
    pipeline_failed_ = false;
    pipeline_findings_ = result_.findings.size();
    return true;
  }
  if (!in_pipeline_) return true;
  const bool syncs = command == "syncpipeline" || command == "endpipeline";
  if (syncs) {
    if (block_ == BlockState::implicit) {
      Statement statement;
      Transaction transaction;
      transaction.kind = TransactionKind::commit;
      statement.body = std::move(transaction);
      item_ = &item;
      in_pipeline_ = false;
      static_cast<void>(run_statement(statement, true));
      in_pipeline_ = true;
    }
    pipeline_failed_ = false;
  }
  if (command == "endpipeline" || command == "getresults") {
    for (std::size_t at = pipeline_findings_; at < result_.findings.size(); ++at) {
      result_.findings[at].statement.psql_line = item.psql_line != 0 ? item.psql_line : item.line;
    }
    pipeline_findings_ = result_.findings.size();
  }
  if (command == "endpipeline") in_pipeline_ = false;
  return true;
}

}  // namespace pgfk
