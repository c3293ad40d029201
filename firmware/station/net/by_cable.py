"""Importing this gives back the memory of what only a network needs. The linker writes it; here nothing is linked."""
