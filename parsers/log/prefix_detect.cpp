// Finding out a log_line_prefix: the known ones first, then templates made of the heads of the lines themselves. Whatever explains most
// lines wins, and among equals what tells most fields.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "parsers/log/log_time.h"
#include "parsers/log/prefix.h"
#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

constexpr std::size_t kMostTemplates = 40;  // different shapes of heads that are tried

bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

struct KeyName {
  std::string_view key;
  std::string_view escape;
};
constexpr std::array kKeyNames = {
    KeyName{"user", "%u"},     KeyName{"usr", "%u"},      KeyName{"u", "%u"},         KeyName{"db", "%d"},        KeyName{"database", "%d"},
    KeyName{"d", "%d"},        KeyName{"app", "%a"},      KeyName{"appli", "%a"},     KeyName{"application", "%a"}, KeyName{"application_name", "%a"},
    KeyName{"a", "%a"},        KeyName{"client", "%h"},   KeyName{"host", "%h"},      KeyName{"h", "%h"},         KeyName{"c", "%h"},
    KeyName{"remote", "%r"},   KeyName{"from", "%r"},     KeyName{"r", "%r"},         KeyName{"connection_source", "%r"}, KeyName{"pid", "%p"},
    KeyName{"p", "%p"},        KeyName{"xid", "%x"},      KeyName{"tid", "%x"},       KeyName{"trx_id", "%x"},    KeyName{"vxid", "%v"},
    KeyName{"vtid", "%v"},     KeyName{"v", "%v"},        KeyName{"qid", "%Q"},       KeyName{"queryid", "%Q"},   KeyName{"query_id", "%Q"},
    KeyName{"type", "%b"},     KeyName{"backend", "%b"},  KeyName{"tag", "%i"},       KeyName{"cmd", "%i"},       KeyName{"i", "%i"},
    KeyName{"session", "%c"},  KeyName{"sid", "%c"},      KeyName{"session_id", "%c"}, KeyName{"start", "%s"},    KeyName{"e", "%e"},
    KeyName{"code", "%e"},     KeyName{"sqlstate", "%e"}, KeyName{"line", "%l"},      KeyName{"l", "%l"},
};

/// A head as a template: what has a shape becomes its escape, what follows a name and "=" becomes what the name says, the rest is literal.
class TemplateOf {
 public:
  explicit TemplateOf(std::string_view head) : head_(head) {}

  std::string text() {
    if (const std::size_t bar = head_.find('|'); bar != std::string_view::npos && !starts_shaped(head_)) {
      use("%a");
      at_ = bar;
    }
    while (at_ < head_.size()) step();
    return out_;
  }

 private:
  static bool starts_shaped(std::string_view text) { return LogTimes::length_of_timestamp(text) > 0 || (!text.empty() && is_digit(text.front())); }

  void step() {
    const std::string_view rest = head_.substr(at_);
    if (const std::size_t time = LogTimes::length_of_timestamp(rest)) {
      const bool fraction = rest.substr(0, time).find('.') != std::string_view::npos;
      take(time, used_.contains("%m") || used_.contains("%t") ? "%s" : fraction ? "%m" : "%t");
    } else if (is_word(rest.front())) {
      word(rest);
    } else if (rest.starts_with("[local]")) {
      take(7, "%h");
    } else if (rest.front() == '%') {
      take(1, "%%");
    } else {
      out_ += rest.front();
      ++at_;
    }
  }

