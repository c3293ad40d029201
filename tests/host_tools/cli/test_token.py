"""Tokens at the command line: made, shown once, listed, taken back."""

import json

import pytest

from pullcord.line.log_reader import LogReader
from pullcord.line.store import Store
from pullcord.line.tokens import Tokens


@pytest.fixture
def database(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.close()
    return tmp_path / "line.db"


@pytest.fixture
def tokens(database):
    return Tokens(LogReader(database))


def test_when_nobody_has_one_the_list_says_how_to_make_it(pullcord, database):
    assert pullcord("token", "list", str(database))[1].startswith("Nobody has a token yet: pullcord token add ")
    assert pullcord("token", "list", str(database), "--json")[1] == ""


def test_a_token_is_shown_once_and_holds_until_it_is_revoked(pullcord, database, tokens):
    code, out, _ = pullcord("token", "add", str(database), "maria", "--role", "planner")
    token = out.splitlines()[-1]
    assert code == 0
    assert tokens.holder(token).role == "planner"
    assert token.encode() not in b"".join(file.read_bytes() for file in database.parent.iterdir())
    _, out, _ = pullcord("token", "list", str(database), "--json")
    assert (json.loads(out)["name"], json.loads(out)["revoked_at"]) == ("maria", None)
    assert pullcord("token", "revoke", str(database), "maria")[0] == 0
    assert tokens.holder(token) is None
    assert "revoked" in pullcord("token", "list", str(database))[1]


def test_a_name_that_was_revoked_may_get_another_token(pullcord, database, tokens):
    first = json.loads(pullcord("token", "add", str(database), "till-7", "--role", "operator", "--json")[1])["token"]
    code, _, err = pullcord("token", "add", str(database), "till-7", "--role", "viewer")
    assert (code, "Revoke it first" in err) == (1, True)
    pullcord("token", "revoke", str(database), "till-7")
    second = json.loads(pullcord("token", "add", str(database), "till-7", "--role", "viewer", "--json")[1])["token"]
    assert (tokens.holder(first), tokens.holder(second).role) == (None, "viewer")


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (["add", "{}", "Maria K", "--role", "viewer"], 1, "is no name"),
        (["add", "{}", "maria", "--role", "king"], 2, "king"),
        (["revoke", "{}", "maria"], 1, "has no token in force"),
        (["add", "nowhere.db", "maria", "--role", "viewer"], 1, "there is no such database"),
    ],
)
def test_what_makes_no_sense_is_told(pullcord, database, command, code, told):
    done, _, err = pullcord("token", *(word.format(database) for word in command))
    assert (done, told in err) == (code, True)
