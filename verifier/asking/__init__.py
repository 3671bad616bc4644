"""What `nabla check` reads: one line made a record, its types inferred."""
