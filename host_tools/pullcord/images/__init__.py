"""MicroPython images: what one is for, the folder of them, and where they come from."""
