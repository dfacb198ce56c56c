"""Sheets that people fill in and bring back: template → file → preview → one confirmed write. Knows no subject.

An app adds a kind of data by declaring it, nothing here changes:

1. A `Target` (`kinds.py`): the columns, the rows that may come in with what stands in them now, `read` (a row's cells
   into changes and faults) and `store` (one verb call for all changes; the caller is one transaction and one batch).
2. A `Kind`: code for the address, title, permission, a form of parameters, and `target(user, params)`, which asks for
   the user's rows anew each time and is None where the user has nothing of the sort.
3. `kinds.register(MyKind())` when the applications are ready, and on a page of that work the links that
   `kinds.links(kind code, params)` gives.

`communes/sheets/` is the example. What the engine then does: `template.py` fills the workbook in, `brought.py` reads
what comes back, `layout.py` finds header and columns, `plan.py` says row by row what would happen, `services.py` of
the app keeps the choices and writes, `marking.py` hands the file back with its errors.
"""
