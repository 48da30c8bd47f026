#include "parsers/sql/parse_templates.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "parsers/sql/characters.h"
#include "parsers/sql/tokens.h"

namespace pgfk {

namespace {

constexpr std::size_t kLongest = 8u << 10;     // bytes of a statement
constexpr std::size_t kMostTemplates = 256;
constexpr std::size_t kMostSeen = 1u << 16;
constexpr std::size_t kMostDigits = 9;         // of a number that is an integer for sure
constexpr char kEndOfToken = '\1', kString = '\2', kInteger = '\3';

bool is_plain_string(std::string_view text) { return text.size() >= 2 && text.front() == '\'' && text.back() == '\''; }

bool is_plain_integer(std::string_view text) { return text.size() <= kMostDigits && std::all_of(text.begin(), text.end(), is_digit); }

/// All expressions and places of a tree.
class TreeWalk {
 public:
  std::vector<Expr*> exprs;
  std::vector<int*> places;
  bool whole = true;  // nothing was met that is not walked through

  void statement(Statement& at) {
    place(at.location);
    if (Insert* insert = std::get_if<Insert>(&at.body)) {
      parts(insert->with);
      place(insert->table.location);
      for (int& column : insert->column_locations) place(column);
      select(insert->source);
      for (IndexElement& element : insert->on_conflict.target) expr(element.expr);
      expr(insert->on_conflict.target_where);
      set(insert->on_conflict.set);
      expr(insert->on_conflict.where);
      if (insert->returning) targets(insert->returning->targets);
    } else if (Update* update = std::get_if<Update>(&at.body)) {
      parts(update->with);
      place(update->table.location);
      set(update->set);
      from(update->from);
      expr(update->where);
      if (update->returning) targets(update->returning->targets);
    } else if (Delete* remove = std::get_if<Delete>(&at.body)) {
      parts(remove->with);
      place(remove->table.location);
      from(remove->using_);
      expr(remove->where);
      if (remove->returning) targets(remove->returning->targets);
    } else if (Select* query = std::get_if<Select>(&at.body)) {
      select(*query);
    } else {
      whole = false;
    }
  }

 private:
  void place(int& at) { places.push_back(&at); }

  void parts(With& with) {
    for (CommonTable& part : with.tables) {
      place(part.location);
      if (part.statement) statement(*part.statement);
    }
  }

  void select(SelectPtr& at) {
    if (at) select(*at);
  }
  void select(Select& at) {
    whole = whole && !at.into;
    parts(at.with);
    place(at.location);
    select(at.left);
    select(at.right);
    for (std::vector<ExprPtr>& row : at.values) exprs_of(row);
    exprs_of(at.distinct_on);
    targets(at.targets);
    from(at.from);
    expr(at.where);
    exprs_of(at.group_by);
    expr(at.having);
    keys(at.order_by);
    expr(at.limit);
    expr(at.offset);
  }

  void from(std::vector<FromItem>& items) {
    for (FromItem& item : items) from(item);
  }
  void from(FromItem& item) {
    place(item.location);
    place(item.table.location);
    select(item.select);
    expr(item.function);
    whole = whole && item.column_definitions.empty();
    if (item.left) from(*item.left);
    if (item.right) from(*item.right);
    expr(item.on);
  }

  void targets(std::vector<Target>& all) {
    for (Target& target : all) {
      place(target.location);
      expr(target.expr);
    }
  }
  void set(std::vector<Assignment>& all) {
    for (Assignment& assignment : all) {
      place(assignment.location);
      expr(assignment.value);
    }
  }
  void keys(std::vector<SortKey>& all) {
    for (SortKey& key : all) expr(key.expr);
  }
  void exprs_of(std::vector<ExprPtr>& all) {
    for (ExprPtr& one : all) expr(one);
  }
  void expr(ExprPtr& pointer) {
    if (!pointer) return;
    Expr& at = *pointer;
    exprs.push_back(&at);
    place(at.location);
    exprs_of(at.args);
    if (at.type) {
      place(at.type->location);
      exprs_of(at.type->modifiers);
    }
    select(at.select);
    keys(at.order_by);
    expr(at.filter);
  }
};

bool is_literal(const Expr& expr) {
  return expr.kind == ExprKind::integer || expr.kind == ExprKind::string || expr.kind == ExprKind::number || expr.kind == ExprKind::bit_string;
}

}  // namespace

struct ParseTemplates::Template {
  struct Slot {
    Expr* expr = nullptr;
    bool negative = false;  // the grammar folded a minus into the integer
  };
  struct Place {
    int* place = nullptr;
    std::size_t token = 0;
  };
  ParsedSql parsed;
  std::vector<Slot> slots;  // one per literal of the shape
  std::vector<Place> places;
  std::size_t end_token = SIZE_MAX;  // before which the statement ends; none: at the text's end

  void write(const TokenShape& shape) {
    for (std::size_t at = 0; at < slots.size(); ++at) write(slots[at], shape.literals[at].text);
    for (const Place& at : places) *at.place = static_cast<int>(shape.offsets[at.token]);
    if (end_token != SIZE_MAX) parsed.statements.front().length = static_cast<int>(shape.offsets[end_token]) - parsed.statements.front().location;
  }

