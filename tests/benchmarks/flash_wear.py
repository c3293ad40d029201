"""What one event costs the flash, beside a plain append and flush, and how long the flash lives."""

from tests.firmware.store.on_littlefs import run_program

EVENTS = 20_000
BLOCKS = 358  # 1.4 MB
ENDURANCE = 100_000  # erases a block of NOR flash stands, by the data sheets of the boards' chips
A_YEAR = 365 * 1000  # events, at 1,000 a day


def run() -> dict:
    result = run_program("flash_wear", EVENTS, BLOCKS)
    journal, plain = result["journal"], result["plain"]
    figures = {
        "erases_per_event": round(journal["erases"], 3),
        "bytes_per_event": round(journal["bytes"]),
        "plain_erases_per_event": round(plain["erases"], 3),
        "plain_bytes_per_event": round(plain["bytes"]),
        "years_at_1000_a_day": round(ENDURANCE / (journal["worst_block"] * A_YEAR)),
        "plain_years_at_1000_a_day": round(ENDURANCE / (plain["worst_block"] * A_YEAR)),
    }
    how = (
        f"32-bit MicroPython, VfsLfs2 on {BLOCKS} blocks of 4,096 bytes: {EVENTS} events of 250 bytes, "
        "each durable before the next, with a 100-byte checkpoint; one more checkpoint saved alone "
        "for every 20; receipts 30 events behind, so that the journal rotates. Plain: the same bytes "
        "appended to one file and flushed. Years: until the block that was erased most in this run "
        f"has {ENDURANCE} erases."
    )
    return {"figures": figures, "how": how}
