"""`CODEOWNERS` of very many lines, sections and paths is read and asked in time that grows with their number."""

from collections.abc import Callable

import pytest
from tests.unit.growing import MOST, growth

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import read_owners


def owners(text: str) -> CodeOwners:
    found = read_owners(text.encode(), RepoPath(".gitlab/CODEOWNERS"))
    assert isinstance(found, CodeOwners)
    return found


def lines(form: str, count: int) -> str:
    return "".join(form.format(n=n) for n in range(count))


FILES: dict[str, Callable[[int], str]] = {
    "sections of a folder each": lambda n: lines("[S{n}] @o{n}\n/services/s{n}/\n", n),
    "sections with an exclusion each": lambda n: lines("[S{n}] @o{n}\n/services/s{n}/\n!/services/s{n}/x{n}/\n", n),
    "sections of an ending each": lambda n: lines("[S{n}][2]\n*.x{n} @o{n}\n", n),
    "headings of one section": lambda n: lines("[S] @o{n}\n/services/s{n}/\n", n),
    "rules of one section": lambda n: "[S]\n" + lines("/services/s{n}/**/*.sql @o{n}\n", n),
    "rules of one pattern": lambda n: lines("/services/ @o{n}\n", n),
    "names of one line": lambda n: "* " + lines("@o{n} ", n),
    "classes in one pattern": lambda n: "/" + "[a-z]" * n + " @a",
}


@pytest.mark.parametrize("kind", FILES)
def test_reading_and_asking_grow_with_the_file(kind: str) -> None:
    def work(count: int) -> None:
        found = owners(FILES[kind](count))
        for number in range(count // 8):
            found.responsibilities(RepoPath(f"services/s{number}/src/a{number}.x{number}"))

    assert growth(work, 400) < MOST


def test_sections_that_hold_every_path_are_asked_once_for_each() -> None:
    found = owners(lines("[S{n}] @o{n}\n*\n", 4_000))
    paths = [RepoPath(f"src/a{number}/b.py") for number in range(100)]
    assert {len(found.responsibilities(path)) for path in paths} == {4_000}


def test_four_thousand_sections_are_asked_about_a_thousand_paths() -> None:
    found = owners(lines("[S{n}] @o{n}\n/services/s{n}/\n*.x{n}\n!/services/s{n}/docs/\n", 4_000))
    for number in range(1_000):
        (one,) = found.responsibilities(RepoPath(f"services/s{number}/src/deep/a.py"))
        assert one.section == f"S{number}"
