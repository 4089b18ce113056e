"""The past is listed cheaply and read only where it is not known yet."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import ObjectId


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.commit("Begin", **{"a.py": "one\ntwo\n"})
    files: dict[str, bytes | str] = {"a.py": "one\nTWO\nthree\n", "b/c.bin": b"\0\1\2"}
    made.commit("Fix: change", **files)
    return made


def test_ancestors_are_listed_newest_first_and_without_merges(scratch: Scratch) -> None:
    first, second = scratch.git("rev-parse", "HEAD~1", "HEAD").split()
    scratch.git("checkout", "-q", "-b", "side", first)
    side = scratch.commit("Beside", **{"d.py": "d\n"})
    scratch.git("checkout", "-q", "main")
    scratch.git("merge", "-q", "--no-ff", "-m", "Join", "side")

    with scratch.open() as repository:
        found = repository.ancestors(ObjectId(scratch.git("rev-parse", "HEAD")), 10)

    assert set(found.oids) == {first, second, side}
    assert found.oids[-1] == first
    assert not found.is_cut_off


def test_no_more_ancestors_are_listed_than_asked_for(scratch: Scratch) -> None:
    with scratch.open() as repository:
        found = repository.ancestors(ObjectId(scratch.git("rev-parse", "HEAD")), 1)

    assert found.oids == (scratch.git("rev-parse", "HEAD"),)


def test_a_shallow_clone_says_that_it_ends_early(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", "--depth", "1", scratch.folder.as_uri(), str(tmp_path / "clone"))
    clone = Scratch(tmp_path / "clone")

    with clone.open() as repository:
        found = repository.ancestors(ObjectId(clone.git("rev-parse", "HEAD")), 10)

    assert (len(found.oids), found.is_cut_off) == (1, True)


def test_commits_are_read_with_their_lines_in_the_order_asked_for(scratch: Scratch) -> None:
    oids = [ObjectId(oid) for oid in scratch.git("rev-parse", "HEAD~1", "HEAD").split()]

    with scratch.open() as repository:
        first, second = repository.historic_commits(oids)

    assert (first.subject, first.files, first.author) == ("Begin", (("a.py", 2, 0),), "Ada <ada@example.org>")
    assert (second.subject, second.files) == ("Fix: change", (("a.py", 2, 1), ("b/c.bin", 0, 0)))
    assert second.parents == (first.oid,)


def test_asking_for_no_commits_gives_none(scratch: Scratch) -> None:
    with scratch.open() as repository:
        assert list(repository.historic_commits(())) == []


def test_a_commit_that_is_not_there_is_an_error(scratch: Scratch) -> None:
    with scratch.open() as repository:
        with pytest.raises(RepositoryError):
            repository.ancestors(ObjectId("1" * 40), 10)
        with pytest.raises(RepositoryError):
            list(repository.historic_commits([ObjectId("1" * 40)]))
