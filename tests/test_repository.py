"""What holds for every file of the repository."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    ".ci", ".gitignore", "Makefile", "README.md", "constraints.txt", "mypy-firmware.ini", "pyproject.toml",
    "docs", "firmware", "hardware", "host_tools", "tests",
}  # fmt: skip
CODE = {".py", ".js", ".css", ".html", ".sh", ".toml", ".ini"}
TEXT = CODE | {".md", ".yaml", ".yml", ".json", ".txt", ".svg", ".j2", ""}
LONGEST = 500

# Written in halves, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|WI" r"P)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(ro" r"ot|ho" r"me|wo" r"rk|Us" r"ers)/[\w.-]+")
LINK = re.compile(r"(?<!`)!?\[[^\]\n]*\]\(([^)\s]+)\)")


def tracked() -> list[Path]:
    """What git knows; in an unpacked archive without git, nothing can be said."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    if listing.returncode:
        return []
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


FILES = tracked()
TEXTS = [path for path in FILES if path.suffix in TEXT]
PAGES = [path for path in FILES if path.suffix == ".md"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """As the usual renderers make them of headings."""
    headings = re.findall(r"^#+ +(.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for target in LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    return broken


def test_the_top_level_is_what_it_should_be():
    assert {Path(name(path)).parts[0] for path in FILES} == TOP_LEVEL


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix in CODE], ids=name)
def test_no_file_of_code_is_long(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_nothing_is_left_unfinished_or_bound_to_one_machine(path):
    text = path.read_text()
    assert UNFINISHED.findall(text) == []
    assert [match.group() for match in MACHINE_PATH.finditer(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_the_docs_leads_somewhere(page):
    assert broken_links(page) == []


def test_every_page_is_reached_from_the_index():
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = (target.partition("#")[0] for target in LINK.findall(page.read_text()))
        waiting += [(page.parent / link).resolve() for link in links if link and "://" not in link]
    assert [name(page) for page in PAGES if page not in seen] == []


def test_the_checks_find_what_they_look_for(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading, here\n[good](#a-heading-here) [bad](#nowhere) [gone](gone.md) [web](https://x.y)\n"
    )
    assert broken_links(page) == ["#nowhere", "gone.md"]
    assert UNFINISHED.search("# TO" + "DO: later")
    assert MACHINE_PATH.search("open('/ho" + "me/maria/plant.yaml')")
    assert not MACHINE_PATH.search("https://example.org/ho" + "me/page")
