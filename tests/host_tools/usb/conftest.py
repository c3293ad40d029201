import pytest

from pullcord.sim.usb_place import VARIABLE, VirtualUsb


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with VirtualUsb(tmp_path_factory.mktemp("usb")) as usb:
        yield usb


@pytest.fixture
def board(desk, request, monkeypatch):
    """One board at the desk that the code under test finds, too."""
    monkeypatch.setenv(VARIABLE, str(desk.listing))
    made = desk.add(request.node.name[:60])
    yield made
    made.cut_power()
