"""YAML text to records: every value knows its place, every problem is collected."""
