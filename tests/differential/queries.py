"""What seeds do beyond plain rows: look ids up, return them, compute them, take them from sequences and variables."""
import rows
import values
from statement import Statement


def literal_of(make, column):
    return values.literal(make.random, column.type, make.pick(column.type.good))


def fitting(make, column):
    """A table and a column in it of the same family of types; (None, None) where there is none."""
    pairs = [(table, other) for table in make.schema.tables for other in table.columns if other.type.family == column.type.family]
    return make.pick(pairs) if pairs else (None, None)


def looked_up(make, column):
    """A sub-select that may be a value of the column."""
    table, wanted = fitting(make, column)
    if table is None or make.chance(0.3):
        return literal_of(make, column)
    by = make.pick(table.columns)
    where = ' WHERE %s = %s' % (by.name, literal_of(make, by)) if make.chance(0.85) else ''
    what = make.random.random()
    if what < 0.55:
        return '(SELECT %s FROM %s%s)' % (wanted.name, table.name, where)
    if what < 0.75 and column.type.family in ('number', 'text', 'date'):
        return '(SELECT %s(%s) FROM %s%s)' % (make.pick(['max', 'min']), wanted.name, table.name, where)
    if what < 0.85:
        return 'coalesce((SELECT %s FROM %s%s LIMIT 1), %s)' % (wanted.name, table.name, where or ' WHERE false', literal_of(make, column))
    return 'CASE WHEN EXISTS (SELECT 1 FROM %s%s) THEN %s ELSE %s END' % (table.name, where, literal_of(make, column), literal_of(make, column))


def filled(table):
    return [column for column in table.columns if not column.generated_by]


def insert_looked_up(make):
    table = make.pick(make.schema.tables)
    columns = filled(table)
    if not columns:
        return []
    cells = [looked_up(make, column) if make.chance(0.5) else values.literal(make.random, column.type, make.value(column)) for column in columns]
    head = 'INSERT INTO %s (%s)' % (table.name, rows.names(columns))
    shape = make.random.random()
    if shape < 0.6:
        return [Statement('%s VALUES (%s);\n' % (head, ', '.join(cells)))]
    other = make.pick(make.schema.tables)
    by = make.pick(other.columns)
    condition = 'SELECT 1 FROM %s WHERE %s = %s' % (other.name, by.name, literal_of(make, by))
    return [Statement('%s SELECT %s WHERE %s (%s);\n' % (head, ', '.join(cells), make.pick(['EXISTS', 'NOT EXISTS']), condition))]


def joined(make):
    """FROM .. of two tables, joined by columns of one kind, and the two; None where nothing fits."""
    left = make.pick(make.schema.tables)
    ours = make.pick(left.columns)
    right, theirs = fitting(make, ours)
    if right is None:
        return None
    how = make.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'])
    return '%s a %s %s b ON a.%s = b.%s' % (left.name, how, right.name, ours.name, theirs.name), left, right


def insert_joined(make):
    found = joined(make)
    table = make.pick(make.schema.tables)
    if found is None or not filled(table):
        return []
    source, left, right = found
    cells = []
    for column in filled(table):
        fits = ['a.' + c.name for c in left.columns if c.type.family == column.type.family] + \
               ['b.' + c.name for c in right.columns if c.type.family == column.type.family]
        cells.append(make.pick(fits) if fits else literal_of(make, column))
    by = make.pick(left.columns)
    where = ' WHERE a.%s = %s' % (by.name, literal_of(make, by)) if make.chance(0.6) else ''
    return [Statement('INSERT INTO %s (%s) SELECT %s FROM %s%s;\n' % (table.name, rows.names(filled(table)), ', '.join(cells), source, where))]


def insert_returned(make):
    """One INSERT's RETURNING is the next one's source."""
    first, second = make.pick(make.schema.tables), make.pick(make.schema.tables)
    if not filled(first) or not filled(second):
        return []
    cells = [values.literal(make.random, column.type, make.value(column)) for column in filled(first)]
    taken = []
    for column in filled(second):
        fits = [c for c in first.columns if c.type.family == column.type.family]
        taken.append('made.%s' % make.pick(fits).name if fits else literal_of(make, column))
    return [Statement('WITH made AS (INSERT INTO %s (%s) VALUES (%s) RETURNING *)\nINSERT INTO %s (%s) SELECT %s FROM made;\n' %
                      (first.name, rows.names(filled(first)), ', '.join(cells), second.name, rows.names(filled(second)), ', '.join(taken)))]


