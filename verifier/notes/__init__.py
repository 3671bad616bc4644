"""Documents that people write, to the statements in them."""
