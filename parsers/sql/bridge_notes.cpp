// What the bridge kept beside the text, put back into the statements.
#include <algorithm>
#include <utility>

#include "parsers/sql/bridge.h"
#include "parsers/sql/tokens.h"

namespace pgfk {

namespace {

/// A statement that writes rows and may have RETURNING, with the place of its table.
struct Writer {
  int location;
  Merge* merge;
  std::optional<Returning>* returning;
};

/// The places notes refer to: everything of a text that a note can change.
class NoteTargets {
 public:
  explicit NoteTargets(std::vector<Statement>& statements) {
    for (Statement& statement : statements) visit(statement);
  }

  /// The last constraint that begins at or before `offset`.
  ConstraintDef* constraint(std::size_t offset) const {
    ConstraintDef* found = nullptr;
    for (ConstraintDef* candidate : constraints_) {
      if (candidate->location < 0 || static_cast<std::size_t>(candidate->location) > offset)
        continue;
      if (!found || candidate->location >= found->location) found = candidate;
    }
    return found;
  }

  const Writer* writer(std::size_t offset, bool merges_only) const {
    const Writer* found = nullptr;
    for (const Writer& candidate : writers_) {
      if (merges_only && !candidate.merge) continue;
      if (candidate.location < 0 || static_cast<std::size_t>(candidate.location) > offset) continue;
      if (!found || candidate.location >= found->location) found = &candidate;
    }
    return found;
  }

 private:
  void visit(Statement& statement);
  void visit(With& with) {
    for (CommonTable& table : with.tables) {
      if (table.statement) visit(*table.statement);
    }
  }
  void visit(std::vector<std::unique_ptr<Statement>>& statements) {
    for (const std::unique_ptr<Statement>& statement : statements) visit(*statement);
  }
  void visit(std::vector<ConstraintDef>& constraints) {
    for (ConstraintDef& constraint : constraints) constraints_.push_back(&constraint);
  }
  template <typename Body>
  void add_writer(Body& body, Merge* merge) {
    visit(body.with);
    writers_.push_back({body.table.location, merge, &body.returning});
  }
  void visit_table(CreateTable& create);
  void visit_alter(AlterTable& alter);