def update_joined(make):
    table = make.pick(make.schema.tables)
    if not filled(table):
        return []
    column = make.pick(make.pick(table.foreign_keys)) if table.foreign_keys and make.chance(0.6) else make.pick(filled(table))
    other, theirs = fitting(make, column)
    if other is None:
        return []
    by, ours = make.pick(other.columns), make.pick(table.columns)
    if make.chance(0.3):
        return [Statement('UPDATE %s SET %s = %s WHERE %s = %s;\n' % (table.name, column.name, looked_up(make, column), ours.name, literal_of(make, ours)))]
    return [Statement('UPDATE %s t SET %s = o.%s FROM %s o WHERE o.%s = %s AND t.%s = %s;\n' %
                      (table.name, column.name, theirs.name, other.name, by.name, literal_of(make, by), ours.name, literal_of(make, ours)))]


def delete_joined(make):
    table = make.pick(make.schema.tables)
    ours = make.pick(table.columns)
    other, theirs = fitting(make, ours)
    if other is None:
        return []
    by = make.pick(other.columns)
    return [Statement('DELETE FROM %s t USING %s o WHERE t.%s = o.%s AND o.%s = %s;\n' %
                      (table.name, other.name, ours.name, theirs.name, by.name, literal_of(make, by)))]


def upsert(make):
    table = make.pick(make.schema.tables)
    if not table.keys or not filled(table):
        return []
    key, column = make.pick(table.keys), make.pick(filled(table))
    cells = [values.literal(make.random, one.type, make.value(one)) for one in filled(table)]
    new = make.pick(['excluded.' + column.name, literal_of(make, column)])
    return [Statement('INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s = %s;\n' %
                      (table.name, rows.names(filled(table)), ', '.join(cells), ', '.join(key), column.name, new))]


def merge(make):
    table = make.pick(make.schema.tables)
    columns = filled(table)
    if not columns or table.partitions:
        return []
    by = make.pick(columns)
    # One row: in which order a join gives several is the plan's choice, and with it which of them fails first.
    line = '(%s)' % ', '.join(values.literal(make.random, column.type, make.value(column)) + '::' + column.type.name for column in columns)
    set_column = make.pick(columns)
    matched = make.pick(['UPDATE SET %s = s.%s' % (set_column.name, set_column.name), 'DELETE', 'DO NOTHING'])
    return [Statement('MERGE INTO %s t USING (VALUES %s) s (%s) ON t.%s = s.%s\nWHEN MATCHED THEN %s WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s);\n' %
                      (table.name, line, rows.names(columns), by.name, by.name, matched, rows.names(columns),
                       ', '.join('s.' + column.name for column in columns)))]


def by_sequence(make):
    """A sequence of its own, and rows that take its numbers."""
    name = make.schema.fresh('counter')
    made = [Statement('CREATE SEQUENCE %s START %d;\n' % (name, make.random.randint(1, 3)))]
    for _ in range(make.random.randint(1, 3)):
        tables = [table for table in make.schema.tables if any(column.type.family == 'number' for column in filled(table))]
        if not tables:
            break
        table = make.pick(tables)
        cells = []
        for column in filled(table):
            calls = ["nextval('%s')" % name, "nextval('%s')" % name, "currval('%s')" % name, 'lastval()', "setval('%s', %d)" % (name, make.random.randint(1, 5))]
            cells.append(make.pick(calls) if column.type.family == 'number' and make.chance(0.7) else
                         values.literal(make.random, column.type, make.value(column)))
        made.append(Statement('INSERT INTO %s (%s) VALUES (%s);\n' % (table.name, rows.names(filled(table)), ', '.join(cells))))
        if make.chance(0.3):
            made.append(Statement("SELECT setval('%s', %d, %s);\n" % (name, make.random.randint(1, 5), make.pick(['true', 'false']))))
    return made


def by_variable(make):
    """What a query finds goes into an INSERT by \\gset."""
    table = make.pick(make.schema.tables)
    if not filled(table):
        return []
    column = make.pick(filled(table))
    other, wanted = fitting(make, column)
    if other is None or column.type.family not in ('number', 'text', 'date'):
        return []
    cells = [":'found'" if one is column else values.literal(make.random, one.type, make.value(one)) for one in filled(table)]
    return [Statement('SELECT %s(%s) AS found FROM %s \\gset\n' % (make.pick(['min', 'max']), wanted.name, other.name)),
            Statement('INSERT INTO %s (%s) VALUES (%s);\n' % (table.name, rows.names(filled(table)), ', '.join(cells)))]