  void word(std::string_view rest) {
    std::size_t length = 0;
    while (length < rest.size() && is_word(rest[length])) ++length;
    const std::string_view word = rest.substr(0, length);
    const char next = length < rest.size() ? rest[length] : '\0';
    const bool digits = std::ranges::all_of(word, is_digit);
    std::size_t second = length + 1;
    while (second < rest.size() && is_word(rest[second])) ++second;
    if (next == '=') {
      value_of(word, length + 1);
    } else if (digits && length >= 9 && length <= 11 && next == '.' && second == length + 4) {
      take(second, "%n");
    } else if (next == '.' && second > length + 2 && length >= 6 && !used_.contains("%c")) {
      std::from_chars(rest.data() + length + 1, rest.data() + second, session_pid_, 16);
      take(second, "%c");
    } else if (digits && next == '/' && second > length + 1 && !used_.contains("%v")) {
      take(second, "%v");
    } else if (digits) {
      number(word);
    } else if (length == 5 && std::ranges::all_of(word, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); })) {
      take(5, "%e");
    } else if (const std::size_t at_sign = rest.find('@'); at_sign != std::string_view::npos && rest.substr(0, at_sign).find_first_of("=|,[(") == std::string_view::npos) {
      std::size_t end = rest.find_first_of(" ,:]|", at_sign);
      if (end == std::string_view::npos) end = rest.size();
      take(end, "%u@%d");
    } else {
      out_ += word;
      at_ += length;
    }
  }

  void number(std::string_view word) {
    const bool bracketed = at_ > 0 && head_[at_ - 1] == '[';
    // The session id tells the pid, so that another number is none.
    std::int64_t value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value);
    const bool may_be_pid = session_pid_ == 0 || session_pid_ == value;
    if (!used_.contains("%p") && may_be_pid) {
      take(word.size(), "%p");
    } else if (word.size() == 5 && !bracketed && !used_.contains("%e")) {
      take(5, "%e");
    } else {
      take(word.size(), !used_.contains("%l") ? "%l" : !used_.contains("%x") ? "%x" : "%Q");
    }
  }

  void value_of(std::string_view key, std::size_t value_at) {
    out_ += std::string(key) + "=";
    at_ += value_at;
    const auto* name = std::ranges::find(kKeyNames, key, &KeyName::key);
    if (name == kKeyNames.end() || at_ > head_.size()) return;
    const std::string_view rest = head_.substr(std::min(at_, head_.size()));
    const bool quoted = rest.starts_with('"');
    if (quoted) {
      out_ += '"';
      const std::size_t end = std::min(rest.find('"', 1), rest.size());
      at_ += 1;
      take(end - 1, name->escape);
      return;
    }
    take(value_length(rest), name->escape);
  }

  /// Up to what stands before the next name and "=", a closing bracket, or the trailing space.
  static std::size_t value_length(std::string_view rest) {
    for (std::size_t at = 0; at < rest.size(); ++at) {
      if (rest[at] == ']' || rest[at] == ')' || rest[at] == '}' || rest[at] == '|') return at;
      if (rest[at] != ',' && rest[at] != ' ' && rest[at] != ';') continue;
      std::size_t end = at + 1;
      while (end < rest.size() && is_word(rest[end])) ++end;
      if (end == rest.size() || (end > at + 1 && rest[end] == '=')) return at;
    }
    return rest.size();
  }

  void take(std::size_t length, std::string_view escape) {
    use(escape);
    at_ += length;
  }
  void use(std::string_view escape) {
    out_ += escape;
    used_.insert(escape);
  }

  std::string_view head_;
  std::size_t at_ = 0;
  std::string out_;
  std::set<std::string_view> used_;
  std::int64_t session_pid_ = 0;  // 0: no session id was seen
};

/// Names that are brackets or numbers, hosts of several words and the like come of a prefix that does not fit.
bool plausible(const PrefixMatch& match) {
  for (const PrefixField field : {PrefixField::user, PrefixField::database}) {
    const std::string_view name = match[field];
    if (name.empty() || (name.starts_with('[') && name.ends_with(']') && name.size() > 3 && !is_digit(name[1]))) continue;
    if (name.find_first_of("[]|{}=") != std::string_view::npos || std::ranges::all_of(name, is_digit)) return false;
  }
  for (const PrefixField field : {PrefixField::host, PrefixField::remote, PrefixField::local_address}) {
    if (match[field].find_first_of(" ,=") != std::string_view::npos) return false;
  }
  const std::string_view application = match[PrefixField::application];
  return application.empty() || LogTimes::length_of_timestamp(application) != application.size();
}

struct Score {
  std::size_t matched = 0;
  std::size_t fields = 0;  // with a value, over all lines
  std::size_t spaced = 0;  // lines whose database has a space in its name: more often, something else stands there as well

  friend auto operator<=>(const Score&, const Score&) = default;
};

Score score_of(const LinePrefix& prefix, const std::vector<std::string_view>& lines) {
  Score score;
  for (const std::string_view line : lines) {
    PrefixMatch match;
    if (!prefix.match(line, match) || !plausible(match)) continue;
    ++score.matched;
    score.spaced += match[PrefixField::database].find(' ') != std::string_view::npos;
    score.fields += static_cast<std::size_t>(std::ranges::count_if(match.fields, [](std::string_view value) { return !value.empty(); }));
  }
  return score;
}

std::vector<std::string> templates_of(const std::vector<std::string_view>& heads) {
  std::map<std::string, std::size_t> counts;
  for (const std::string_view head : heads) ++counts[TemplateOf(head).text()];
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::greater<>(), &std::pair<std::string, std::size_t>::second);
  sorted.resize(std::min(sorted.size(), kMostTemplates));
  std::vector<std::string> templates;
  for (const auto& [text, count] : sorted) {
    // Background processes stop at %q: their heads are the beginning of the others'.
    for (const auto& [longer, other] : sorted) {
      if (longer.size() > text.size() && longer.starts_with(text)) templates.push_back(text + "%q" + longer.substr(text.size()));
    }
    templates.push_back(text);
  }
  templates.resize(std::min(templates.size(), 4 * kMostTemplates));
  return templates;
}

}  // namespace

