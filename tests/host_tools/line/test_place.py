"""One setting names the database."""

from pathlib import Path

import pytest

from pullcord.line import place
from pullcord.line.database import DatabaseUnusable, prepare


@pytest.mark.parametrize("where", ["line.db", "build/run/line.db", Path("line.db")])
def test_a_file(where):
    found = place.read(where)
    assert found.file == Path(where)
    assert found.shown == str(where)


def test_a_server_is_shown_without_its_password_and_settings():
    found = place.read("postgresql://pullcord:secret@db.plant:5432/line?passfile=/etc/pgpass")
    assert found.file is None
    assert found.shown == "postgresql://pullcord:***@db.plant:5432/line"


@pytest.mark.parametrize("where", ["mysql://u:secret@h/line", "postgresql://h:no/line", "postgresql://h"])
def test_another_is_refused_in_words_that_keep_the_secret(where):
    with pytest.raises(ValueError, match="postgresql://user@host:5432/name") as caught:
        place.read(where)
    assert "secret" not in str(caught.value)


class Careless:
    """A connection to a server that does not wait for its disk."""

    class dialect:
        name = "postgresql"

    def exec_driver_sql(self, _statement):
        return self

    def scalar(self):
        return "off"


def test_a_server_that_may_forget_what_it_committed_is_refused():
    with pytest.raises(DatabaseUnusable, match="set fsync = on in postgresql"):
        prepare(Careless(), place.read("postgresql://pullcord@db/line"))