  static void write(const Slot& slot, std::string_view text) {
    if (slot.expr->kind == ExprKind::integer) {
      std::from_chars(text.data(), text.data() + text.size(), slot.expr->integer);
      if (slot.negative) slot.expr->integer = -slot.expr->integer;
      return;
    }
    slot.expr->text.clear();
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
      slot.expr->text.push_back(text[at]);
      if (text[at] == '\'') ++at;
    }
  }
};

ParseTemplates::ParseTemplates() = default;
ParseTemplates::~ParseTemplates() = default;

void read_shape(std::string_view text, TokenShape& shape) {
  shape.shape.clear();
  shape.offsets.clear();
  shape.literals.clear();
  if (text.size() > kLongest) return;
  Tokenizer tokens(text);
  for (Token token = tokens.next(); token.kind != TokenKind::end; token = tokens.next()) {
    if (shape.offsets.empty()) {
      const bool may_repeat = token.is_word("insert") || token.is_word("update") || token.is_word("delete") || token.is_word("select") || token.is_word("with");
      if (!may_repeat) return;
    }
    const bool string = token.kind == TokenKind::string && is_plain_string(token.text);
    if (string || (token.kind == TokenKind::number && is_plain_integer(token.text))) {
      if (token.text.find('\0') != std::string_view::npos) {
        shape.shape.clear();
        return;
      }
      shape.literals.push_back({shape.offsets.size(), token.text});
      shape.shape.push_back(string ? kString : kInteger);
    } else {
      shape.shape.append(token.text);
      shape.shape.push_back(kEndOfToken);
    }
    shape.offsets.push_back(token.offset);
  }
}

std::unique_ptr<ParseTemplates::Template> ParseTemplates::make_template(std::string_view text, const ParseSettings& settings,
                                                                          const TokenShape& shape) {
  auto made = std::make_unique<Template>();
  made->parsed = parse_sql(text, settings);
  if (made->parsed.error || made->parsed.statements.size() != 1) return nullptr;
  Statement& statement = made->parsed.statements.front();
  TreeWalk walk;
  walk.statement(statement);
  if (!walk.whole) return nullptr;

  const auto token_at = [&](std::size_t offset) {
    const auto found = std::lower_bound(shape.offsets.begin(), shape.offsets.end(), offset);
    return found != shape.offsets.end() && *found == offset ? static_cast<std::size_t>(found - shape.offsets.begin()) : SIZE_MAX;
  };
  for (int* place : walk.places) {
    if (*place < 0 || place == &statement.location) continue;
    const std::size_t token = token_at(static_cast<std::size_t>(*place));
    if (token == SIZE_MAX) return nullptr;
    made->places.push_back({place, token});
  }
  if (statement.location != 0) return nullptr;
  if (statement.length > 0) {
    made->end_token = token_at(static_cast<std::size_t>(statement.length));
    if (made->end_token == SIZE_MAX) return nullptr;
  }
  std::unordered_map<std::size_t, Expr*> literals;  // by token
  for (Expr* expr : walk.exprs) {
    if (!is_literal(*expr)) continue;
    if (expr->location < 0 || !literals.emplace(token_at(static_cast<std::size_t>(expr->location)), expr).second) return nullptr;
  }
  for (const TokenShape::Literal& literal : shape.literals) {
    const bool string = literal.text.front() == '\'';
    auto found = literals.find(literal.token);
    const bool negative = found == literals.end() && !string && literal.token > 0;
    if (negative) found = literals.find(literal.token - 1);
    if (found == literals.end() || found->second->kind != (string ? ExprKind::string : ExprKind::integer)) return nullptr;
    if (negative && text[shape.offsets[literal.token - 1]] != '-') return nullptr;
    made->slots.push_back({found->second, negative});
    // The literal read back is what the grammar made of it, or the template would tell something else.
    const std::int64_t integer = found->second->integer;
    const std::string written = found->second->text;
    Template::write(made->slots.back(), literal.text);
    if (found->second->integer != integer || found->second->text != written) return nullptr;
    literals.erase(found);
  }
  return made;
}

const ParsedSql* ParseTemplates::find(std::string_view text, const ParseSettings& settings) {
  if (!settings.standard_conforming_strings) return nullptr;
  read_shape(text, at_hand_);
  if (at_hand_.shape.empty()) return nullptr;
  const auto found = templates_.find(at_hand_.shape);
  if (found != templates_.end()) {
    if (!found->second) return nullptr;
    found->second->write(at_hand_);
    return &found->second->parsed;
  }
  if (templates_.size() >= kMostTemplates) return nullptr;
  if (seen_once_.size() < kMostSeen && seen_once_.insert(std::hash<std::string>()(at_hand_.shape)).second) return nullptr;
  std::unique_ptr<Template>& made = templates_[at_hand_.shape];
  made = make_template(text, settings, at_hand_);
  return made ? &made->parsed : nullptr;
}

}  // namespace pgfk
