"""Report forms of the ministry and the office: a workbook of its own look, and a mapping of its cells to figures.

A form is two files in `files/`, of one name: the .xlsx as it is printed, and a .toml that says which cell, or which
block of rows, holds which figure. `mapping` reads and checks the pair, `vocabulary` knows the figures, `answers` asks
for them, `filling` puts them into the workbook, `preview` draws it. A new circular is a new pair of files.
"""
