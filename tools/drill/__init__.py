"""`make drill`: long rehearsals of races, power cuts and load, each with its protection switched off as well."""
