"""Asking for work, running it, and clearing up after what was cut off."""
