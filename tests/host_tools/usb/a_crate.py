"""A crate of virtual boards, and a plant with a station for each."""

from pathlib import Path

from pullcord.images.folder import ImageFolder
from pullcord.plant.secret_store import SecretStore, Wifi
from tests.host_tools.images import an_image

BOARD = "raspberry-pi-pico-w"
HEAD = """# A crate.
format: 1
site: {name: acme}
broker: {host: 192.168.10.5}
andon:
  categories: {help: {stop: never}}
areas:
  hall:
    lines:
      line-1:
        stations:
"""
STATION = """\
          st-%02d:
            board: %s
            uid: "%s"
            light: {kind: tower, pins: {red: GP10, yellow: GP11, green: GP12}}
            inputs: {cord: {pin: GP2, does: call, category: help}}
"""
FREE = STATION.replace('            uid: "%s"\n', "")


def uid(number: int) -> str:
    """Of the board that is station `number`."""
    return f"e66138528361{number:04x}"


def plant_file(folder: Path, bound: int, free: int = 0) -> Path:
    """st-01 to st-BOUND have their boards, and so many more have none yet. The Wi-Fi is known."""
    stations = [STATION % (number, BOARD, uid(number)) for number in range(1, bound + 1)]
    stations += [FREE % (number, BOARD) for number in range(bound + 1, bound + free + 1)]
    file = folder / "plant.yaml"
    file.write_text(HEAD + "".join(stations))
    with SecretStore.beside(file).changing() as secrets:
        secrets.wifi[""] = Wifi(ssid="HALL", password="a password")
    return file


def images(folder: Path, *data: bytes) -> Path:
    """A folder with images; without `data` one for a Pico W."""
    made = ImageFolder(folder / "images")
    for number, one in enumerate(data or (an_image.uf2(),)):
        made.add(f"image-{number}.uf2", one)
    return made.path