  std::vector<ConstraintDef*> constraints_;
  std::vector<Writer> writers_;
};

void NoteTargets::visit_table(CreateTable& create) {
  for (TableElement& element : create.elements) {
    if (ColumnDef* column = std::get_if<ColumnDef>(&element)) visit(column->constraints);
    if (ConstraintDef* constraint = std::get_if<ConstraintDef>(&element))
      constraints_.push_back(constraint);
  }
}

void NoteTargets::visit_alter(AlterTable& alter) {
  for (AlterTableCommand& command : alter.commands) {
    if (command.column) visit(command.column->constraints);
    if (command.constraint && command.kind != AlterTableKind::alter_constraint) {
      constraints_.push_back(&*command.constraint);
    }
  }
}

void NoteTargets::visit(Statement& statement) {
  if (CreateTable* create = std::get_if<CreateTable>(&statement.body)) visit_table(*create);
  if (AlterTable* alter = std::get_if<AlterTable>(&statement.body)) visit_alter(*alter);
  if (CreateSchema* schema = std::get_if<CreateSchema>(&statement.body)) visit(schema->elements);
  if (CreateFunction* function = std::get_if<CreateFunction>(&statement.body))
    visit(function->sql_body);
  if (CreateRule* rule = std::get_if<CreateRule>(&statement.body)) visit(rule->actions);
  if (Select* select = std::get_if<Select>(&statement.body)) visit(select->with);
  if (Insert* insert = std::get_if<Insert>(&statement.body)) {
    add_writer(*insert, nullptr);
    if (insert->source) visit(insert->source->with);
  }
  if (Update* update = std::get_if<Update>(&statement.body)) add_writer(*update, nullptr);
  if (Delete* remove = std::get_if<Delete>(&statement.body)) add_writer(*remove, nullptr);
  if (Merge* merge = std::get_if<Merge>(&statement.body)) add_writer(*merge, merge);
  if (Copy* copy = std::get_if<Copy>(&statement.body); copy && copy->query) visit(*copy->query);
  if (CreateTableAs* create = std::get_if<CreateTableAs>(&statement.body)) visit(*create->query);
  if (Prepare* prepare = std::get_if<Prepare>(&statement.body)) visit(*prepare->statement);
  if (Explain* explain = std::get_if<Explain>(&statement.body)) visit(*explain->statement);
}

/// The command of an ALTER TABLE that begins at `offset`.
AlterTableCommand* find_command(std::vector<Statement>& statements, std::size_t offset,
                                std::size_t ordinal) {
  for (Statement& statement : statements) {
    AlterTable* alter = std::get_if<AlterTable>(&statement.body);
    if (!alter || statement.location != static_cast<int>(offset)) continue;
    if (ordinal < alter->commands.size()) return &alter->commands[ordinal];
  }
  return nullptr;
}

void apply_to_constraint(NoteKind kind, ConstraintDef& constraint) {
  switch (kind) {
    case NoteKind::enforced:
      constraint.not_enforced = false;
      break;
    case NoteKind::not_enforced:
      constraint.not_enforced = true;
      constraint.not_valid = true;
      break;
    case NoteKind::without_overlaps:
      constraint.without_overlaps = true;
      break;
    case NoteKind::period:
      constraint.period = true;
      break;
    case NoteKind::referenced_period:
      constraint.referenced_period = true;
      break;
    case NoteKind::virtual_column:
      constraint.virtual_ = true;
      break;
    case NoteKind::no_inherit:
      constraint.no_inherit = true;
      break;
    case NoteKind::table_not_null:
      constraint.kind = ConstraintKind::not_null;
      if (constraint.expr && !constraint.expr->args.empty())
        constraint.columns = constraint.expr->args.front()->names;
      constraint.expr.reset();
      break;
    case NoteKind::set_expression:
    case NoteKind::alter_enforced:
    case NoteKind::alter_not_enforced:
    case NoteKind::alter_inheritability:
    case NoteKind::domain_not_null_name:
    case NoteKind::not_matched_by_source:
    case NoteKind::merge_returning:
    case NoteKind::returning_aliases:
      break;
  }
}

void apply_to_command(const BridgeNote& note, AlterTableCommand& command) {
  if (note.kind == NoteKind::set_expression) {
    command.kind = AlterTableKind::set_expression;
  } else if (command.constraint && note.kind == NoteKind::alter_inheritability) {
    command.mentions_inheritability = true;
    command.constraint->no_inherit = note.text == "no";
  } else if (command.constraint) {
    command.mentions_enforcement = true;
    command.constraint->not_enforced = note.kind == NoteKind::alter_not_enforced;
  }
}

}  // namespace

void apply_notes(const Bridge& bridge, std::vector<Statement>& statements) {
  if (bridge.notes.empty()) return;
  std::vector<Statement> appended;
  for (std::size_t taken = 0; taken < bridge.appended.size() && !statements.empty(); ++taken) {
    appended.insert(appended.begin(), std::move(statements.back()));
    statements.pop_back();
  }
  const NoteTargets targets(statements);
  for (const BridgeNote& note : bridge.notes) {
    switch (note.kind) {
      case NoteKind::enforced:
      case NoteKind::not_enforced:
      case NoteKind::without_overlaps:
      case NoteKind::period:
      case NoteKind::referenced_period:
      case NoteKind::virtual_column:
      case NoteKind::no_inherit:
      case NoteKind::table_not_null:
        if (ConstraintDef* constraint = targets.constraint(note.offset))
          apply_to_constraint(note.kind, *constraint);
        break;
      case NoteKind::set_expression:
      case NoteKind::alter_enforced:
      case NoteKind::alter_not_enforced:
      case NoteKind::alter_inheritability:
        if (AlterTableCommand* command = find_command(statements, note.offset, note.ordinal)) {
          apply_to_command(note, *command);
        }
        break;
      case NoteKind::domain_not_null_name:
        for (Statement& statement : statements) {
          AlterDomain* alter = std::get_if<AlterDomain>(&statement.body);
          if (alter && statement.location == static_cast<int>(note.offset)) alter->name = note.text;
        }
        break;
      case NoteKind::not_matched_by_source:
        if (const Writer* writer = targets.writer(note.offset, true);
            writer && note.ordinal < writer->merge->clauses.size()) {
          writer->merge->clauses[note.ordinal].match = MergeMatch::not_matched_by_source;
        }
        break;
      case NoteKind::merge_returning:
        if (const Writer* writer = targets.writer(note.offset, true);
            writer && note.ordinal < appended.size()) {
          if (Select* list = std::get_if<Select>(&appended[note.ordinal].body)) {
            *writer->returning = Returning{std::move(list->targets), {}, {}};
          }
        }
        break;
      case NoteKind::returning_aliases:
        if (const Writer* writer = targets.writer(note.offset, false);
            writer && *writer->returning) {
          (*writer->returning)->old_alias = note.text;
          (*writer->returning)->new_alias = note.other_text;
        }
        break;
    }
  }
}

void settle_alter_constraints(std::string_view text, const ParseSettings& settings,
                              std::vector<Statement>& statements) {
  constexpr int kSince = 18;
  if ((settings.target_version >= kSince) == (grammar_version() >= kSince)) return;
  for (Statement& statement : statements) {
    AlterTable* alter = std::get_if<AlterTable>(&statement.body);
    if (!alter) continue;
    const bool any = std::any_of(alter->commands.begin(), alter->commands.end(),
                                 [](const AlterTableCommand& command) {
                                   return command.kind == AlterTableKind::alter_constraint;
                                 });
    if (!any) continue;

    std::vector<bool> mentions(alter->commands.size(), false);
    std::size_t ordinal = 0;
    std::size_t depth = 0;
    Tokenizer tokenizer(text, settings.standard_conforming_strings,
                        static_cast<std::size_t>(statement.location));
    for (Token token = tokenizer.next(); token.kind != TokenKind::end && !token.is(";");
         token = tokenizer.next()) {
      if (token.is("(")) ++depth;
      if (token.is(")") && depth > 0) --depth;
      if (depth == 0 && token.is(",")) ++ordinal;
      const bool deferrability = token.is_word("deferrable") || token.is_word("initially");
      if (depth == 0 && deferrability && ordinal < mentions.size()) mentions[ordinal] = true;
    }
    for (std::size_t place = 0; place < alter->commands.size(); ++place) {
      AlterTableCommand& command = alter->commands[place];
      if (command.kind != AlterTableKind::alter_constraint) continue;
      command.mentions_deferrability = settings.target_version < kSince || mentions[place];
    }
  }
}

}  // namespace pgfk
