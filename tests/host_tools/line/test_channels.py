"""What is said on the way to people goes nowhere: it holds addresses, and those are secrets."""

import logging

from pullcord.line.channels import _Overheard


def test_nothing_of_what_is_overheard_is_printed(capsys):
    with _Overheard() as heard:
        for name in ("apprise", "urllib3.connectionpool", "requests"):
            logging.getLogger(name).warning("Failed to parse headers (url=https://hooks.example/s3cr3t)")
    assert "s3cr3t" not in capsys.readouterr().err
    assert "s3cr3t" not in heard.why()
