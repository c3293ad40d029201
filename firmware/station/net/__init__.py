"""The way to the plant."""


def in_words(kind: str, what) -> str:
    """What went wrong, for people. `kind`: a function of `words`; `what`: its code or exception."""
    from station.health.memory import forget
    from station.net import words

    text = getattr(words, kind)(what)
    forget("net.words")
    return text
