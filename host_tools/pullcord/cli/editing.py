"""A command that changes the plant file: read, changed, checked and written, or nothing of all that."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pullcord.cli.failure import Failure
from pullcord.plant import boards
from pullcord.plant.edit import CannotEdit, Edit
from pullcord.plant.problems import PlantError


@contextmanager
def opened(file: Path) -> Iterator[Edit]:
    """Failure, and the file as it was, when it cannot be read, changed or written, or would not be good any more."""
    try:
        edit = Edit.read(file)
        yield edit
        edit.check(boards.load())
        edit.save()
    except PlantError as error:
        raise Failure(*error.lines(), f"pullcord: {file}: nothing was changed.") from error
    except CannotEdit as error:
        raise Failure(f"pullcord: {error}") from error
    except OSError as error:
        raise Failure(f"pullcord: {file}: cannot be written ({error.strerror}); nothing was changed.") from error
