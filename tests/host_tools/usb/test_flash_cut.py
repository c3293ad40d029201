"""The power goes in the middle of `pullcord flash`, early and late: it is told, and the next run completes it."""

import pytest

from pullcord.sim.usb_place import VirtualUsb
from tests.host_tools.usb import a_crate
from tests.host_tools.usb.a_desk import pullcord

pytestmark = pytest.mark.micropython
SHARES = (0.01, 0.15, 0.5, 0.8, 0.93, 0.97, 0.99)


def test_wherever_the_power_goes_the_next_run_completes_it(tmp_path):
    plant, images = a_crate.plant_file(tmp_path, 1), a_crate.images(tmp_path)
    words = ("flash", "--all", "--plant", str(plant), "--images", str(images))
    with VirtualUsb(tmp_path / "usb") as desk:
        whole = desk.add("whole", uid=a_crate.uid(1))
        assert pullcord(desk, *words).returncode == 0
        operations = whole.operations
        whole.cut_power()
        for number, share in enumerate(SHARES):
            board = desk.add(f"cut-{number}", uid=a_crate.uid(1))
            board.cut_at(max(1, int(operations * share)), part=0.4)
            done = pullcord(desk, *words)
            assert (done.returncode, board.wait_off(0)) == (1, True), f"{share}: {done.stdout}{done.stderr}"
            assert "Traceback" not in done.stderr
            assert "once more" in done.stderr, done.stderr
            board.power_on()
            done = pullcord(desk, *words)
            assert done.returncode == 0, f"{share}: {done.stdout}{done.stderr}\n{board.log_tail()}"
            board.cut_power()
