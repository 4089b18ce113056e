"""An admission is believed by whom the one before it trusts, so that no commit brings the writer who lets it in."""

from collections.abc import Mapping

from msgspec.structs import replace
from tests.samples.admitting import CI, NOW, STRANGER, World, about, tree
from tests.samples.ledger import Key

from weighbridge.app.deeds import Admitted
from weighbridge.app.what_is_there import believed_admissions
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.ledger.predicates.admission import Admission

NEXT = Key("next ci".replace(" ", "-"), 3)
BEGAN = tree(99)
LINK = Digest("sha256:" + "1" * 64)


def believed(world: World, trusted: Mapping[ObjectId, tuple[Key, ...]], *, is_protected: bool = True) -> list[int]:
    """The entries that are believed, where each commit trusts these."""
    found: tuple[Admitted, ...] = believed_admissions(
        world.admissions,
        lambda commit: tuple(key.verifier for key in trusted.get(commit, ())),
        is_protected=lambda _: is_protected,
    )
    return [each.entry for each in found]


def commit(head: int) -> ObjectId:
    found = about(0, head).head_commit
    assert found is not None
    return found


def test_the_first_is_believed_by_whom_the_commit_trusts_that_decided_on_it() -> None:
    world = World()
    world.admitted(0, 1, links=[LINK])

    assert believed(world, {BEGAN: (CI,)}) == [0]
    assert believed(world, {BEGAN: (STRANGER,)}) == []


def test_that_commit_must_be_of_the_protected_branch() -> None:
    world = World()
    world.admitted(0, 1, links=[LINK])

    assert believed(world, {BEGAN: (CI,)}, is_protected=False) == []


def test_the_next_is_believed_by_whom_the_one_before_trusts() -> None:
    world = World()
    world.admitted(0, 1, links=[LINK])
    world.admitted(1, 2, links=[LINK], by=NEXT)
    world.admitted(2, 3, links=[LINK], by=CI)

    assert believed(world, {BEGAN: (CI,), commit(1): (NEXT,), commit(2): (NEXT,)}) == [0, 1]


def test_whom_the_admitted_commit_brings_lets_it_in_nowhere() -> None:
    world = World()
    world.admitted(0, 1, links=[LINK])
    world.admitted(1, 2, links=[LINK], by=STRANGER)
    world.admitted(1, 3, links=[LINK])

    assert believed(world, {BEGAN: (CI,), commit(1): (CI,), commit(2): (STRANGER,), commit(3): (CI,)}) == [0, 2]


def test_one_that_names_no_commit_begins_nothing() -> None:
    world = World()
    said = Admission(about=about(0, 1), at=NOW, environment="production", links=(LINK,))
    world.write(said, said.about)

    assert believed(world, {BEGAN: (CI,)}) == []


def test_one_that_was_let_in_without_a_commit_says_nothing_of_who_follows() -> None:
    world = World()
    nameless = replace(about(0, 1), head_commit=None)
    world.write(Admission(about=nameless, at=NOW, environment="production", links=(LINK,), trusted=BEGAN), nameless)
    world.admitted(1, 2, links=[LINK])

    assert believed(world, {BEGAN: (CI,)}) == [0]
