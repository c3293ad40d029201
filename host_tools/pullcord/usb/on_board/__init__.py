"""Programs for the boards themselves. `snippets` sends their text over USB; nothing here is imported by the host."""
