"""The one reader of files that people bring: `open_book` in `ntm.sheets.reading.book`.

`child` runs alone in a process of its own and uses `inside`; everything else runs in the web worker.
"""
