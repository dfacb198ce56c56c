"""From the data files of `communes.reference` into the tables, through the verbs. Safe to repeat."""
