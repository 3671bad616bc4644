"""What the words of a document, or behind a statement, say about its names."""
