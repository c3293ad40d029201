import pytest

from pullcord.cli import main


@pytest.fixture
def pullcord(capsys):
    """`pullcord(*arguments)` -> (exit code, stdout, stderr)"""

    def run(*arguments):
        code = main.run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run
