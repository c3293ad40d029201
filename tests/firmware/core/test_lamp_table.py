"""The golden table: what every kind of light shows for each row and each pair of rows, readable by people."""

from pathlib import Path

from tests.firmware.core import lamp_table

GOLDEN = Path(__file__).with_name("lamp_table.txt")
WRITE = "python -m tests.firmware.core.lamp_table > tests/firmware/core/lamp_table.txt"


def test_the_lights_show_what_the_golden_table_says():
    now, golden = lamp_table.main().splitlines(), GOLDEN.read_text("utf-8").splitlines()
    differ = [f"- {old}\n+ {new}" for old, new in zip(golden, now, strict=False) if old != new]
    assert now == golden, (
        f"{len(differ)} lines differ from {GOLDEN.name}. If that is meant, write it anew and look at it:\n"
        f"  {WRITE}\n" + "\n".join(differ[:20])
    )


def test_every_pattern_in_it_has_a_name():
    rows = lamp_table.main().split("== sounds")[0].splitlines()
    assert not [line for line in rows if "#" in line and not line.startswith("    ")]
