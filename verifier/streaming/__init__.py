"""Claims by the million: one line in, one line out, in bounded memory."""
