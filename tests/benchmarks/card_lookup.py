"""Finding a card in a table of ten thousand."""

from tests.firmware.store.on_littlefs import run_program

CARDS = 10_000


def run() -> dict:
    result = run_program("card_lookup", CARDS)
    figures = {name: round(result[name]) for name in result if name != "said"}
    how = f"32-bit MicroPython, VfsLfs2 over a RAM flash: 500 look-ups spread over {CARDS} cards"
    return {"figures": {"cards": CARDS, **figures}, "how": how}
