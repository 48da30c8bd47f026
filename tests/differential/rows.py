"""Statements that bring, change and take away rows."""
import statement
import values
from statement import Statement


def written_columns(make, table):
    """The columns an INSERT or COPY names: mostly all that are not filled by themselves."""
    columns = [column for column in table.columns if not column.generated_by or make.chance(0.5)]
    if make.chance(0.15) and len(columns) > 1:
        dropped = make.pick(columns)
        if not dropped.not_null or make.chance(0.1 + make.mistakes):
            columns.remove(dropped)
    if make.chance(0.1):
        make.random.shuffle(columns)
    return columns


def names(columns):
    return ', '.join(column.name for column in columns)


def target(make, table=None):
    table = table or make.pick(make.schema.tables)
    if make.chance(make.mistakes / 5):
        return table, 'nowhere'
    if table.partitions and make.chance(0.2):
        return table, make.pick(table.partitions)
    return table, table.name


def count_of(make):
    return make.random.choice([1, 1, 2, 2, 3, 4, 6])


def row_values(make, columns):
    """One row; now and then with a value too few or too many."""
    texts = [make.value(column) for column in columns]
    if make.chance(make.mistakes / 8) and texts:
        texts = texts[:-1] if make.chance(0.5) and len(texts) > 1 else texts + ['1']
    return texts


def insert_values(make, table=None):
    table, name = target(make, table)
    columns = written_columns(make, table)
    if not columns:
        return [Statement('INSERT INTO %s DEFAULT VALUES;\n' % name)]
    rows = []
    for _ in range(count_of(make)):
        cells = [values.literal(make.random, column.type, make.value(column)) for column in columns]
        if make.chance(0.04):
            cells[make.random.randrange(len(cells))] = 'DEFAULT'
        rows.append('(%s)' % ', '.join(cells))
    head = 'INSERT INTO ' + name
    if columns != table.columns or make.chance(0.6):
        head += ' (%s)' % names(columns)
    if any('always' in column.generated_by for column in columns) and make.chance(0.7):
        head += ' OVERRIDING SYSTEM VALUE'
    tail = ''
    if make.chance(0.12):
        tail = ' ON CONFLICT DO NOTHING'
        if table.keys and make.chance(0.4):
            tail = ' ON CONFLICT (%s) DO NOTHING' % ', '.join(make.pick(table.keys))
    if make.chance(0.04):
        tail += ' RETURNING *'
    return [statement.insert(head, rows, tail)]


def insert_defaults(make):
    return [Statement('INSERT INTO %s DEFAULT VALUES;\n' % make.pick(make.schema.tables).name)]


def insert_select(make):
    """From one table into columns of another that have its types."""
    table, source = make.pick(make.schema.tables), make.pick(make.schema.tables)
    pairs = []
    for column in table.columns:
        fitting = [other for other in source.columns if other.type.family == column.type.family]
        if fitting and not column.generated_by:
            pairs.append((column, make.pick(fitting)))
    if not pairs:
        return []
    condition = ' WHERE ' + predicate(make, source) if make.chance(0.4) else ''
    return [Statement('INSERT INTO %s (%s) SELECT %s FROM %s%s;\n' %
                      (table.name, names(c for c, _ in pairs), names(c for _, c in pairs), source.name, condition))]


def copy_rows(make):
    table, name = target(make)
    columns = written_columns(make, table)
    if not columns:
        return []
    form = make.random.choices(['text', 'csv', 'header', 'null'], [8, 3, 2, 1])[0]
    lines = []
    for _ in range(count_of(make)):
        texts = row_values(make, columns)
        if form in ('text', 'null'):
            null = '\\N' if form == 'text' else 'nil'
            lines.append('\t'.join(null if text is None else values.copy_text(text) for text in texts))
        else:
            lines.append(','.join(values.csv_text(make.random, text) for text in texts))
    if form == 'header':
        lines.insert(0, ','.join(column.name for column in columns))
    options = {'text': '', 'csv': ' WITH (FORMAT csv)', 'header': make.pick([' WITH (FORMAT csv, HEADER)', ' CSV HEADER', ' WITH (FORMAT csv, HEADER match)']),
               'null': " WITH (NULL 'nil')"}[form]
    listed = '' if columns == table.columns and make.chance(0.4) else ' (%s)' % names(columns)
    return [statement.copy('COPY %s%s FROM stdin%s' % (name, listed, options), lines)]


def predicate(make, table):
    column = make.pick(table.columns)

    def value():
        return values.literal(make.random, column.type, make.pick(column.type.good))

    forms = [lambda: '%s = %s' % (column.name, value()), lambda: '%s IN (%s, %s)' % (column.name, value(), value()),
             lambda: column.name + ' IS NULL', lambda: column.name + ' IS NOT NULL', lambda: '%s <> %s' % (column.name, value())]
    if column.type.family in ('number', 'date', 'uuid'):
        forms.append(lambda: '%s > %s' % (column.name, value()))
    other = make.pick(make.schema.tables)
    matching = [c for c in other.columns if c.type.family == column.type.family]
    if matching and make.chance(0.3):
        return '%s %s (SELECT %s FROM %s)' % (column.name, make.pick(['IN', 'NOT IN']), make.pick(matching).name, other.name)
    return make.pick(forms)()


def update(make):
    table = make.pick([t for t in make.schema.tables if t.columns] or [None])
    if table is None:
        return []
    column = make.pick(table.columns)
    if table.foreign_keys and make.chance(0.5):
        column = make.pick(make.pick(table.foreign_keys))
    value = values.literal(make.random, column.type, make.value(column))
    if column.type.family == 'number' and make.chance(0.25):
        value = '%s + 1' % column.name
    elif make.chance(0.05):
        value = 'DEFAULT'
    condition = ' WHERE ' + predicate(make, table) if make.chance(0.8) else ''
    return [Statement('UPDATE %s SET %s = %s%s;\n' % (table.name, column.name, value, condition))]


def delete(make):
    table = make.pick([t for t in make.schema.tables if t.columns] or [None])
    if table is None:
        return []
    condition = ' WHERE ' + predicate(make, table) if make.chance(0.9) else ''
    return [Statement('DELETE FROM %s%s;\n' % (table.name, condition))]


def truncate(make):
    tables = make.some(make.schema.tables, 2)
    return [Statement('TRUNCATE %s%s%s;\n' % (', '.join(table.name for table in tables), make.pick(['', ' RESTART IDENTITY']),
                                              make.pick(['', '', ' CASCADE'])))]
