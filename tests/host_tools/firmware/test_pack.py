"""A firmware in one file: what goes in comes out, and what differs from another is found."""

import zlib

import pytest

from pullcord.firmware import pack as packs

MODULES = {"main.mpy": b"m" * 100, "station/linked.mpy": bytes(range(256)) * 20, "station/net/wifi.mpy": b"wifi" * 30}


@pytest.fixture
def make(tmp_path):
    def made(**changes):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        for path, content in {**MODULES, **changes.pop("more", {})}.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return packs.pack(folder, "1.2.3")

    return made


def module(data, path):
    wanted = zlib.crc32(path.encode()).to_bytes(4, "little")
    found = next(one for one in packs.modules(data[: packs.start_of(data)]) if one.path == wanted)
    return zlib.decompress(data[found.offset : found.offset + found.size], -packs.WINDOW)


def applied(old, new):
    """What a board makes of the steps."""
    steps = packs.changes(old[: packs.start_of(old)], new)
    sent, at, made = packs.sent(new, steps), 0, b""
    for offset, length in steps:
        if offset < 0:
            made, at = made + sent[at : at + length], at + length
        else:
            made += old[offset : offset + length]
    assert at == len(sent)
    return made, len(sent)


def test_every_module_comes_out_as_it_went_in(make):
    data = make()
    assert packs.whole(data)
    for path, content in MODULES.items():
        assert module(data, "/" + path) == content


def test_the_same_tree_gives_the_same_bytes(make):
    assert make() == make()


def test_of_one_changed_module_only_that_is_sent(make):
    old, new = make(), make(more={"station/net/wifi.mpy": b"other" * 40})
    made, sent = applied(old, new)
    assert made == new
    assert sent < packs.start_of(new) + 60


def test_modules_that_come_and_go(make):
    old, new = make(more={"a.mpy": b"a" * 50}), make(more={"b.mpy": b"b" * 50})
    assert applied(old, new)[0] == new
    assert applied(new, old)[0] == old


def test_what_is_no_pack_is_told(make):
    with pytest.raises(packs.NoPack):
        packs.digest(b"something else" * 10)
    with pytest.raises(packs.NoPack):
        list(packs.modules(make()[:100]))
    assert not packs.whole(make()[:-1] + b"?")
