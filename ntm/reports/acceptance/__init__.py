"""A small world in which every text names whose it is, for acceptance checks from outside (`seed_acceptance`)."""
