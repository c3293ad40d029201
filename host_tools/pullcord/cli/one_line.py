"""What stands in a file of one line: an address or a token, which has no place in an argument."""

from pathlib import Path

from pullcord.cli.failure import Failure


def one_line(file: Path, what: str, remedy: str) -> str:
    """Failure, with what to do, when it cannot be read. `what`: such as "the token"."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise Failure(f"pullcord: {file}: {what} cannot be read ({why}); {remedy}") from error
