"""For a claim that fails: the nearest true statement, verified before it is shown."""
