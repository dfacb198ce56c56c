"""What of this app comes in by sheets; `tell()` of `communes.sheets.telling` registers it with `ntm.sheets.imports`."""
