"""What runs in the child process: the standard library, calamine, and nothing that starts Django."""
