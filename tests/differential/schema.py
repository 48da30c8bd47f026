"""What the generator believes of the tables it has made. It may be wrong where a statement failed: such scripts are wanted, too."""


class Column:
    def __init__(self, name, known, generated_by=''):
        self.name, self.type, self.generated_by = name, known, generated_by  # '', 'serial', 'identity'
        self.not_null = False


class Table:
    def __init__(self, name, columns):
        self.name, self.columns = name, columns
        self.keys = []         # lists of column names that are unique
        self.constraints = []  # names
        self.has_primary_key = False  # keys[0] is it
        self.foreign_keys = []         # lists of columns
        self.partitions = []
        self.partition_key = None

    def column(self, name):
        return next((column for column in self.columns if column.name == name), None)

    def key_columns(self):
        return [[self.column(name) for name in key] for key in self.keys if all(self.column(name) for name in key)]


class Schema:
    def __init__(self):
        self.tables = []
        self.number = 0

    def fresh(self, prefix):
        self.number += 1
        return '%s%d' % (prefix, self.number)
