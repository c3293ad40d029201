"""A result says what it is worth, a change of its file is seen, and its page is always one page."""

import json

import pypdfium2
import pytest

from pullcord.acceptance.person import AGAIN, NO, YES, AtTerminal
from pullcord.acceptance.report import one_page
from pullcord.acceptance.result import Result, Step, is_as_signed


def result(*outcomes):
    steps = [Step("input", f"cord-{number}", outcome, "why") for number, outcome in enumerate(outcomes)]
    return Result("acme/assembly/line-1/st-04", "e661", "maria", "2026-11-25T06:00:00Z", steps=steps)


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (["passed", "passed"], "PASSED"),
        (["passed", "failed", "skipped"], "FAILED"),
        (["passed", "skipped"], "NOT COMPLETE"),
        (["passed", "not_applicable"], "PASSED"),
        (["passed", "not_applicable", "skipped"], "NOT COMPLETE"),
        (["failed", "not_applicable"], "FAILED"),
        (["not_applicable"], "NOT COMPLETE"),
        ([], "NOT COMPLETE"),
    ],
)
def test_only_what_was_seen_to_be_good_passes(outcomes, verdict):
    assert result(*outcomes).verdict == verdict
    assert result(*outcomes).passed == (verdict == "PASSED")


def test_a_change_of_the_file_is_seen():
    told = json.loads(json.dumps(result("failed").as_json()))
    assert is_as_signed(told)
    told["steps"][0]["outcome"] = "passed"
    assert not is_as_signed(told)


@pytest.mark.parametrize("steps", [1, 20, 80])
def test_the_report_is_one_page_with_everything_on_it(steps):
    told = result(*["passed"] * steps, "failed", "not_applicable").as_json()
    [page] = list(pypdfium2.PdfDocument(one_page(told)))
    text = page.get_textpage().get_text_bounded()
    assert f"cord-{steps}" in text and "FAILED" in text and told["sum"] in text and "BAD" in text


def test_a_person_is_asked_until_the_answer_is_one():
    typed, shown = iter(["what?", "", "Yes", "n", "r"]), []
    person = AtTerminal(lambda: next(typed), shown.append)
    assert person.ask("Does it shine?") == YES
    assert "".join(shown).count("Please type") == 2
    assert [person.ask("?"), person.ask("?")] == [NO, AGAIN]
