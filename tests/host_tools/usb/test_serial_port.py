"""A serial port in an event loop, at a pseudo-terminal whose other end the test holds."""

import asyncio
import os
import pty
import termios
import tty

import pytest

from pullcord.usb.serial_port import PortProblem, SerialPort


@pytest.fixture
def cable():
    """(the board's end, the port's name)"""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


async def opened(name):
    stirred = asyncio.Event()
    return SerialPort(name, stirred.set), stirred


async def test_what_arrives_stirs_and_is_taken_once(cable):
    master, name = cable
    port, stirred = await opened(name)
    os.write(master, b"hello")
    await asyncio.wait_for(stirred.wait(), 30)
    assert port.take() == b"hello"
    assert port.take() == b""
    port.close()


async def test_what_is_written_arrives(cable):
    master, name = cable
    port, _ = await opened(name)
    port.write(b"hello")
    assert os.read(master, 100) == b"hello"
    port.close()


async def test_a_board_that_does_not_read_holds_up_nothing(cable):
    _, name = cable
    port, _ = await opened(name)
    for _ in range(1000):
        port.write(b"x" * 200)
    port.close()


async def test_a_port_that_is_gone_says_so():
    master, slave = pty.openpty()
    port, stirred = await opened(os.ttyname(slave))
    os.close(slave)
    os.close(master)
    await asyncio.wait_for(stirred.wait(), 30)
    with pytest.raises(PortProblem, match="unplugged"):
        port.take()
    port.write(b"into nothing")
    port.close()


async def test_a_second_program_is_told_that_the_port_is_taken(cable):
    _, name = cable
    port, _ = await opened(name)
    with pytest.raises(PortProblem, match="has this port open"):
        await opened(name)
    port.close()
    again, _ = await opened(name)
    again.close()


async def test_closing_leaves_the_lines_as_they_are(cable):
    """HUPCL would drop DTR and RTS at the last close, and reset many a board at the next open."""
    _, name = cable
    port, _ = await opened(name)
    assert not termios.tcgetattr(port._fd)[2] & termios.HUPCL
    port.close()


async def test_why_it_cannot_be_opened_is_said_in_words(tmp_path):
    with pytest.raises(PortProblem, match="the port is gone"):
        await opened(str(tmp_path / "ttyACM9"))
