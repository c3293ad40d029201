"""Looks at everything that a line needs, and says of each whether it is well and what to do when it is not."""
