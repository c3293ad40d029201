"""A wiring that cannot work is refused, with the reason and with what would be right."""

import pytest

from pullcord.plant import pins
from pullcord.plant.capability import NEEDS
from pullcord.plant.wiring import Use

PICO_W, PICO_2_W, DEVKIT, S3 = "raspberry-pi-pico-w", "raspberry-pi-pico-2-w", "esp32-devkitc", "esp32-s3-devkitc"
OLIMEX, WT32, WIZNET = "olimex-esp32-poe-iso", "wt32-eth01", "w5500-evb-pico"


@pytest.fixture
def refused(profiles):
    """`refused(board, *uses)`: (value, wrong, right) of each problem. A use: (name, pin, needs) or with its device."""

    def judge(board, *uses, wifi=True):
        made = [Use((name,), pin, needs, device and (device,)) for name, pin, needs, device in map(_filled, uses)]
        return [(found.value, found.wrong, found.right) for found in pins.problems(made, profiles[board], wifi)]

    return judge


def _filled(use):
    name, pin, needs, *device = use
    return name, pin, tuple(needs.split()), device[0] if device else ""


def spi(device, sck, mosi, miso):
    wires = (("sck", sck), ("mosi", mosi), ("miso", miso))
    return [(f"{device}-{signal}", pin, f"spi.{signal}", device) for signal, pin in wires]


def i2c(device, sda, scl):
    return [(f"{device}-sda", sda, "i2c.sda", device), (f"{device}-scl", scl, "i2c.scl", device)]


def uart(device, tx, rx):
    return [(f"{device}-tx", tx, "uart.tx", device), (f"{device}-rx", rx, "uart.rx", device)]


def test_a_strapping_pin_as_an_input(refused):
    ((pin, wrong, right),) = refused(DEVKIT, ("stop", "IO12", "input"))
    assert pin == "IO12"
    assert "decides how Espressif ESP32-DevKitC V4 starts (high at reset sets the flash to 1.8 V" in wrong
    assert "IO13" in right and "IO12" not in right


def test_a_strapping_pin_may_drive_a_light(refused):
    assert refused(DEVKIT, ("red", "IO12", "output")) == []


def test_an_input_only_pin_as_an_output(refused):
    ((_, wrong, right),) = refused(DEVKIT, ("red", "IO34", "output"))
    assert wrong == "is an input only on Espressif ESP32-DevKitC V4"
    assert "IO4" in right and "IO35" not in right


def test_an_input_only_pin_without_its_pull_up(refused):
    ((_, wrong, right),) = refused(OLIMEX, ("cord", "GPI36", "input pull-up"))
    assert wrong == "has no pull-up on Olimex ESP32-POE-ISO"
    assert right == "another pin, or pull: none and a resistor outside"
    assert refused(OLIMEX, ("cord", "GPI36", "input")) == []


@pytest.mark.parametrize(("board", "pin"), [(DEVKIT, "IO26"), (S3, "IO13")])
def test_the_second_converter_with_wifi(refused, board, pin):
    ((_, wrong, right),) = refused(board, ("loop", pin, "adc"))
    assert "second converter (ADC2)" in wrong and "Wi-Fi" in wrong
    assert pin not in right.split(", ")


def test_the_second_converter_without_wifi(refused):
    assert refused(OLIMEX, ("loop", "GPIO13", "adc"), wifi=False) == []


def test_a_pin_without_a_converter(refused):
    ((_, wrong, right),) = refused(PICO_W, ("loop", "GP5", "adc"))
    assert wrong == "has no analog converter on Raspberry Pi Pico W"
    assert right == "one of GP26, GP27, GP28"


def test_one_pin_twice(refused):
    found = refused(PICO_W, ("red", "GP10", "output"), ("yellow", "GP10", "output"))
    assert found == [("GP10", "this pin is used by red", "a pin of its own")]


def test_a_bus_on_pins_that_cannot_carry_it(refused):
    ((pins_, wrong, right),) = refused(PICO_W, *spi("reader", "GP3", "GP4", "GP5"))
    assert pins_ == "spi.sck GP3, spi.mosi GP4, spi.miso GP5"
    assert wrong == "these pins of Raspberry Pi Pico W are not one spi"
    assert "spi.sck at spi0: GP2, GP6, GP18, GP22; spi1: GP10, GP14, GP26" in right


def test_a_bus_on_pins_of_two_buses(refused):
    ((_, wrong, _),) = refused(PICO_W, *spi("reader", "GP2", "GP3", "GP8"))
    assert wrong == "these pins of Raspberry Pi Pico W are not one spi"
    assert refused(PICO_W, *spi("reader", "GP2", "GP3", "GP4")) == []


