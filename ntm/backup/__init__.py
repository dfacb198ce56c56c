"""One file with everything: rows, files, and a manifest that says what must be found in it.

It knows no subject, only tables: `schema.py` says which there are, `rows.py` how a row is written the same way
whichever database it stands in, so that a backup of one database is restored into the other.
"""
