"""Inputs that nobody would write, and what must be true of whatever is said of them."""
