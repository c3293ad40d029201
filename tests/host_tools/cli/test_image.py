"""`pullcord image`: the folder, its sums, and a download from a server that is not always kind."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pullcord.cli import main
from pullcord.images import download
from pullcord.plant import boards as board_profiles
from tests.host_tools.images import an_image

NAME = "RPI_PICO_W-20250415-v1.25.0.uf2"


@pytest.fixture
def image(tmp_path):
    """`image(arguments)`: its exit code. The folder is `tmp_path / "images"`."""
    return lambda *arguments: main.run(["image", *map(str, arguments), "--images", str(tmp_path / "images")])


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(an_image.uf2())
    return path


@pytest.fixture
def server():
    """`server.pages`: path to (code, bytes, length that is told)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            code, data, length = self.server.pages.get(self.path, (404, b"", 0))
            self.send_response(code)
            self.send_header("Content-Length", str(length or len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    made = HTTPServer(("127.0.0.1", 0), Handler)
    made.pages = {}
    made.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_an_image_that_was_taken_in_is_listed_with_the_boards_it_is_for(image, file, capfd):
    assert image("add", file) == 0
    assert "MicroPython 1.25.0 for raspberry-pi-pico-w" in capfd.readouterr().out
    assert image("list", "--json") == 0
    [row] = json.loads(capfd.readouterr().out)["images"]
    assert (row["name"], row["boards"], row["problem"]) == (NAME, ["raspberry-pi-pico-w"], "")
    assert image("list") == 0
    assert "raspberry-pi-pico-w" in capfd.readouterr().out


def test_the_sums_are_those_that_sha256sum_reads(image, file, tmp_path):
    assert image("add", file) == 0
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (tmp_path / "images" / "SHA256SUMS").read_text() == f"{digest}  {NAME}\n"


def test_an_image_that_changed_since_is_found(image, file, tmp_path, capfd):
    assert image("add", file) == 0
    assert image("verify") == 0
    kept = tmp_path / "images" / NAME
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    (tmp_path / "images" / "other.bin").write_bytes(an_image.esp())
    assert image("verify") == 1
    said = capfd.readouterr().err
    assert f"{NAME} is damaged" in said
    assert "other.bin is not in SHA256SUMS" in said
    kept.unlink()
    assert image("verify", "--json") == 1
    assert "is gone" in capfd.readouterr().err
    assert image("list") == 0


def test_what_is_no_image_is_refused_and_the_others_are_taken(image, file, tmp_path, capfd):
    other = tmp_path / "notes.uf2"
    other.write_text("not an image")
    assert image("add", other, tmp_path / "missing.uf2", file) == 1
    said = capfd.readouterr()
    assert "notes.uf2: is neither UF2" in said.err
    assert "missing.uf2: cannot be read (No such file or directory)" in said.err
    assert NAME in said.out
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [NAME, "SHA256SUMS"]


def test_another_image_of_the_same_name_does_not_replace_one(image, file, capfd):
    assert image("add", file) == 0
    assert image("add", file) == 0
    file.write_bytes(an_image.uf2(version="1.26.0"))
    assert image("add", file) == 1
    assert "rename this one" in capfd.readouterr().err


def test_an_empty_folder_says_how_it_is_filled(image, capfd):
    assert image("list") == 0
    assert "pullcord image fetch BOARD" in capfd.readouterr().out


def test_a_download_is_taken_in_when_its_sum_is_right(image, server, capfd):
    data = an_image.uf2()
    server.pages[f"/firmware/{NAME}"] = (200, data, 0)
    url = f"{server.url}/firmware/{NAME}"
    assert image("fetch", url, "--sha256", "0" * 64) == 1
    assert "its SHA-256 is" in capfd.readouterr().err
    assert image("fetch", url, "--sha256", hashlib.sha256(data).hexdigest()) == 0
    assert "for raspberry-pi-pico-w" in capfd.readouterr().out
    assert image("verify") == 0


def test_a_download_that_breaks_off_leaves_nothing(image, server, tmp_path, capfd):
    data = an_image.uf2()
    server.pages[f"/{NAME}"] = (200, data[:-512], len(data))
    assert image("fetch", f"{server.url}/{NAME}") == 1
    assert "broke off" in capfd.readouterr().err
    assert not (tmp_path / "images").exists()


def test_a_page_in_place_of_an_image_is_refused(image, server, capfd):
    server.pages["/login.uf2"] = (200, b"<html>Please log in to the guest network</html>", 0)
    assert image("fetch", f"{server.url}/login.uf2") == 1
    assert "login.uf2: is neither UF2" in capfd.readouterr().err


def test_without_internet_the_words_say_what_to_do(image, server, capfd):
    server.shutdown()
    server.server_close()
    assert image("fetch", f"{server.url}/{NAME}") == 1
    assert "cannot be reached (" in (said := capfd.readouterr().err)
    assert "bring the file on a stick" in said
    assert "Traceback" not in said


def test_addresses_and_boards_that_are_none_are_told(image, server, capfd):
    assert image("fetch", "raspberry-pi-pico-x") == 1
    assert "one of esp32-devkitc, " in capfd.readouterr().err
    assert image("fetch", "file:///etc/passwd") == 1
    assert "is no address of a file" in capfd.readouterr().err
    assert image("fetch", f"{server.url}/gone.uf2") == 1
    assert "404" in capfd.readouterr().err


def test_every_known_board_has_an_address_in_the_list():
    sources = download.sources()
    addresses = {board.id: sources.of(board) for board in board_profiles.load().values()}
    assert addresses["raspberry-pi-pico-w"] == f"https://micropython.org/resources/firmware/{NAME}"
    assert addresses["wt32-eth01"].endswith("/ESP32_GENERIC-20250415-v1.25.0.bin")
