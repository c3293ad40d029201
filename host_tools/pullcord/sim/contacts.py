"""How a contact bounces. Runs on MicroPython and CPython."""


def bounce(level: int, seed: int) -> list:
    """The edges of one contact that goes to `level`: a list of (microseconds from the first edge, level).

    5 or 7 edges within 4 ms, ending at `level`; the same seed gives the same edges. A linear congruential
    generator (Numerical Recipes: 1664525, 1013904223), because the two Pythons' `random` differ.
    """
    state = seed & 0xFFFFFFFF
    edges = [(0, level)]
    at = 0
    for index in range(4 + 2 * (seed & 1)):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        at += 100 + (state >> 16) % 500
        edges.append((at, level if index % 2 else 1 - level))
    return edges