const std::vector<LinePrefix>& known_prefixes() {
  static const std::vector<LinePrefix> prefixes = [] {
    std::vector<LinePrefix> list;
    for (const char* text : {
             " sql_error_code = %e time_ms = \"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" vtid=\"%v\" tid=\"%x\" log_line=\"%l\" "
             "%qdatabase=\"%d\" connection_source=\"%r\" user=\"%u\" application_name=\"%a\" ",
             " sql_error_code = %e ",
             "%m [%p] %q%u@%d ", "%m [%p] ", "%t [%p-%l] %q%u@%d ", "%t [%p-%l] ", "%m %d %u [%p]", "%t %d %u ", "%m %d %u [%p] ", "%t ", "%m ", "< %m > ", "< %m >", "%t-%p-",
             "%t:%r:%u@%d:[%p]:", "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:", "%t-%c-", "%m [%p]: [%l-1] db=%d,user=%u ", "[%p]: [%l-1] db=%d,user=%u ",
             "%e: %t [%p]: [%l-1] user = %u,db = %d,remote = %r app = %a ",
             "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ", "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ", "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
             "%m [%p]: user=%u,db=%d,app=%a,client=%h ", "%t [%p]: [%l-1] user=%u,db=%d ", "%m [%p]: [%l-1] user=%u,db=%d ", "%t [%p]: [%l-1] ", "%m [%p]: [%l-1] ",
             "%m [%p] %q[user=%u,db=%d,app=%a] ", "%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ", "%m [%p][%v] : [%l-1] %q[app=%a] ",
             "%m [%p][%b][%v][%x] %q[user=%u,db=%d,app=%a] ", "%t [%p]: [%l-1] user=%u,db=%d - PG-%e ", "%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ",
             "%m %r %u %a [%c] [%p] ", "pid=%p,user=%u,db=%d,app=%a,client=%h ", "user=%u,db=%d,app=%a,client=%h ", "%p-%s-%c-%l-%h-%u-%d-%m ", "%t [%p] %q%u@%d %h ",
             "#%m [%p]: [%l-1] { user=%u,db=%d,c=%c,e=%e,x=%x,a=%a,r=%r,i=%i,v=%v } ", "%m [%p] %e ", "%m [%p] %e %q[user=%u,db=%d,app=%a,host=%h] ",
             "%m [%p] %e %q%u@%d ", "%q%u@%d ", "%a|%m|%p|", "%m|%p|%q%u|%d|", "",
         }) {
      list.emplace_back(text);
    }
    return list;
  }();
  return prefixes;
}

DetectedPrefix detect_prefix(const std::vector<std::string_view>& lines) {
  DetectedPrefix detected;
  std::vector<std::string_view> labelled, heads;
  std::map<std::string_view, std::size_t> languages;
  for (const std::string_view line : lines) {
    if (line.starts_with('\t')) continue;
    const FoundLabel found = find_label(line.substr(0, 1000));
    if (found.label == nullptr) continue;
    labelled.push_back(line);
    heads.push_back(line.substr(0, found.at));
    detected.from_server |= found.label->kind == LabelKind::log || found.label->kind == LabelKind::statement;
    if (found.label->language != "en") ++languages[found.label->language];
  }
  detected.labelled = labelled.size();
  if (labelled.empty()) return detected;

  Score best;
  std::size_t best_fields = 0;
  const auto consider = [&](const LinePrefix& prefix) {
    const Score score = score_of(prefix, labelled);
    // Among equals the one that promises least: what follows a %q that no line goes past is not known.
    if (score.matched == 0 || score < best || (score == best && prefix.field_count() >= best_fields)) return;
    best = score;
    best_fields = prefix.field_count();
    detected.text = prefix.text();
    detected.found = true;
  };
  for (const LinePrefix& prefix : known_prefixes()) consider(prefix);
  if (best.matched * 100 < labelled.size() * 95 || best.spaced * 3 > best.matched) {
    for (const std::string& text : templates_of(heads)) consider(LinePrefix(text));
  }
  if (best.matched * 100 < labelled.size() * 60) {
    // Nothing explains the lines. What can be told all the same: the time, if it comes first, and the label.
    for (const char* text : {"%m%i", "%t%i", "%i"}) consider(LinePrefix(text));
    detected.guessed = true;
  }
  detected.matched = best.matched;
  const auto is_best = [&](const LinePrefix& prefix) { return prefix.text() == detected.text; };
  detected.from_server |= detected.found && (std::ranges::any_of(known_prefixes(), is_best) || LinePrefix(detected.text).has(PrefixField::time));
  const auto most = std::ranges::max_element(languages, {}, [](const auto& entry) { return entry.second; });
  if (most != languages.end() && most->second * 4 >= labelled.size()) detected.language = most->first;
  return detected;
}

}  // namespace pgfk
