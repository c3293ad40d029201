"""Checks a value from JSON against a description, and words every problem at once.

A description is a tuple: ("int", low, high), ("text", longest), ("one", allowed), ("bool",), ("list", item),
("map", value) for free keys, or ("object", {key: description}, {optional key: description});
("maybe", other) allows null.
A problem reads `path: value: what is wrong: what would be right`.
"""


def check(value, what, path: str, out: list) -> None:
    """Append the problems of `value` to `out`."""
    kind = what[0]
    if kind == "maybe":
        if value is not None:
            check(value, what[1], path, out)
    elif kind == "object":
        _object(value, what[1], what[2], path, out)
    elif kind == "map":
        if _typed(value, dict, "an object", path, out):
            for key in sorted(value):
                check(value[key], what[1], _join(path, key), out)
    elif kind == "list":
        if _typed(value, list, "a list", path, out):
            for index, item in enumerate(value):
                check(item, what[1], "%s[%d]" % (path, index), out)
    else:
        _plain(value, what, path, out)


def nearest(word: str, choices) -> str:
    """The choice that is a typing error away, or ""."""
    best, best_distance = "", 3
    for choice in sorted(choices):
        distance = _distance(word, choice)
        if distance < best_distance and distance < len(choice):
            best, best_distance = choice, distance
    return best


def problem(path: str, value, wrong: str, right: str) -> str:
    text = repr(value)
    return "%s: %s: %s: %s" % (path or "config", text if len(text) <= 40 else text[:37] + "...", wrong, right)


def _object(value, needed: dict, optional: dict, path: str, out: list) -> None:
    if not _typed(value, dict, "an object", path, out):
        return
    for key in sorted(needed):
        if key not in value:
            out.append(problem(_join(path, key), None, "is missing", _right(needed[key])))
    for key in sorted(value):
        what = needed.get(key) or optional.get(key)
        if what is not None:
            check(value[key], what, _join(path, key), out)
            continue
        known = list(needed) + list(optional)
        close = nearest(key, known)
        right = "did you mean %s?" % close if close else "one of " + ", ".join(sorted(known))
        out.append(problem(_join(path, key), value[key], "nobody knows this key", right))


def _plain(value, what, path: str, out: list) -> None:
    kind = what[0]
    if kind == "int":
        good = isinstance(value, int) and not isinstance(value, bool) and what[1] <= value <= what[2]
    elif kind == "text":
        good = isinstance(value, str) and len(value) <= what[1]
    elif kind == "one":
        good = value in what[1] and isinstance(value, str)
    else:
        good = isinstance(value, bool)
    if good:
        return
    right = _right(what)
    if kind == "one" and isinstance(value, str) and nearest(value, what[1]):
        right = "did you mean %s? (%s)" % (nearest(value, what[1]), right)
    out.append(problem(path, value, "does not fit", right))


def _typed(value, type, name: str, path: str, out: list) -> bool:
    if isinstance(value, type):
        return True
    out.append(problem(path, value, "does not fit", "must be " + name))
    return False


def _right(what) -> str:
    kind = what[0]
    if kind == "int":
        return "a whole number from %d to %d" % (what[1], what[2])
    if kind == "text":
        return "a text of at most %d characters" % what[1]
    if kind == "one":
        return "one of " + ", ".join(what[1])
    if kind == "maybe":
        return _right(what[1]) + " or null"
    return {"bool": "true or false", "list": "a list"}.get(kind, "an object")


def _join(path: str, key: str) -> str:
    return path + "." + key if path else key


def _distance(one: str, other: str) -> int:
    """Edit distance with swaps of neighbours (optimal string alignment)."""
    before, row = [], list(range(len(other) + 1))
    for i in range(1, len(one) + 1):
        older, before, row = before, row, [i]
        for j in range(1, len(other) + 1):
            cost = before[j - 1] + (one[i - 1] != other[j - 1])
            cost = min(cost, before[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
