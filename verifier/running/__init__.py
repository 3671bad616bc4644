"""Which records are meant, the workers that verify them, and a whole run."""
