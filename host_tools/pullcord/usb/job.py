"""Work at one board from beginning to end: it is asked, stopped when it may be, worked at, and started again."""

import contextlib
from collections.abc import Iterator

from pullcord.usb.asking import Doing, ask, may_stop, refuse
from pullcord.usb.board import back
from pullcord.usb.deploy import Done, Wanted, carry_out, look
from pullcord.usb.feed import Progress
from pullcord.usb.ports import Port
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble

SHORT_HASH = 12
SERVICE = "with open('/service', 'w'): pass"


@contextlib.contextmanager
def work_at(port: Port, stop_the_line: bool = False, interrupt: bool = False) -> Iterator[Session]:
    """A session at the raw prompt, an empty heap, no watchdog. A hard reset ends it, also when the work failed.

    Trouble when a line runs by the board's permit and was not said to be stopped; then nothing was touched.
    """
    with Session(port) as session:
        guarded = may_bite(may_stop(session, stop_the_line, interrupt))
        if guarded:
            session.enter()
            session.exec(SERVICE)
            session.reset()
    with _at_the_prompt(back(port) if guarded else port) as session:
        yield session
    back(port)


def bring(
    port: Port,
    wanted: Wanted,
    stop_the_line: bool = False,
    interrupt: bool = False,
    progress: Progress = lambda done, total: None,
) -> Done:
    """Firmware and files onto the board at this port, and start it with them; returns when it is at USB again.

    A watchdog that runs leaves eight seconds: enough for a look, and only when something differs it has to go first.
    """
    done = Done()
    with Session(port) as session:
        doing = ask(session)
        if works_with(doing, wanted):
            return done  # a station at work is not stopped for nothing
        refuse(session.port, doing, stop_the_line, interrupt)
    with _at_the_prompt(port) as session:
        plan = look(session, wanted)
        guarded = bool(plan.changed) and may_bite(doing)
        if guarded:
            session.exec(SERVICE)
        elif plan.changed:
            done = carry_out(session, plan, progress)
    if guarded:
        with _at_the_prompt(back(port)) as session:
            done = carry_out(session, plan, progress)
    back(port)
    return done


def works_with(doing: Doing, wanted: Wanted) -> bool:
    """Whether the station at work says that this firmware is what it runs, and nothing else is wanted."""
    release = wanted.release
    return bool(release and not wanted.files and doing.says.get("firmware_hash") == release.digest[:SHORT_HASH])


def may_bite(doing: Doing) -> bool:
    """Whether a watchdog may run: it says so, or it does not say."""
    return bool(doing.says.get("watchdog")) or doing.what in ("safe", "silent")


@contextlib.contextmanager
def _at_the_prompt(port: Port) -> Iterator[Session]:
    """Whatever runs is interrupted; a hard reset starts the board again in the end."""
    with Session(port) as session:
        session.enter(fresh=True)
        try:
            yield session
        except BaseException:
            with contextlib.suppress(Trouble):
                session.enter()
                session.reset()
            raise
        session.reset()
