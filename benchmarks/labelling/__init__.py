"""How well a document is read, judged by what a person says that its formulas mean."""
