"""How dates and numbers look and are read, by language (FORMAT_MODULE_PATH)."""
