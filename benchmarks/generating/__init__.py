"""Records made by a grammar: functions, what is true of them, and what is not."""
