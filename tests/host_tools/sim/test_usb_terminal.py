"""The terminal speaks as MicroPython's does."""

from pullcord.sim.usb_terminal import RAW_BANNER, WINDOW, Mode, Terminal

PROMPT = b">>> "


class Machine:
    def __init__(self):
        self.said, self.ran, self.fed, self.interrupts, self.resets = b"", [], b"", 0, []

    def answer(self, data):
        self.said += data

    def run(self, code, single):
        self.ran.append((code, single))

    def feed(self, data):
        self.fed += data

    def interrupt(self):
        self.interrupts += 1

    def soft_reset(self, run_main):
        self.resets.append(run_main)


def at_prompt():
    machine = Machine()
    terminal = Terminal(machine, b"MicroPython v1.29.0")
    terminal.booted()
    assert machine.said.endswith(PROMPT)
    machine.said = b""
    return machine, terminal


def raw():
    machine, terminal = at_prompt()
    terminal.typed(b"\x01")
    assert machine.said == RAW_BANNER + b">"
    machine.said = b""
    return machine, terminal


def test_raw_code_runs_at_ctrl_d_and_its_end_is_marked():
    machine, terminal = raw()
    terminal.typed(b"print(1)\x04")
    assert machine.said == b"OK" and machine.ran == [(b"print(1)", False)]
    machine.said = b""
    terminal.finished("")
    assert machine.said == b"\x04\x04>"


def test_an_error_stands_between_the_marks():
    machine, terminal = raw()
    terminal.typed(b"x\x04")
    machine.said = b""
    terminal.finished("NameError: x\n")
    assert machine.said == b"\x04NameError: x\r\n\x04>"


def test_raw_paste_gives_a_window_and_opens_it_again():
    machine, terminal = raw()
    terminal.typed(b"\x05A\x01")
    assert machine.said == b"R\x01" + WINDOW.to_bytes(2, "little") + b"\x01"
    machine.said = b""
    terminal.typed(b"#" * (2 * WINDOW))
    assert machine.said == b"\x01\x01"
    terminal.typed(b"\x04")
    assert machine.ran == [(b"#" * (2 * WINDOW), False)]
    terminal.finished("")
    assert machine.said == b"\x01\x01\x04\x04\x04>" and terminal.mode is Mode.RAW


def test_raw_paste_can_be_given_up():
    machine, terminal = raw()
    terminal.typed(b"\x05A\x01abc\x03")
    assert machine.said.endswith(b"\x04\x04Traceback (most recent call last):\r\nKeyboardInterrupt: \r\n\x04>")
    assert not machine.ran


def test_while_something_runs_input_is_its_own_but_ctrl_c_interrupts():
    machine, terminal = raw()
    terminal.typed(b"x\x04ab")
    terminal.typed(b"cd\x03ef")
    assert machine.fed == b"abef" and machine.interrupts == 1


def test_an_empty_raw_line_is_a_soft_reset_without_main():
    machine, terminal = raw()
    terminal.typed(b"\x04")
    assert machine.said == b"OK\r\nMPY: soft reboot\r\n" and machine.resets == [False]
    machine.said = b""
    terminal.booted()
    assert machine.said == RAW_BANNER + b">"


def test_a_friendly_soft_reset_runs_main():
    machine, terminal = at_prompt()
    terminal.typed(b"\x04")
    assert machine.resets == [True]


def test_a_friendly_line_is_echoed_and_run():
    machine, terminal = at_prompt()
    terminal.typed(b"1+1\r")
    assert machine.said == b"1+1\r\n" and machine.ran == [(b"1+1", True)]
    terminal.finished("")
    assert machine.said.endswith(PROMPT)


def test_paste_mode_says_so_and_can_be_left():
    machine, terminal = at_prompt()
    terminal.typed(b"\x05")
    assert b"paste mode" in machine.said
    terminal.typed(b"\x03")
    assert machine.said.endswith(PROMPT) and terminal.mode is Mode.FRIENDLY
