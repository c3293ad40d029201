"""The power goes in the middle of a deploy: afterwards the old or the new firmware runs, and a second run completes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pullcord.firmware.release import release
from pullcord.sim.usb_place import VARIABLE, VirtualUsb
from pullcord.usb.deploy import Wanted
from pullcord.usb.job import bring
from pullcord.usb.ports import port_named
from pullcord.usb.trouble import Trouble
from tests.host_tools.usb.a_desk import until
from tests.host_tools.usb.a_firmware import a_release
from tests.host_tools.usb.cuts import sweep

pytestmark = pytest.mark.micropython
OLD = Wanted(a_release("one"), {"/config.json": b"1" * 300})
NEW = Wanted(a_release("two"), {"/config.json": b"2" * 900})
AT_ONCE = 3


def test_at_operations_of_a_first_deploy():
    found = sweep(None, release(), step=3)
    assert found["wrong"] == [] and found["cuts"] > 200


def test_at_operations_of_a_new_firmware():
    found = sweep(a_release("one", bulk=70_000), release(), step=3)
    assert found["wrong"] == [] and found["cuts"] > 200


def test_at_each_operation_around_the_switch():
    """A small firmware: what is written first is over soon."""
    found = sweep(a_release("one"), a_release("two"))
    assert found["wrong"] == [] and found["old_runs"] and found["new_runs"]


@pytest.fixture
def boards(tmp_path, monkeypatch):
    with VirtualUsb(tmp_path) as usb:
        monkeypatch.setenv(VARIABLE, str(usb.listing))
        made = [usb.add(f"board-{number}") for number in range(AT_ONCE)]
        for board in made:
            bring(port_named(board.path), OLD)
            board.cut_power()
        yield made


def cut(board, image, operation):
    """Of a real board: what runs after a cut at this operation, and whether the next run completes; None: no cut."""
    board.flash.write_bytes(image)
    board.power_on()
    board.cut_at(operation)
    try:
        bring(port_named(board.path), NEW)
        board.cut_power()
        return None
    except Trouble:
        assert board.wait_off(), "it failed for another reason"
    board.power_on()
    until(lambda: "this is" in board.log_tail(3))
    runs = "two" if "this is two" in board.log_tail(3) else "one"
    bring(port_named(board.path), NEW)
    until(lambda: "this is two" in board.log_tail(3))
    board.cut_power()
    assert board.files()["config.json"] == NEW.files["/config.json"]
    return runs


def test_a_real_deploy_over_usb_is_cut_and_done_again(boards):
    image = boards[0].flash.read_bytes()
    runs = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for first in range(1, 100, AT_ONCE * 2):
            operations = [first + 2 * number for number in range(AT_ONCE)]
            found = list(pool.map(lambda pair: cut(pair[0], image, pair[1]), zip(boards, operations, strict=True)))
            runs += [one for one in found if one]
            if None in found:
                break
    assert len(runs) > 5 and "one" in runs and set(runs) <= {"one", "two"}
