"""Report forms of the ministry and the office: a workbook of its own look, and a mapping of its cells to figures.

A form is two files in `files/`, of one name: the .xlsx as it is printed, and a .toml that says which cell, or which
block of rows, holds which figure. A new circular is a new pair of files.

`mapping` reads and checks the pair, whose places are `area`s. `vocabulary` knows the figures by name: `counts` are
those of a province or a district, `rows` those of one line, `money` both of money; they come from `sources` as
`values`. `answers` asks for them, `filling` puts them into the workbook, `preview` draws it, and `looking` has the page
of a form, and that of an issued one beside today's figures.
"""
