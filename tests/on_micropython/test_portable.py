"""Every portable test, once more, on real 32-bit MicroPython."""

from pathlib import Path

import pytest

from tests.on_micropython import runner

ALL = runner.REPOSITORY / "tests"
TESTS = [
    (path, name)
    for folder in (ALL / "firmware", ALL / "host_tools/sim")
    for path, names in runner.portable_tests(folder).items()
    for name in names
]


@pytest.fixture(scope="session")
def outcomes() -> dict[Path, dict[str, runner.Outcome] | RuntimeError]:
    """What is known already: a file is run once, for all its tests."""
    return {}


@pytest.mark.micropython
@pytest.mark.parametrize(
    ("path", "name"), TESTS, ids=[f"{path.relative_to(ALL)}:{name}" for path, name in TESTS]
)
def test_on_micropython(path: Path, name: str, outcomes) -> None:
    if path not in outcomes:
        outcomes[path] = _run(path)
    of_file = outcomes[path]
    assert not isinstance(of_file, RuntimeError), str(of_file)
    assert name in of_file, f"{path} did not run {name}"
    assert of_file[name].passed, of_file[name].said


def _run(path: Path) -> dict[str, runner.Outcome] | RuntimeError:
    command = runner.find_micropython()
    assert command
    try:
        return runner.run_file(command, path)
    except RuntimeError as error:
        return error  # each test of the file says so, and the file is not run again
