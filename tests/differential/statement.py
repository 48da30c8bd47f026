"""A script as pieces that can be left out one by one."""


class Statement:
    """One statement; its rows, or the lines of a CREATE TABLE, apart, so that a smaller script can keep some of them."""

    def __init__(self, text, rows=None, separator='', tail=''):
        self.text, self.rows, self.separator, self.tail = text, rows, separator, tail

    def with_rows(self, rows):
        return Statement(self.text, rows, self.separator, self.tail)

    def __str__(self):
        return self.text + self.separator.join(self.rows or []) + self.tail


def insert(head, rows, tail=''):
    return Statement(head + ' VALUES\n', ['  ' + row for row in rows], ',\n', tail + ';\n')


def create_table(name, lines, tail):
    return Statement('CREATE TABLE %s (\n' % name, ['  ' + line for line in lines], ',\n', ')%s;\n' % tail)


def copy(head, rows):
    return Statement(head + ';\n', [row + '\n' for row in rows], '', '\\.\n')


def copy_lines(statements):
    """The lines of the semicolons of COPY statements, which psql names where the server refuses the COPY before its data."""
    line, found = 1, set()
    for statement in statements:
        if statement.tail == '\\.\n':
            found.add(line)
        line += str(statement).count('\n')
    return found


def script_of(statements):
    return ''.join(str(statement) for statement in statements)
