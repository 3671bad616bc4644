"""Draws, derivatives and closed forms: arithmetic in floats, balls and fields."""
