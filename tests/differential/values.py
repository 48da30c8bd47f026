"""Types of generated columns, and few values of each, so that rows meet, clash and break rules often."""
import collections

# good: spellings that the type reads; several may be one value. bad: refused by the type.
Type = collections.namedtuple('Type', 'name family good bad')

TYPES = [
    Type('integer', 'number', ['1', '2', '3', '4', '5', '6', ' 2', '007', '-1'], ['x', '', '99999999999', '1.5']),
    Type('bigint', 'number', ['1', '2', '3', '4', '5', '6', '+3', '4000000000'], ['one', '99999999999999999999']),
    Type('smallint', 'number', ['1', '2', '3', '4', '5', '6'], ['40000', 'y']),
    Type('numeric', 'number', ['1', '2.0', '3', '4.00', '5', '6', '0.5', '1e0', '2.50'], ['1,5', 'z']),
    Type('numeric(6,2)', 'number', ['1', '2.00', '3', '4.004', '5', '6'], ['123456', '-']),
    Type('text', 'text', ['a', 'b', 'c', 'A', 'a ', '', 'ab', 'NULL', '1', "o'k", 'é'], []),
    Type('varchar(3)', 'text', ['a', 'b', 'c', 'A', 'ab', 'abc', 'abc  ', ''], ['abcd', 'too long']),
    Type('char(3)', 'text', ['a', 'b', 'c', 'a  ', 'ab', 'abc'], ['abcd']),
    Type('uuid', 'uuid', ['00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000A',
                          '{00000000-0000-0000-0000-00000000000b}', '0000000000000000000000000000000c'], ['not-a-uuid', '']),
    Type('date', 'date', ['2024-01-01', '2024-01-02', 'Jan 2, 2024', '20240103', '2024-02-29', 'infinity'], ['2023-02-29', 'soon']),
    Type('timestamp', 'timestamp', ['2024-01-01', '2024-01-01 00:00:00', '2024-01-01 12:00', '2024-01-01T12:00:00.0',
                                    '2024-01-02 01:02:03.5'], ['2024-13-01', 'never']),
    Type('timestamptz', 'timestamptz', ['2024-01-01 00:00+00', '2024-01-01 01:00+01', '2024-01-02', '2024-01-02 00:00Z'], ['2024-01-01 25:00']),
    Type('boolean', 'boolean', ['t', 'true', 'f', 'no', 'on', '0'], ['maybe']),
    Type('mood', 'mood', ['sad', 'ok', 'happy'], ['Sad', '']),
    Type('small', 'number', ['1', '2', '3', '4', '5'], ['11', '-3', 'q']),  # a domain
    Type('bytea', 'bytea', ['\\x01', '\\x02', '\\xAB', '\\xab', '\\001'], ['\\x0']),
    Type('time', 'time', ['10:00', '10:00:00', '11:30', '11:30 AM'], ['25:00']),
    Type('interval', 'interval', ['1 day', '24:00', '1 mon', '30 days'], ['long']),
    Type('double precision', 'float', ['1', '1.0', '2e0', '3', '0', '-0'], ['1e999', 'w']),
]
BY_NAME = {known.name: known for known in TYPES}

PRELUDE = ["CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');\n",
           'CREATE DOMAIN small AS integer CHECK (VALUE BETWEEN 0 AND 9);\n']

# How likely a type is to be a key's. Others stand in columns that nothing refers to.
KEY_WEIGHTS = {'integer': 30, 'bigint': 8, 'smallint': 3, 'numeric': 3, 'numeric(6,2)': 2, 'text': 8, 'varchar(3)': 5, 'char(3)': 4,
               'uuid': 5, 'date': 3, 'timestamp': 2, 'timestamptz': 2, 'boolean': 1, 'mood': 3, 'small': 3, 'bytea': 1, 'time': 1,
               'interval': 1, 'double precision': 1}


def literal(random, known, text):
    """`text` as a literal of SQL; None is NULL."""
    if text is None:
        return 'NULL'
    if known.family == 'number' and random.random() < 0.8:
        try:
            float(text)
            return text.strip() if text.strip()[0] not in '+0' or text == '0.5' else "'%s'" % text
        except (ValueError, IndexError):
            pass
    quoted = "'" + text.replace("'", "''") + "'"
    return quoted + '::' + known.name if random.random() < 0.05 else quoted


def copy_text(text):
    if text is None:
        return '\\N'
    return text.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n')


def csv_text(random, text):
    if text is None:
        return ''
    if text == '' or any(c in text for c in ',"\n\r') or random.random() < 0.2:
        return '"' + text.replace('"', '""') + '"'
    return text
