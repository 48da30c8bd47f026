"""Transactions, deferral and the ways to switch checks off."""
from statement import Statement


def transaction_control(make):
    """The next step of a transaction, mostly one that fits; at times one that does not (COMMIT outside, BEGIN inside)."""
    if not make.in_transaction and not make.chance(0.05):
        make.in_transaction = True
        return [Statement(make.pick(['BEGIN;\n', 'BEGIN;\n', 'START TRANSACTION;\n']))]
    forms = ['COMMIT', 'COMMIT', 'ROLLBACK', 'savepoint', 'savepoint', 'back', 'back', 'release', 'BEGIN']
    form = make.pick(forms)
    if form == 'savepoint':
        make.savepoints.append(make.schema.fresh('s'))
        return [Statement('SAVEPOINT %s;\n' % make.savepoints[-1])]
    if form in ('back', 'release'):
        if not make.savepoints:
            return []
        name = make.pick(make.savepoints)
        return [Statement(('ROLLBACK TO %s;\n' if form == 'back' else 'RELEASE %s;\n') % name)]
    if form != 'BEGIN':
        make.in_transaction, make.savepoints = False, []
    return [Statement(form + ';\n')]


def set_constraints(make):
    named = [name for table in make.schema.tables for name in table.constraints]
    what = make.pick(named) if named and make.chance(0.4) else 'ALL'
    return [Statement('SET CONSTRAINTS %s %s;\n' % (what, make.pick(['DEFERRED', 'DEFERRED', 'IMMEDIATE'])))]


def replica_role(make):
    return [Statement('SET %ssession_replication_role = %s;\n' % (make.pick(['', '', 'LOCAL ']), make.pick(['replica', 'origin', 'origin', 'DEFAULT'])))]


def triggers(make):
    table = make.pick(make.schema.tables)
    return [Statement('ALTER TABLE %s %s TRIGGER ALL;\n' % (table.name, make.pick(['DISABLE', 'ENABLE'])))]
