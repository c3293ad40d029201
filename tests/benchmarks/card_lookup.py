"""Finding a card in a table of ten thousand, and replacing the table."""

from typing import Any

from tests.firmware.store.on_littlefs import run_program

FEW, CARDS = 10, 10_000
FLASH_BYTES = 848 * 1024  # what a Pico W leaves for files
HOW = (
    f"32-bit MicroPython, VfsLfs2 over a RAM flash: 500 look-ups spread over {CARDS:,} cards of 7 bytes in 40 loops; "
    f"heap of the open table, and with {FEW} cards. Both tables: the most flash in use while one took the place of "
    f"another of the same size, of {FLASH_BYTES:,} bytes of a Pico W. Cuts: the power is cut while the second is made, "
    "at places spread over it and at each of the last operations, and then a whole table is looked for: the old one "
    "or the new one."
)


def run() -> dict[str, Any]:
    few, many = run_program("card_lookup", FEW), run_program("card_lookup", CARDS)
    if many["cuts_without_a_table"]:
        raise RuntimeError(f"{many['cuts_without_a_table']} of {many['cuts']} power cuts left no table")
    figures: dict[str, Any] = {"cards": CARDS}
    figures |= {name: value for name, value in many.items() if name not in ("said", "switch_peak_bytes")}
    figures["ms_per_lookup"] = round(many["ms_per_lookup"], 3)
    figures[f"heap_of_{FEW}_cards_bytes"] = few["heap_bytes"]
    figures["both_tables_bytes"] = many["switch_peak_bytes"]
    figures["left_on_a_pico_w_bytes"] = FLASH_BYTES - many["switch_peak_bytes"]
    return {"figures": figures, "how": HOW}
