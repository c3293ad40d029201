"""Benchmarks, each a file with `run() -> {"figures": {...}, "how": "..."}`.

`figures` are numbers by name, with the unit in the name; several that belong together nest as in
`{"p50": 1, "p99": 2}`. `how` says in a sentence or two what was measured and with what.
"""
