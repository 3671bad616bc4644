"""Records to statements: expressions, types, symbolic shapes; nothing is computed."""
