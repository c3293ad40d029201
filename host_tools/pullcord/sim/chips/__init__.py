"""Models of chips at a board's pins, from their data sheets. They run on MicroPython and CPython."""
