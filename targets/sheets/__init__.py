"""What of this app comes in by sheets; `tell()` of `targets.sheets.telling` registers it with `ntm.sheets.imports`."""
