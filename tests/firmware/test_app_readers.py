"""Card readers of a whole station in virtual time, through the models of their chips."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio

from pullcord.sim.harness import BAD, BADGE, CARD, OK, OTHER_CARD, Harness

SECOND = 1000
SPI = {"spi": 0, "sck": 30, "mosi": 31, "miso": 32, "cs": 33, "reset": 34}
UART = {"uart": 1, "tx": 35, "rx": 36}
KINDS = ("mfrc522", SPI), ("pn532-spi", SPI), ("pn532-uart", UART)


def each(script, until_s=200):
    """The script's result with each kind of reader; one flash in memory at a time."""
    results = []
    for kind, bus in KINDS:
        reader = {"name": "reader-1", "kind": kind, "role": "signal", "pins": {"ok": OK, "bad": BAD}, "bus": bus}
        results.append(Harness(harness.config(readers=[reader])).run(script, until_s * SECOND))
    return results


def answers(line):
    """(pin, when) of each answer light that went on."""
    return [(pin, at) for at, pin, level in line.outputs if pin in (OK, BAD) and level]


async def up(line):
    await asyncio.sleep_ms(3 * SECOND)


def test_a_tap_is_answered_within_150_ms():
    async def script(line):
        await up(line)
        took = []
        for number in range(20):
            await asyncio.sleep_ms(6 * SECOND + 7 * number)
            laid = line.app.uptime.ms()
            await line.tap((CARD, OTHER_CARD)[number % 2], 400)
            took.append(min([at for _, at in answers(line) if at >= laid]) - laid)
        return took

    for took in each(script):
        assert len(took) == 20 and 0 < max(took) <= 150, took


def test_a_card_left_lying_is_one_tap():
    async def script(line):
        await up(line)
        await line.tap(CARD, 120 * SECOND)
        return line.plant.events("kanban.tapped")

    assert [len(taps) for taps in each(script)] == [1] * 3


def test_several_cards_get_the_error_light_and_the_one_that_stays_gets_its_answer():
    async def script(line):
        await up(line)
        line.world.card("reader-1", CARD, OTHER_CARD)
        await asyncio.sleep_ms(2 * SECOND)
        several = [pin for pin, _ in answers(line)]
        line.world.card("reader-1", OTHER_CARD)
        await asyncio.sleep_ms(2 * SECOND)
        tapped = [event["data"]["card"] for event in line.plant.events("kanban.tapped")]
        return several, tapped, line.plant.events("kanban.refused")

    assert each(script) == [([BAD], [OTHER_CARD.hex()], [])] * 3


def test_a_cable_that_is_pulled_is_told_and_put_back_it_goes_on():
    async def script(line):
        await up(line)
        line.world.reader("reader-1", False)
        await asyncio.sleep_ms(40 * SECOND)
        missing = list(line.app.missing)
        faults = [event["data"]["error"] for event in line.plant.events("station.faulted")]
        line.world.card("reader-1", CARD)
        line.world.reader("reader-1", True)
        await asyncio.sleep_ms(12 * SECOND)
        return missing, faults, list(line.app.missing), len(line.plant.events("kanban.tapped"))

    for missing, faults, after, taps in each(script):
        assert (missing, after, taps) == (["reader-1"], [], 1)
        assert len(faults) == 1 and "reader-1" in faults[0] and "check" in faults[0]


def test_uids_that_are_not_unique_are_counted():
    async def script(line):
        await up(line)
        await line.tap(BADGE)
        await line.tap(CARD)
        return line.app.short_uids

    assert each(script) == [1] * 3
