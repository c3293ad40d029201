"""Power cuts at every block operation, and random ones, on real littlefs: what is lost or invented."""

from tests.firmware.store.on_littlefs import run_program

SEEDS = range(1, 10)
OPERATIONS = 550
WALK = 100


def run() -> dict:
    result = run_program("power_cut", *SEEDS, "--operations", OPERATIONS, "--walk", WALK, deadline_s=1800)
    for line in result["said"]:
        print(line)
    figures = {name: result[name] for name in ("cuts", "lost", "invented", "unmountable", "wrong")}
    how = (
        f"32-bit MicroPython, VfsLfs2 over a RAM flash of RP2 geometry. {len(SEEDS)} stations of at "
        f"least {OPERATIONS} block operations each (appends, checkpoints, receipts, rotation, config "
        "and card table saves, reboots); at every operation a cut before it and one that tears it; "
        f"then {WALK} random cuts a station, one after another on the same flash. After each: mount, "
        "open, compare every event, checkpoint, config and card table with what was confirmed, "
        "append, reopen."
    )
    return {"figures": figures, "how": how}
