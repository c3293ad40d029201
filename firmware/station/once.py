"""Importing this gives back the memory of what only the start needs. The linker writes it; here nothing is linked."""
