"""What people write: one statement, in any usual spelling, to a loose tree."""
