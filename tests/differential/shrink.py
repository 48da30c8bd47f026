"""The smallest script that still shows a difference: statements, then rows, are left out as long as it stays (delta debugging)."""
import time


def shrink(statements, still_differs, seconds):
    """`still_differs` says whether a list of statements shows it. Gives back what is left when nothing more can go, or time is up."""
    deadline = time.monotonic() + seconds
    statements = _without_parts(statements, still_differs, deadline)
    for place, statement in enumerate(statements):
        if not statement.rows or len(statement.rows) < 2:
            continue

        def differs_with(rows, place=place):
            return bool(rows) and still_differs(statements[:place] + [statements[place].with_rows(rows)] + statements[place + 1:])

        statements[place] = statement.with_rows(_without_parts(statement.rows, differs_with, deadline))
    return statements


def _without_parts(parts, still_differs, deadline):
    size = max(len(parts) // 2, 1)
    while size >= 1:
        place, smaller = 0, False
        while place < len(parts) and time.monotonic() < deadline:
            kept = parts[:place] + parts[place + size:]
            if still_differs(kept):
                parts, smaller = kept, True
            else:
                place += size
        if time.monotonic() >= deadline:
            break
        if size == 1 and not smaller:
            break
        size = size if size == 1 else size // 2
    return parts
