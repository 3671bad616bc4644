"""Faults that are brought about on purpose, and what must be as if they were not."""
