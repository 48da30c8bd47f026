"""Code around statements: DO blocks with and without handlers, functions, triggers."""
import rows
from statement import Statement

HANDLED = ['foreign_key_violation', 'unique_violation OR foreign_key_violation', "SQLSTATE '23503'", 'integrity_constraint_violation', 'OTHERS']


def statements(make, most):
    """Texts of statements that may stand in code, without their semicolons."""
    kinds = [rows.insert_values, rows.insert_values, rows.insert_values, rows.update, rows.delete, rows.insert_select]
    texts = []
    for _ in range(make.random.randint(1, most)):
        texts += [str(statement).strip()[:-1] for statement in make.pick(kinds)(make)]
    return texts


def body(make):
    """Statements of a block, some of them within a handler, a condition or a loop. `n` is a variable."""
    lines = []
    for text in statements(make, 4):
        shape = make.random.random()
        if shape < 0.35:
            lines.append('%s;' % text)
        elif shape < 0.65:
            lines.append('BEGIN %s; EXCEPTION WHEN %s THEN n := n + 1; END;' % (text, make.pick(HANDLED)))
        elif shape < 0.8:
            lines.append('IF n %s %d THEN %s; END IF;' % (make.pick('<>='), make.random.randint(0, 2), text))
        elif shape < 0.9:
            turns, handled = make.random.randint(1, 2), make.pick(HANDLED)
            lines.append('FOR i IN 1..%d LOOP BEGIN %s; EXCEPTION WHEN %s THEN EXIT; END; END LOOP;' % (turns, text, handled))
        else:
            lines.append('%s; IF NOT FOUND THEN n := n + 1; END IF;' % text)
    return '\n  '.join(lines)


def block(make):
    return [Statement('DO $code$\nDECLARE n integer := 0;\nBEGIN\n  %s\nEND $code$;\n' % body(make))]


def function(make):
    name = make.schema.fresh('work')
    text = 'CREATE FUNCTION %s(n integer) RETURNS integer LANGUAGE plpgsql AS $code$\nBEGIN\n  %s\n  RETURN n;\nEND $code$;\n'
    calls = [Statement('SELECT %s(%d);\n' % (name, make.random.randint(0, 2))) for _ in range(make.random.randint(1, 2))]
    return [Statement(text % (name, body(make)))] + calls


def trigger(make):
    """A trigger that writes elsewhere; BEFORE ROW it keeps its rows out at times."""
    name = make.schema.fresh('fire')
    table = make.pick(make.schema.tables)
    timing = make.pick(['BEFORE', 'AFTER'])
    end = make.pick(['RETURN NULL;', "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n  RETURN NEW;"])
    event = make.pick(['INSERT', 'UPDATE', 'DELETE', 'INSERT OR UPDATE', 'INSERT OR DELETE'])
    level = make.pick(['ROW', 'ROW', 'STATEMENT'])
    text = 'CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $code$\nDECLARE n integer := 0;\nBEGIN\n  %s\n  %s\nEND $code$;\n'
    made = Statement(text % (name, body(make), end if level == 'ROW' else 'RETURN NULL;'))
    fires = Statement('CREATE TRIGGER %s %s %s ON %s FOR EACH %s EXECUTE FUNCTION %s();\n' % (name, timing, event, table.name, level, name))
    gone = [Statement('DROP TRIGGER %s ON %s;\n' % (name, table.name))] if make.chance(0.5) else []
    return [made, fires] + rows.insert_values(make, table) + rows.update(make) + rows.delete(make) + gone
