"""The demonstration: published figures of 2023, with illustrative names where the publication gives none."""
