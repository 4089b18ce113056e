"""The newest release before a commit is looked for once for the same tags, and anew where any tag differs."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.facts.shelves import Files, open_facts
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.releases import Releases
from weighbridge.domain.ids import ObjectId


class Watched(GitRepository):
    """A repository that tells how often history was walked."""

    walks = 0

    def release_before(self, base: ObjectId, names: Sequence[str], *, target: ObjectId) -> tuple[str, ObjectId] | None:
        self.walks += 1
        return super().release_before(base, names, target=target)


@pytest.fixture
def shop(tmp_path: Path) -> Scratch:
    scratch = Scratch.make(tmp_path / "shop")
    for number, tag in enumerate(("v1", "v1.1", "v1.2")):
        scratch.commit(**{"a.txt": f"{number}\n"})
        scratch.git("tag", tag)
    scratch.commit(**{"a.txt": "next\n"})
    scratch.commit(**{"a.txt": "last\n"})
    return scratch


def found(shop: Scratch, kept: Path) -> tuple[list[str], int]:
    """The newest release before the last commit and the one before it, and how often history was walked for them."""
    facts = open_facts(kept, Files({}))
    with shop.open() as opened:
        repository = Watched(opened._named, opened.location)
        with repository:
            request = ChangeRequest(range_text="HEAD~1..HEAD")
            change = repository.change(request)
            _, target, _ = repository.protected_target(request, change)
            newest = Releases(repository, change, target=target, kept=facts).newest(())
            older = newest.before() if newest is not None else None
            facts.close()
            return [each.tag for each in (newest, older) if each is not None], repository.walks


def test_the_next_run_walks_through_no_history(shop: Scratch, tmp_path: Path) -> None:
    assert found(shop, tmp_path) == (["v1.2", "v1.1"], 2)
    assert found(shop, tmp_path) == (["v1.2", "v1.1"], 0)


def test_a_tag_that_comes_or_goes_is_seen(shop: Scratch, tmp_path: Path) -> None:
    found(shop, tmp_path)
    shop.git("tag", "v1.3", "HEAD~1")

    assert found(shop, tmp_path) == (["v1.3", "v1.2"], 2)

    shop.git("tag", "-d", "v1.3", "v1.2")

    assert found(shop, tmp_path)[0] == ["v1.1"]


def test_what_was_damaged_is_looked_for_anew(shop: Scratch, tmp_path: Path) -> None:
    found(shop, tmp_path)
    with closing(sqlite3.connect(Database(tmp_path).path)) as connection, connection:
        connection.execute("UPDATE known SET payload = substr(payload, 1, length(payload) - 9) || zeroblob(9)")

    assert found(shop, tmp_path) == (["v1.2", "v1.1"], 2)


@pytest.mark.parametrize(("years", "expected"), [(1, ["v1.2", "v1.1"]), (3, [])])
def test_tags_that_were_given_up_years_ago_say_nothing(
    shop: Scratch, tmp_path: Path, years: int, *, expected: list[str]
) -> None:
    later = f"{1700000100 + years * 365 * 86400} +0000"
    for number in range(2):
        shop.write("a.txt", f"{years} {number}\n")
        shop.git("commit", "-qam", "Work on", GIT_COMMITTER_DATE=later)

    assert found(shop, tmp_path)[0] == expected
