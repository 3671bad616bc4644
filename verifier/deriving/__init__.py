"""Derivatives in closed form: rules of the books, worked out and simplified."""
