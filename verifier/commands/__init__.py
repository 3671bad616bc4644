"""What can be typed, and in Python called: one module a command."""
