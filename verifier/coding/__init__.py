"""Code against formulas: a function and its gradient, as people program them."""
