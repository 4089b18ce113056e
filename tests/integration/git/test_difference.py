"""What two trees hold differently is found by opening only the folders that differ."""

import random
import shutil
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.domain.ids import ObjectId, RepoPath

PLACES = ("a", "a.py", "b", "b/c.py", "b/d/e.py", "b/d/f", "b/d/f/g.py", "h/i.py", "h-i.py", "h/\xe4.py", "100%25.py")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch.make(tmp_path / "shop")


def tree(scratch: Scratch, chance: random.Random) -> ObjectId:
    """A tree with some of the places, no file where another place needs a folder."""
    for entry in scratch.folder.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    chosen = [place for place in PLACES if chance.random() < 0.6]
    for place in chosen:
        if not any(other.startswith(f"{place}/") for other in chosen):
            scratch.write(place, f"{chance.randrange(3)}\n")
    scratch.git("add", "-A")
    return ObjectId(scratch.git("write-tree"))


@pytest.mark.parametrize("seed", range(12))
def test_the_difference_is_that_of_both_listings(scratch: Scratch, seed: int) -> None:
    chance = random.Random(seed)
    base, head = tree(scratch, chance), tree(scratch, chance)

    with scratch.open() as repository:
        before, after = repository.entries(base), repository.entries(head)
        paths = {path for path in (*before, *after) if before.get(path) != after.get(path)}

        assert repository.difference(base, head, most=100) == {path: after.get(path) for path in paths}
        assert repository.difference(head, head, most=0) == {}


def test_a_difference_that_is_too_large_is_not_gathered(scratch: Scratch) -> None:
    scratch.commit("Begin", **{f"m{n}.py": "" for n in range(10)})
    base = ObjectId(scratch.git("rev-parse", "HEAD^{tree}"))
    scratch.commit("Go on", **{f"m{n}.py": "x = 1\n" for n in range(10)})
    head = ObjectId(scratch.git("rev-parse", "HEAD^{tree}"))

    with scratch.open() as repository:
        assert repository.difference(base, head, most=9) is None
        assert len(repository.difference(base, head, most=10) or ()) == 10


def test_nor_is_that_to_a_tree_which_is_not_at_hand(scratch: Scratch) -> None:
    scratch.commit("Begin", **{"a.py": ""})
    base = ObjectId(scratch.git("rev-parse", "HEAD^{tree}"))

    with scratch.open() as repository:
        assert repository.difference(ObjectId("1" * 40), base, most=9) is None


def test_paths_that_need_care_are_listed_as_they_are_written_down(scratch: Scratch) -> None:
    oid = scratch.git("hash-object", "-w", "--stdin", given=b"")
    names = [b"tab\there.py", b"100%25.py", b"caf\xe9.py", "m\u00fcll.py".encode(), b"plain.py"]
    made = scratch.git("mktree", "-z", given=b"".join(b"100644 blob %s\t%s\0" % (oid.encode(), n) for n in names))

    with scratch.open() as repository:
        assert set(repository.entries(ObjectId(made))) == {
            RepoPath(path) for path in ("tab\there.py", "100%2525.py", "caf%E9.py", "m\u00fcll.py", "plain.py")
        }
