"""Limits, expansions and signs: what a value does as one name moves."""
