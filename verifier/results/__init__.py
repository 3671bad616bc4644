"""What a run found: the data, and the words for it."""
