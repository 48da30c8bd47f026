#include "parsers/sql/plpgsql.h"

#include <algorithm>

#include "parsers/sql/tokens.h"

namespace pgfk {

namespace {

// Blocks within blocks: far more than anybody writes, far fewer than the stack holds.
constexpr int kDeepest = 200;

constexpr std::string_view kReserved[] = {"all",  "begin", "by",   "case", "declare", "else", "end", "execute", "for",    "foreach", "from", "if",
                                          "in",   "into",  "loop", "not",  "null",    "or",   "strict", "then", "to",     "using",   "when", "while"};

bool is_reserved(const Token& token) {
  return token.kind == TokenKind::word &&
         std::any_of(std::begin(kReserved), std::end(kReserved), [&](std::string_view word) { return token.is_word(word); });
}

/// What stands between the quotes of '..' (doubled ones halved) or $tag$..$tag$; nullopt for E'', U&'' and the like with escapes in them.
std::optional<std::string> plain_string(std::string_view literal) {
  if (literal.starts_with('$')) {
    const std::size_t tag = literal.find('$', 1) + 1;
    return literal.size() < 2 * tag ? std::nullopt : std::optional<std::string>(literal.substr(tag, literal.size() - 2 * tag));
  }
  if (literal.size() > 2 && (literal[0] == 'E' || literal[0] == 'e') && literal.find('\\') == std::string_view::npos) literal.remove_prefix(1);
  if (literal.size() < 2 || literal.front() != '\'' || literal.back() != '\'') return std::nullopt;
  std::string out;
  for (std::size_t at = 1; at + 1 < literal.size(); ++at) {
    out += literal[at];
    if (literal[at] == '\'') ++at;
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view body, const ParseSettings& settings)
      : body_(body), settings_(settings), tokens_(tokenize(body, settings.standard_conforming_strings)) {}

  PlBody read() {
    PlBody out;
    while (here().is("#")) {
      advance();
      if (accept("variable_conflict")) {
        if (here().is_word("use_variable")) out.conflict = PlNameConflict::use_variable;
        if (here().is_word("use_column")) out.conflict = PlNameConflict::use_column;
      } else {
        advance();
      }
      advance();
    }
    std::string label = read_label();
    out.block = read_block(std::move(label));
    if (!error_ && here().is(";")) advance();
    if (!error_ && here().kind != TokenKind::end) fail("unexpected text behind the block");
    out.error = std::move(error_);
    return out;
  }

 private:
  // --- tokens
  const Token& here() const { return tokens_[std::min(place_, tokens_.size() - 1)]; }
  const Token& ahead(std::size_t steps) const { return tokens_[std::min(place_ + steps, tokens_.size() - 1)]; }
  void advance() { place_ = std::min(place_ + 1, tokens_.size() - 1); }
  bool accept(std::string_view word) {
    if (!here().is_word(word)) return false;
    advance();
    return true;
  }
  bool accept_sign(std::string_view sign) {
    if (!here().is(sign)) return false;
    advance();
    return true;
  }
  void expect(std::string_view word) {
    if (!accept(word)) unexpected();
  }
  void expect_sign(std::string_view sign) {
    if (!accept_sign(sign)) unexpected();
  }
  bool is_name() const { return here().kind == TokenKind::word || here().kind == TokenKind::quoted_name; }
  std::string read_name() {
    if (!is_name()) {
      unexpected();
      return "";
    }
    std::string name = folded_name(here());
    advance();
    return name;
  }
  bool ends_here() const { return error_ || here().kind == TokenKind::end; }

  // --- trouble: what PL/pgSQL's own grammar takes amiss is not proven to be amiss, so this is a limit of ours
  void fail(std::string what) {
    if (error_) return;
    SyntaxError error;
    error.message = "line " + std::to_string(line_at(here().offset)) + " of the PL/pgSQL code is not understood: " + what;
    error.position = static_cast<int>(here().offset);
    error.ours = true;
    error_ = std::move(error);
  }
  /// What pl_gram.y says itself.
  void refuse(std::string message) {
    if (error_) return;
    SyntaxError error;
    error.message = std::move(message);
    error.position = static_cast<int>(here().offset);
    error_ = std::move(error);
  }
  void unexpected() { fail(here().kind == TokenKind::end ? "it ends too early" : "near \"" + std::string(here().text.substr(0, 40)) + "\""); }

  std::size_t line_at(std::size_t offset) {
    while (counted_ < offset) lines_ += body_[counted_++] == '\n';
    if (counted_ == offset) return lines_;
    return 1 + static_cast<std::size_t>(std::count(body_.begin(), body_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  }

  // --- SQL
  /// Parses `text` (which begins at `offset` of the body) behind `lead`; syntax errors are the server's.
  PlQuery parse_piece(std::string_view lead, std::string text, std::size_t offset) {
    PlQuery query;
    query.offset = offset;
    query.text = std::string(lead) + text;
    if (error_) return query;
    ParsedSql parsed = parse_sql(query.text, settings_);
    if (parsed.error) {
      error_ = std::move(parsed.error);
      error_->position = static_cast<int>(offset);
    } else if (parsed.statements.size() != 1) {
      fail("a statement or expression is missing");
    }
    query.statements = std::move(parsed.statements);
    if (Insert* insert = query.statements.empty() ? nullptr : std::get_if<Insert>(&query.statements.front().body)) expand_rows(*insert);
    return query;
  }

  /// VALUES (NEW.*) is a SELECT: a star is a list of fields.
  static void expand_rows(Insert& insert) {
    if (!insert.source || insert.source->values.size() != 1) return;
    std::vector<ExprPtr>& row = insert.source->values.front();
    const auto is_star = [](const ExprPtr& expr) { return expr && expr->kind == ExprKind::column && expr->names.back() == "*"; };
    const auto is_default = [](const ExprPtr& expr) { return !expr || expr->kind == ExprKind::default_value; };
    if (std::none_of(row.begin(), row.end(), is_star) || std::any_of(row.begin(), row.end(), is_default)) return;
    for (ExprPtr& expr : row) {
      Target& target = insert.source->targets.emplace_back();
      target.expr = std::move(expr);
    }
    insert.source->values.clear();
  }

  /// Whether one of the words stands here, outside parentheses.
  bool stands_here(std::initializer_list<std::string_view> ends) const {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
      return here().is(end) || here().is_word(end);
    });
  }

  /// Up to one of `ends`, which stays.
  PlQuery read_query(std::string_view lead, std::initializer_list<std::string_view> ends) {
    const std::size_t from = here().offset;
    std::size_t to = from;
    int depth = 0;
    while (!ends_here()) {
      if (depth == 0 && stands_here(ends)) break;
      if (here().is(";")) break;
      if (here().is("(") || here().is("[")) ++depth;
      if (here().is(")") || here().is("]")) --depth;
      if (depth < 0) break;
      to = here().end();
      advance();
    }
    // Source: read_sql_construct.
    if (depth != 0) refuse("mismatched parentheses at or near \"" + std::string(here().text) + "\"");
    if (!stands_here(ends)) refuse("missing \"" + upper_ascii(*std::prev(ends.end())) + "\" at end of SQL expression");
    if (to == from) refuse("missing expression at or near \"" + std::string(here().text) + "\"");
    return parse_piece(lead, std::string(body_.substr(from, to - from)), from);
  }
  PlQuery read_expression(std::initializer_list<std::string_view> ends) { return read_query("SELECT ", ends); }

  // --- targets
  PlTarget read_target() {
    PlTarget target;
    target.names.push_back(read_name());
    while (accept_sign(".")) {
      target.names.push_back(read_name());
    }
    return target;
  }
  std::vector<PlTarget> read_targets() {
    std::vector<PlTarget> targets;
    do {
      targets.push_back(read_target());
    } while (!error_ && accept_sign(","));
    return targets;
  }

  // --- declarations
  PlType read_type() {
    PlType type;
    const std::size_t from = here().offset;
    std::size_t to = from;
    int depth = 0;
    std::size_t first = place_;
    while (!ends_here()) {
      if (depth == 0 && stands_here({";", "not", "default", ":=", "=", "collate"})) break;
      if (here().is("(") || here().is("[")) ++depth;
      if (here().is(")") || here().is("]")) --depth;
      to = here().end();
      advance();
    }
    const std::string text(body_.substr(from, to - from));
    if (place_ >= first + 3) {
      const Token& last = tokens_[place_ - 1];
      const bool percent = tokens_[place_ - 2].is("%");
      if (percent && (last.is_word("type") || last.is_word("rowtype"))) {
        type.kind = last.is_word("type") ? PlType::Kind::like_column : PlType::Kind::like_row;
        for (std::size_t at = first; at + 2 < place_; ++at) {
          if (!tokens_[at].is(".")) type.names.push_back(folded_name(tokens_[at]));
        }
        return type;
      }
    }
    if (lower_ascii(text) == "record") {
      type.kind = PlType::Kind::record;
      return type;
    }
    PlQuery cast = parse_piece("SELECT NULL::", text, from);
    if (error_) error_->ours = true;  // the server reads types by another rule
    Select* select = cast.statements.empty() ? nullptr : std::get_if<Select>(&cast.statements.front().body);
    const bool is_cast = select && select->targets.size() == 1 && select->targets[0].expr && select->targets[0].expr->kind == ExprKind::cast;
    if (!is_cast) {
      fail("a type");
      return type;
    }
    type.name = std::move(*select->targets[0].expr->type);
    return type;
  }

  void read_variables(PlBlock& block) {
    while (!ends_here() && !here().is_word("begin")) {
      if (accept("declare")) continue;
      PlVariable variable;
      variable.name = read_name();
      if (accept("alias")) {
        expect("for");
        variable.alias_of = here().kind == TokenKind::parameter ? std::string(here().text) : folded_name(here());
        advance();
        expect_sign(";");
        block.variables.push_back(std::move(variable));
        continue;
      }
      if (here().is_word("cursor") || here().is_word("scroll") || (here().is_word("no") && ahead(1).is_word("scroll"))) {
        variable.cursor = true;
        while (!ends_here() && !here().is(";")) advance();
        expect_sign(";");
        block.variables.push_back(std::move(variable));
        continue;
      }
      variable.constant = accept("constant");
      variable.type = read_type();
      if (accept("collate")) static_cast<void>(read_target());
      if (accept("not")) {
        expect("null");
        variable.not_null = true;
      }
      if (accept("default") || accept_sign(":=") || accept_sign("=")) variable.initial = read_expression({";"});
      expect_sign(";");
      block.variables.push_back(std::move(variable));
    }
  }

  // --- blocks
  std::string read_label() {
    if (!here().is("<<")) return "";
    advance();
    std::string label = read_name();
    expect_sign(">>");
    return label;
  }

  PlBlock read_block(std::string label) {
    PlBlock block;
    block.label = std::move(label);
    if (++depth_ > kDeepest) fail("blocks nest too deeply");
    if (accept("declare")) read_variables(block);
    expect("begin");
    block.body = read_statements({"exception", "end"});
    if (accept("exception")) {
      while (!ends_here() && accept("when")) block.handlers.push_back(read_handler());
    }
    expect("end");
    if (is_name()) advance();  // the label again
    --depth_;
    return block;
  }

  PlHandler read_handler() {
    PlHandler handler;
    do {
      PlCondition condition;
      condition.name = read_name();
      if (condition.name == "sqlstate" && here().kind == TokenKind::string) {
        condition.name = plain_string(here().text).value_or("");
        condition.is_sqlstate = true;
        advance();
      }
      handler.conditions.push_back(std::move(condition));
    } while (!error_ && accept("or"));
    expect("then");
    handler.body = read_statements({"when", "end"});
    return handler;
  }

  PlStatements read_statements(std::initializer_list<std::string_view> ends) {
    PlStatements out;
    while (!ends_here() && !stands_here(ends)) out.push_back(read_statement());
    if (!error_ && here().kind == TokenKind::end) unexpected();
    return out;
  }

  /// name[.name ..] followed by := = or [
  bool is_assignment() const {
    if (!is_name() || is_reserved(here())) return false;
    std::size_t at = 1;
    while (ahead(at).is(".") && (ahead(at + 1).kind == TokenKind::word || ahead(at + 1).kind == TokenKind::quoted_name)) at += 2;
    return ahead(at).is(":=") || ahead(at).is("=") || ahead(at).is("[");
  }

  PlStatement read_statement() {
    PlStatement out;
    std::string label = read_label();
    out.offset = here().offset;
    out.line = line_at(here().offset);
    if (here().is_word("declare") || here().is_word("begin")) {
      out.body = std::make_unique<PlBlock>(read_block(std::move(label)));
      expect_sign(";");
      return out;
    }
    if (here().is_word("loop") || here().is_word("while") || here().is_word("for") || here().is_word("foreach")) {
      if (++depth_ > kDeepest) fail("blocks nest too deeply");
      out.body = read_loop(std::move(label));
      --depth_;
      return out;
    }
    if (is_assignment()) {
      out.body = read_assignment();
    } else if (accept("if")) {
      out.body = read_if();
    } else if (accept("case")) {
      out.body = read_case();
    } else if (accept("null")) {
      out.body = PlNull{};
    } else if (here().is_word("exit") || here().is_word("continue")) {
      out.body = read_exit();
    } else if (accept("return")) {
      out.body = read_return();
    } else if (accept("raise")) {
      out.body = read_raise();
    } else if (accept("assert")) {
      PlAssert check;
      check.condition = read_expression({",", ";"});
      if (accept_sign(",")) check.message = read_expression({";"});
      out.body = std::move(check);
    } else if (accept("perform")) {
      out.body = PlPerform{read_query("SELECT ", {";"})};
    } else if (accept("execute")) {
      out.body = read_dynamic();
    } else if (accept("get")) {
      out.body = read_diagnostics();
    } else if ((here().is_word("commit") || here().is_word("rollback")) && (ahead(1).is(";") || ahead(1).is_word("and"))) {
      PlTransactionEnd end;
      end.commit = here().is_word("commit");
      advance();
      if (accept("and")) {
        end.chain = !accept("no");
        expect("chain");
      }
      out.body = end;
    } else if (here().is_word("open") || here().is_word("fetch") || here().is_word("move") || here().is_word("close")) {
      PlOther other{lower_ascii(here().text) + " of a cursor"};
      while (!ends_here() && !here().is(";")) advance();
      out.body = std::move(other);
    } else {
      out.body = read_sql();
    }
    expect_sign(";");
    return out;
  }

  PlAssign read_assignment() {
    PlAssign assign;
    assign.target = read_target();
    while (!error_ && accept_sign("[")) {
      assign.target.subscripts.push_back(read_expression({"]"}));
      expect_sign("]");
    }
    if (!accept_sign(":=")) expect_sign("=");
    assign.value = read_expression({";"});
    return assign;
  }

  PlBranch read_branch(std::initializer_list<std::string_view> ends, bool several) {
    PlBranch branch;
    do {
      branch.conditions.push_back(several ? read_expression({",", "then"}) : read_expression({"then"}));
    } while (!error_ && accept_sign(","));
    expect("then");
    if (++depth_ > kDeepest) fail("blocks nest too deeply");
    branch.body = read_statements(ends);
    --depth_;
    return branch;
  }

  PlIf read_if() {
    PlIf out;
    do {
      out.branches.push_back(read_branch({"elsif", "elseif", "else", "end"}, false));
    } while (!error_ && (accept("elsif") || accept("elseif")));
    if (accept("else")) {
      if (++depth_ > kDeepest) fail("blocks nest too deeply");
      out.otherwise = read_statements({"end"});
      --depth_;
    }
    expect("end");
    expect("if");
    return out;
  }

  PlCase read_case() {
    PlCase out;
    if (!here().is_word("when")) out.tested = read_expression({"when"});
    const bool several = static_cast<bool>(out.tested);
    while (!error_ && accept("when")) out.branches.push_back(read_branch({"when", "else", "end"}, several));
    if (accept("else")) {
      out.has_else = true;
      out.otherwise = read_statements({"end"});
    }
    expect("end");
    expect("case");
    return out;
  }

  PlExit read_exit() {
    PlExit out;
    out.goes_on = here().is_word("continue");
    advance();
    if (is_name() && !here().is_word("when")) out.label = read_name();
    if (accept("when")) out.when = read_expression({";"});
    return out;
  }

  PlReturn read_return() {
    PlReturn out;
    if (accept("next")) {
      out.kind = PlReturn::Kind::next;
    } else if (accept("query")) {
      out.kind = PlReturn::Kind::query;
      if (accept("execute")) {
        out.kind = PlReturn::Kind::dynamic;
        out.value = read_expression({"using", ";"});
        out.parameters = read_parameters();
        return out;
      }
      out.value = read_query("", {";"});
      return out;
    }
    if (!here().is(";")) out.value = read_expression({";"});
    return out;
  }

  std::vector<PlQuery> read_parameters() {
    std::vector<PlQuery> out;
    if (!accept("using")) return out;
    do {
      out.push_back(read_expression({",", "into", ";", "loop"}));
    } while (!error_ && accept_sign(","));
    return out;
  }

  PlRaise read_raise() {
    PlRaise out;
    if (here().is(";")) {
      out.level = "";  // the error at hand again
      return out;
    }
    for (const std::string_view level : {"exception", "warning", "notice", "info", "log", "debug"}) {
      if (!accept(level)) continue;
      out.level = level;
      break;
    }
    if (here().kind == TokenKind::string) {
      out.format = plain_string(here().text);
      if (!out.format) {
        PlQuery literal = parse_piece("SELECT ", std::string(here().text), here().offset);
        const Select* select = literal.statements.empty() ? nullptr : std::get_if<Select>(&literal.statements.front().body);
        if (select && select->targets.size() == 1 && select->targets[0].expr) out.format = select->targets[0].expr->text;
      }
      advance();
      while (!error_ && accept_sign(",")) out.parameters.push_back(read_expression({",", "using", ";"}));
    } else if (is_name() && !here().is_word("using")) {
      out.condition = read_name();
      if (out.condition == "sqlstate" && here().kind == TokenKind::string) {
        out.condition = plain_string(here().text).value_or("");
        out.is_sqlstate = true;
        advance();
      }
    }
    if (!accept("using")) return out;
    do {
      std::string option = read_name();
      if (!accept_sign("=")) expect_sign(":=");
      out.options.emplace_back(std::move(option), read_expression({",", ";"}));
    } while (!error_ && accept_sign(","));
    return out;
  }

  PlDynamic read_dynamic() {
    PlDynamic out;
    out.text = read_expression({"into", "using", ";"});
    while (!error_ && (here().is_word("into") || here().is_word("using"))) {
      if (here().is_word("using")) {
        out.parameters = read_parameters();
      } else {
        advance();
        out.strict = accept("strict");
        out.into = read_targets();
      }
    }
    return out;
  }

  PlDiagnostics read_diagnostics() {
    PlDiagnostics out;
    out.stacked = accept("stacked");
    static_cast<void>(accept("current"));
    expect("diagnostics");
    do {
      PlTarget target = read_target();
      if (!accept_sign("=")) expect_sign(":=");
      out.items.emplace_back(std::move(target), read_name());
    } while (!error_ && accept_sign(","));
    return out;
  }

  PlLoop read_loop(std::string label) {
    PlLoop loop;
    loop.label = std::move(label);
    if (accept("while")) {
      loop.kind = PlLoop::Kind::while_;
      loop.condition = read_expression({"loop"});
    } else if (accept("foreach")) {
      loop.kind = PlLoop::Kind::array;
      loop.targets = read_targets();
      if (accept("slice")) {
        loop.slice = true;
        advance();
      }
      expect("in");
      expect("array");
      loop.query = read_expression({"loop"});
    } else if (accept("for")) {
      loop.targets = read_targets();
      expect("in");
      read_for(loop);
    }
    expect("loop");
    loop.body = read_statements({"end"});
    expect("end");
    expect("loop");
    if (is_name()) advance();  // the label again
    expect_sign(";");
    return loop;
  }

  void read_for(PlLoop& loop) {
    if (accept("execute")) {
      loop.kind = PlLoop::Kind::dynamic;
      loop.query = read_expression({"using", "loop"});
      loop.parameters = read_parameters();
      return;
    }
    loop.reverse = here().is_word("reverse");
    const std::size_t start = place_ + (loop.reverse ? 1 : 0);
    if (range_comes()) {
      place_ = start;
      loop.kind = PlLoop::Kind::integer;
      loop.from = read_expression({".."});
      expect_sign("..");
      loop.to = read_expression({"by", "loop"});
      if (accept("by")) loop.step = read_expression({"loop"});
      return;
    }
    loop.kind = PlLoop::Kind::query;
    loop.reverse = false;
    if (is_name() && (ahead(1).is_word("loop") || ahead(1).is("("))) {
      fail("a loop over a cursor");
      return;
    }
    loop.query = read_query("", {"loop"});
  }

  /// Whether ".." stands before LOOP.
  bool range_comes() {
    const std::size_t start = place_;
    int depth = 0;
    bool found = false;
    for (; !ends_here() && !here().is(";") && !found; advance()) {
      if (here().is("(") || here().is("[")) ++depth;
      if (here().is(")") || here().is("]")) --depth;
      if (depth == 0 && here().is_word("loop")) break;
      found = depth == 0 && here().is("..");
    }
    place_ = start;
    return found;
  }

  /// Any other statement is SQL; INTO, unless INSERT's or MERGE's, names variables.
  PlSql read_sql() {
    PlSql out;
    const std::size_t from = here().offset;
    std::size_t to = from;
    std::vector<std::pair<std::size_t, std::size_t>> cut;
    std::string_view before;
    int parentheses = 0, bodies = 0;  // of CREATE RULE .. DO (..; ..), of BEGIN ATOMIC ..; END
    while (!ends_here() && (!here().is(";") || parentheses > 0 || bodies > 0)) {
      if (here().is("(")) ++parentheses;
      if (here().is(")")) --parentheses;
      if ((here().is_word("begin") && ahead(1).is_word("atomic")) || (bodies > 0 && here().is_word("case"))) ++bodies;
      if (bodies > 0 && here().is_word("end")) --bodies;
      if (here().is_word("into") && to != from && !is_word_of(before, "insert") && !is_word_of(before, "merge")) {
        const std::size_t into = here().offset;
        if (!cut.empty()) fail("INTO specified more than once");
        advance();
        out.strict = accept("strict");
        out.into = read_targets();
        cut.emplace_back(into - from, here().offset - into);
        before = {};
        to = std::max(to, tokens_[place_ - 1].end());
        continue;
      }
      before = here().text;
      to = here().end();
      advance();
    }
    if (to == from) unexpected();
    std::string text(body_.substr(from, to - from));
    for (const auto& [at, length] : cut) std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), std::min(length, text.size() - at), ' ');
    out.query = parse_piece("", std::move(text), from);
    return out;
  }

  static bool is_word_of(std::string_view text, std::string_view lower) { return lower_ascii(text) == lower; }

  std::string_view body_;
  const ParseSettings& settings_;
  std::vector<Token> tokens_;
  std::size_t place_ = 0;
  int depth_ = 0;
  std::size_t counted_ = 0, lines_ = 1;
  std::optional<SyntaxError> error_;
};

}  // namespace

PlBody parse_plpgsql(std::string_view body, const ParseSettings& settings) { return Reader(body, settings).read(); }

}  // namespace pgfk
