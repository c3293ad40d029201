"""MicroPython onto virtual boards: by the bootloader's drive and by esptool, with what goes wrong there."""

import pytest

from pullcord.images.recognise import recognise
from pullcord.sim.usb_place import VirtualUsb
from pullcord.usb import ports, put_image
from pullcord.usb.place import Place, all_places
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble
from tests.host_tools.images import an_image

pytestmark = pytest.mark.micropython


@pytest.fixture
def usb(tmp_path, monkeypatch):
    with VirtualUsb(tmp_path / "usb") as desk:
        monkeypatch.setenv(ports.VARIABLE, desk.environment[ports.VARIABLE])
        yield desk


@pytest.fixture
def image(tmp_path):
    """`image(data, name)`: its file."""

    def write(data: bytes, name: str = "image.uf2"):
        file = tmp_path / name
        file.write_bytes(data)
        return file

    return write


def nobody(percent: int) -> None:
    """Takes progress and says nothing."""


def words(work, *arguments) -> str:
    with pytest.raises(Trouble) as caught:
        work(*arguments)
    return "\n".join(caught.value.lines)


def test_a_new_pico_gets_its_image_and_answers(usb, image):
    board = usb.add("pico-1", blank=True)
    [place] = all_places()
    seen = []
    port = put_image.by_drive(place.drive(), place, image(an_image.uf2(version="1.26.1")), seen.append)
    assert (port.device, seen[-1]) == (board.path, 100)
    with Session(port) as session:
        session.enter()
        assert session.exec("import os;print(os.uname().release)").strip() == "1.26.1"


def test_an_image_for_another_chip_is_not_taken_and_that_is_told(usb, image, monkeypatch):
    monkeypatch.setattr(put_image, "VANISH_S", 0.5)
    usb.add("pico-1", blank=True)
    [place] = all_places()
    wrong = image(an_image.uf2("Raspberry Pi Pico 2 W with RP2350", family=an_image.RP2350))
    assert "did not take the image" in words(put_image.by_drive, place.drive(), place, wrong, nobody)
    put_image.by_drive(place.drive(), place, image(an_image.uf2()), nobody)


def test_a_cable_that_is_pulled_leaves_a_drive_that_takes_it_the_next_time(usb, image, monkeypatch):
    monkeypatch.setattr(put_image, "RETURN_S", 0.5)
    board = usb.add("pico-1", blank=True)
    place = all_places()[0]
    half = image(an_image.uf2()[:-512])

    def pull(percent: int) -> None:
        if percent == 100:
            board.cut_power()

    assert "half an image does not start" in words(put_image.by_drive, place.drive(), place, half, pull)
    monkeypatch.undo()
    monkeypatch.setenv(ports.VARIABLE, usb.environment[ports.VARIABLE])
    board.power_on()
    assert board.state == "uf2"
    put_image.by_drive(place.drive(), place, image(an_image.uf2()), nobody)
    assert board.state == "running"


def test_a_board_that_runs_becomes_a_drive_and_keeps_its_files(usb, image):
    board = usb.add("pico-1", on=False)
    board.put({"notes.txt": b"kept"})
    board.power_on()
    place = Place(board.location, board.path)
    with Session(place.port()) as session:
        session.enter()
        drive = put_image.into_bootloader(session, place)
    port = put_image.by_drive(drive, place, image(an_image.uf2()), nobody)
    with Session(port) as session:
        session.enter()
        assert session.exec("print(open('notes.txt').read())").strip() == "kept"


def test_a_new_esp32_gets_its_image_by_esptool(usb, image):
    usb.add("esp-1", board="esp32-devkitc", blank=True)
    data = an_image.esp()
    [place] = all_places()
    port = put_image.by_esptool(place.port(), place, image(data, "image.bin"), recognise(data), nobody)
    with Session(port) as session:
        session.enter()
        assert session.exec("print(1+1)").strip() == "2"


def test_a_place_where_nothing_comes_back_is_told(usb, monkeypatch):
    place = Place("1-1.9", "")
    with pytest.raises(Trouble, match=r"USB 1-1.9: no port came back"):
        place.wait_port(0.2)
    with pytest.raises(Trouble, match="Hold BOOTSEL"):
        try:
            place.wait_drive(0.2)
        except Trouble as error:
            raise Trouble(error.lines[1]) from error
