"""Results printed: for the terminal, for the browser, for other programs."""
