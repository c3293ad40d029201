"""The firmware on its way to a board: linked, made small, compiled."""
