"""A PostgreSQL server that dies under the recorder: what was receipted is there, and nothing twice."""

import os
import signal

import pytest

from tests import postgresql
from tests.host_tools.line.databases import in_schemas, rows
from tests.host_tools.line.events import called
from tests.host_tools.line.stand_in import running, station, until

pytestmark = pytest.mark.postgresql


async def test_a_server_that_is_killed_again_and_again_loses_nothing(broker):
    with postgresql.server() as server:
        database = in_schemas(server.url)()
        async with running(broker, database) as service, station(broker) as st:
            for round_ in range(3):
                first = round_ * 40 + 1
                for sequence in range(first, first + 20):
                    await st.send("event", called(sequence))
                server.kill()
                for sequence in range(first + 20, first + 40):
                    await st.send("event", called(sequence))
                await until(lambda: service.status["database"])
                assert "stations keep their events" in service.status["database"]
                server.start()
                await st.receipt(first + 39)
            await until(lambda: service.status["folded"]["position"] == 120)
            assert service.status["folded"]["trouble"] == {}
        found = [row["sequence"] for row in rows(database, "select sequence from events order by position")]
        assert sorted(found) == list(range(1, 121))
        assert len(rows(database, "select * from calls")) == 120


async def test_a_receipt_is_never_sent_for_what_a_killed_server_forgets(broker):
    """Killed in the moment of each receipt: what it says is in the database afterwards."""
    with postgresql.server() as server:
        database = in_schemas(server.url)()
        async with running(broker, database), station(broker) as st:
            for sequence in range(1, 4):
                await st.send("event", called(sequence))
                await st.receipt(sequence)
                server.kill()
                server.start()
                assert len(rows(database, "select * from events")) == sequence


def test_the_server_is_ended_by_its_pid():
    with postgresql.server() as server:
        pid = server.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
