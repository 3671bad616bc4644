"""From both sides of a claim to its verdict, and the evidence that it rests on."""
