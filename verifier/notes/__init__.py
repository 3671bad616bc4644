"""Documents: what people write, taken apart into prose and formulas with places."""
