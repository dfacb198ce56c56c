"""What of this app comes in by sheets; `tell()` of `funding.sheets.telling` registers it with `ntm.sheets.imports`."""
