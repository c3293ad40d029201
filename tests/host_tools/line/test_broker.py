"""Which broker there is, and what is said when there is none."""

import asyncio
import gc
import shutil
import socket
import sys

import pytest

from pullcord.line import address
from pullcord.line.broker import BrokerFailed, embedded_broker, free_port, mosquitto, open_broker


async def test_an_existing_broker_is_used_as_it_is():
    async with open_broker("mqtt://maria:se%40cret@plant:1884") as broker:
        assert broker.url == "mqtt://maria:se%40cret@plant:1884"
        assert broker.name == "existing broker at plant:1884"


def test_an_address_has_its_parts():
    assert address.read("mqtt://maria:se%40cret@plant:1884") == address.Address(
        "plant", 1884, "maria", "se@cret"
    )
    assert address.read("mqtt://10.0.0.5") == address.Address("10.0.0.5", 1883, None, None)
    assert address.read("mqtts://b.acme?ca=/etc/ca.pem") == address.Address(
        "b.acme", 8883, None, None, True, "/etc/ca.pem"
    )


@pytest.mark.parametrize(
    "url", ["plant:1883", "http://plant", "mqtt://", "mqtt://u:secret@plant:port", "mqtt://p/x"]
)
def test_a_wrong_address_shows_a_right_one_and_no_password(url):
    with pytest.raises(ValueError, match="mqtt://user:password@host:1883") as caught:
        address.read(url)
    assert "secret" not in str(caught.value)


async def test_the_embedded_broker_says_what_it_is_and_prints_nothing(capfd, recwarn):
    gc.collect()  # what earlier tests left behind complains now, not below
    recwarn.clear()
    async with open_broker(embedded=True) as broker:
        assert "for demonstrations only" in broker.name
    assert (capfd.readouterr(), [str(w.message) for w in recwarn]) == (("", ""), [])


async def test_an_occupied_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BrokerFailed, match=f"did not start on 127.0.0.1:{port}"):
            async with embedded_broker(port):
                pass


@pytest.mark.mosquitto
async def test_mosquitto_is_taken_when_it_is_there(mosquitto_program):
    async with open_broker() as broker:
        assert broker.name.startswith("Mosquitto on 127.0.0.1:")


@pytest.mark.mosquitto
async def test_mosquitto_listens_on_loopback_and_ends_with_the_block(mosquitto_program):
    port = free_port()
    async with mosquitto(mosquitto_program, port):
        socket.create_connection(("127.0.0.1", port), 5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


async def test_a_broker_that_ends_at_once_shows_its_last_words(tmp_path):
    program = tmp_path / "mosquitto"
    program.write_text("#!/bin/sh\necho 'Error: no such listener' >&2\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(BrokerFailed, match=r"(?s)ended with 3.*Error: no such listener"):
        async with mosquitto(str(program), free_port()):
            pass


@pytest.mark.mosquitto
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv (util-linux)")
async def test_mosquitto_ends_when_its_parent_is_killed(mosquitto_program):
    program = f"""
import asyncio
from pullcord.line.broker import mosquitto

async def main():
    async with mosquitto({mosquitto_program!r}, {(port := free_port())}):
        print("it runs", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert await asyncio.wait_for(parent.stdout.readline(), 20) == b"it runs\n"
    socket.create_connection(("127.0.0.1", port)).close()
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(20):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                break
            await asyncio.sleep(0.05)
