"""Random scripts: a few tables tied by foreign keys of every kind, and rows and statements that often break one of them.

Values come from small pools, so that keys meet by chance; names from what the generator believes to exist. A script is decided by its
seed alone.
"""
import random as random_module

import code_blocks
import definitions
import queries
import rows
import session
import values
from schema import Schema
from statement import Statement

# What may come after the tables, and how often.
KINDS = [
    (rows.insert_values, 40),
    (rows.copy_rows, 14),
    (rows.insert_select, 3),
    (rows.insert_defaults, 2),
    (rows.update, 9),
    (rows.delete, 9),
    (rows.truncate, 2),
    (session.transaction_control, 6),
    (session.set_constraints, 3),
    (session.replica_role, 2),
    (session.triggers, 2),
    (definitions.alter, 12),
    (definitions.add_foreign_key, 4),
    (definitions.late_table, 1),
    (code_blocks.block, 4),
    (code_blocks.function, 1),
    (code_blocks.trigger, 1),
    (queries.insert_looked_up, 8),
    (queries.insert_joined, 4),
    (queries.insert_returned, 3),
    (queries.update_joined, 4),
    (queries.delete_joined, 2),
    (queries.upsert, 3),
    (queries.merge, 2),
    (queries.by_sequence, 2),
    (queries.by_variable, 2),
]


class Generator:
    def __init__(self, seed):
        self.random = random_module.Random(seed)
        self.schema = Schema()
        self.in_transaction = False
        self.savepoints = []
        # Some scripts are nearly clean, some are full of mistakes.
        self.mistakes = self.random.choice([0.0, 0.01, 0.03, 0.1])
        self.null_rate = self.random.choice([0.02, 0.1, 0.3])
        key_types = list(values.KEY_WEIGHTS)
        weights = list(values.KEY_WEIGHTS.values())
        self.key_types = self.random.choices(key_types, weights, k=2)

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, sequence):
        return self.random.choice(sequence)

    def some(self, sequence, most):
        """1 to `most` different elements, in random order."""
        return self.random.sample(sequence, min(len(sequence), self.random.randint(1, most)))

    def value(self, column):
        """A text of the column's pool, None for NULL."""
        if self.chance(self.mistakes if column.not_null else self.null_rate):
            return None
        if column.type.bad and self.chance(self.mistakes / 3):
            return self.pick(column.type.bad)
        return self.pick(column.type.good)

    def script(self):
        """The statements of one script."""
        statements = [Statement(text) for text in values.PRELUDE]
        if self.chance(0.06):
            statements.append(Statement(self.pick(['\\set ON_ERROR_ROLLBACK on\n', '\\set AUTOCOMMIT off\n', '\\set ON_ERROR_STOP on\n'])))
        for _ in range(self.random.randint(2, 5)):
            statements += definitions.create_table(self)
        for table in list(self.schema.tables):  # rows to point at
            if self.chance(0.6):
                statements += rows.insert_values(self, table)
        kinds = [kind for kind, _ in KINDS]
        weights = [weight for _, weight in KINDS]
        for kind in self.random.choices(kinds, weights, k=self.random.randint(6, 28)):
            if self.in_transaction and self.chance(0.25):
                statements += session.transaction_control(self)
            if self.schema.tables:
                statements += kind(self)
        if self.in_transaction and self.chance(0.8):
            statements.append(Statement('COMMIT;\n'))
        return statements
