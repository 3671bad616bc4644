"""Limits, expansions and signs, by the leading terms of values that move."""