def test_a_bus_on_an_input_only_pin(refused):
    ((pin, wrong, _),) = refused(DEVKIT, *i2c("expander", "IO21", "IO34"))
    assert pin == "IO34" and "is an input only" in wrong


def test_the_gpio_matrix_leads_a_bus_to_any_pin(refused):
    assert refused(DEVKIT, *spi("reader", "IO18", "IO23", "IO34")) == []


def test_two_devices_share_a_bus(refused):
    both = [*spi("reader-1", "GP18", "GP19", "GP16"), *spi("reader-2", "GP18", "GP19", "GP16")]
    assert refused(PICO_W, *both, ("cs-1", "GP17", "output"), ("cs-2", "GP20", "output")) == []


def test_two_devices_with_one_select_pin(refused):
    both = [*spi("reader-1", "GP18", "GP19", "GP16"), *spi("reader-2", "GP18", "GP19", "GP16")]
    found = refused(PICO_W, *both, ("cs-1", "GP17", "output"), ("cs-2", "GP17", "output"))
    assert found == [("GP17", "this pin is used by cs-1", "a pin of its own")]


def test_one_bus_at_two_sets_of_pins(refused):
    found = refused(PICO_W, *spi("reader-1", "GP18", "GP19", "GP16"), *spi("reader-2", "GP2", "GP3", "GP4"))
    assert [wrong for _, wrong, _ in found] == [
        "Raspberry Pi Pico W has spi0 for these pins, in use at other pins already"
    ]


def test_a_serial_line_is_not_shared(refused):
    found = refused(PICO_W, *uart("reader-1", "GP4", "GP5"), *uart("reader-2", "GP4", "GP5"))
    assert [wrong for _, wrong, _ in found] == ["this pin is used by reader-1-tx", "this pin is used by reader-1-rx"]


def test_more_buses_than_the_chip_has(refused):
    three = [*uart("a", "IO16", "IO17"), *uart("b", "IO18", "IO19"), *uart("c", "IO22", "IO23")]
    ((_, wrong, _),) = refused(DEVKIT, *three)
    assert "has uart1 and uart2 for these pins, in use at other pins already" in wrong


@pytest.mark.parametrize(
    ("board", "pin", "why"),
    [
        (WT32, "IO22", "it is wired to the Ethernet PHY"),
        (WT32, "IO0", "it is the clock of the Ethernet PHY"),
        (OLIMEX, "GPIO12", "it switches the power of the Ethernet PHY"),
        (WIZNET, "GP17", "it selects the Ethernet chip"),
        (S3, "IO36", "it is wired to the PSRAM"),
        (DEVKIT, "IO7", "it is wired to the flash"),
        (PICO_W, "GP25", "it selects the wireless chip"),
    ],
)
def test_a_pin_that_the_board_took_for_itself(refused, board, pin, why):
    ((_, wrong, right),) = refused(board, ("red", pin, "output"))
    assert why in wrong
    assert right.startswith("one of ")


def test_a_permit_that_reset_would_switch_on(refused):
    ((_, wrong, right),) = refused(DEVKIT, ("permit", "IO5", "output off-in-reset"))
    assert "is pulled up while Espressif ESP32-DevKitC V4 is in reset" in wrong
    assert "IO34" not in right


def test_a_permit_that_reset_would_switch_on_in_a_plant_file(plant, problems):
    permit = "            permit: {pin: IO15}\n            readers:\n"
    (line,) = problems("            readers:\n", permit)
    assert "st-02.permit.pin: IO15: is pulled up while" in line
    assert plant("            readers:\n", permit.replace("IO15", "IO27"))


def test_a_pull_down_that_the_chip_cannot_be_trusted_with(refused):
    ((_, wrong, right),) = refused(PICO_2_W, ("mark", "GP2", "input pull-down"))
    assert "RP2350-E9" in wrong
    assert right == "pull: none and a resistor outside, or pull: up"
    assert refused(PICO_W, ("mark", "GP2", "input pull-down")) == []


def test_a_pin_that_is_not_there(refused):
    assert refused(PICO_W, ("red", "GP111", "output")) == [
        ("GP111", "Raspberry Pi Pico W has no such pin", "did you mean GP11?")
    ]


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_every_need_is_judged_on_every_pin_of_every_board(profiles, need):
    """No need and no fact of a profile is unknown to the other; each need can be served, and somewhere cannot."""
    verdicts = {
        bool(list(pins.problems([Use(("x",), pin, (need,), ("d",))], board, wifi=True)))
        for board in profiles.values()
        for pin in board.pins
    }
    assert verdicts == {True, False}
