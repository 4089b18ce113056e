"""Who owns, who knows and who is there at all, read out of real repositories."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch
from tests.samples.parts import component

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.app.build_trust import build_trust
from weighbridge.app.find_knowledge import Around, History, find_knowledge, persons_of
from weighbridge.app.find_ownership import find_ownership
from weighbridge.app.find_people import find_people
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.knowledge import KnowledgeTerms, WhoKnows
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.owners import Ownership
from weighbridge.domain.persons import Circle, Teams
from weighbridge.domain.system import AreaLevel, ComponentKind
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.population import Population
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.machines import is_machine
from weighbridge.provenance.mailmap import read_mailmap
from weighbridge.risk.past import PastChange

AT = datetime(2026, 6, 1, tzinfo=UTC)
MAILMAP = b"Ann <ann@example.org> <ann@home.example>\n"
BOT = "49699333+dependabot[bot]@users.noreply.github.com"


class Told:
    """Keeps how often history was read."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Count it."""
        del words, done, total, at
        self.steps += 1


class Forgetful:
    """A cache that keeps nothing."""

    def load(self, repository: str, oids: Sequence[ObjectId]) -> Mapping[ObjectId, PastChange]:
        """Nothing."""
        del repository, oids
        return {}

    def store(self, repository: str, changes: Mapping[ObjectId, PastChange]) -> None:
        """Nothing."""


def commit(scratch: Scratch, address: str, *paths: str, day: str) -> None:
    for path in paths:
        file = scratch.folder / path
        scratch.write(path, (file.read_text() if file.exists() else "") + f"{day} {address}\n")
    scratch.git("add", "-A")
    date = f"2026-{day}T12:00:00 +0000"
    scratch.git("commit", "-q", "-m", "Change it", GIT_AUTHOR_EMAIL=address, GIT_AUTHOR_DATE=date)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    made = Scratch.make(tmp_path_factory.mktemp("shop"))
    made.write_all({".mailmap": MAILMAP, "CODEOWNERS": "/services/pay/ @pay\n/services/shop/ @shop\n"})
    commit(made, "eve@example.org", "services/pay/a.py", "services/pay/b.py", "services/shop/a.py", day="01-02")
    for day, address in (("05-01", "ann@example.org"), ("05-02", "ann@home.example"), ("05-03", "ann@example.org")):
        commit(made, address, "services/pay/a.py", day=day)
    for day in ("04-01", "04-02", "04-03", "04-04"):
        commit(made, BOT, "services/pay/lock.json", day=day)
    made.git("checkout", "-q", "-b", "side")
    commit(made, "bob@example.org", "services/pay/b.py", day="05-04")
    made.git("checkout", "-q", "main")
    for _ in range(3):  # merges are nobody's work, whoever pressed the button
        made.git("merge", "-q", "--no-ff", "-m", "Merge", "side", GIT_AUTHOR_EMAIL="zoe@example.org")
        made.git("checkout", "-q", "side")
        commit(made, "bob@example.org", "services/pay/b.py", day="05-05")
        made.git("checkout", "-q", "main")
    made.git("checkout", "-q", "-b", "topic")
    for day in ("05-20", "05-21", "05-22"):
        commit(made, "mallory@example.org", "services/pay/c.py", day=day)
    made.git("mv", "services/pay/a.py", "services/shop/moved.py")
    made.git("rm", "-q", "services/pay/b.py")
    made.commit("Move and remove")
    return made


def around() -> Around:
    parts = tuple(component(name, ComponentKind.SERVICE, tier=2, area=AreaLevel.MEDIUM) for name in ("pay", "shop"))
    return Around(
        components=ComponentMap(components=parts, fallback=parts[0]),
        circle=Circle(persons_of(read_mailmap(MAILMAP))),
        teams=Teams(),
        is_machine=lambda name: is_machine(name, built_in()),
    )


def known(scratch: Scratch, history: History, *, terms: KnowledgeTerms | None = None) -> WhoKnows:
    with scratch.open() as repository:
        change = repository.change(ChangeRequest(range_text="main..topic"))
        used = terms or KnowledgeTerms()
        return find_knowledge(repository, change, around=around(), terms=used, at=AT, history=history)


def test_what_moved_is_asked_of_both_owners_and_what_is_gone_of_its_own(scratch: Scratch) -> None:
    request = ChangeRequest(range_text="main..topic", target="main")
    with scratch.open() as repository:
        change = repository.change(request)
        found = find_ownership(change, build_trust(repository, change, request=request))
    assert isinstance(found, Ownership)
    assert {group.owners: group.paths for group in found.groups} == {
        ("@pay",): ("services/pay/a.py", "services/pay/b.py", "services/pay/c.py"),
        ("@shop",): ("services/shop/moved.py",),
    }


def test_merges_machines_and_the_changes_own_commits_are_no_knowledge(scratch: Scratch) -> None:
    found = known(scratch, History(cache=Forgetful(), progress=Told()))
    assert found.components == ("pay", "shop")
    assert found.missing is None
    assert [(each.person, each.component, each.commits) for each in found.known] == [
        ("ann@example.org", "pay", 3),
        ("bob@example.org", "pay", 3),
    ]


def test_the_history_is_read_once_and_kept(scratch: Scratch, tmp_path: Path) -> None:
    told = Told()
    history = History(cache=SqliteHistoryCache(tmp_path), progress=told)
    assert known(scratch, history) == known(scratch, history)
    assert told.steps == 1


def test_a_clone_that_ends_within_the_time_says_so(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", "--depth=6", "--no-single-branch", f"file://{scratch.folder}", str(tmp_path / "clone"))
    clone = Scratch(tmp_path / "clone")
    clone.git("branch", "-f", "main", "origin/main")
    history = History(cache=Forgetful(), progress=Told())
    found = known(clone, history)
    assert found.missing is not None
    assert found.missing.reason is Reason.NO_HISTORY
    assert known(clone, history, terms=KnowledgeTerms(days=20)).missing is None


def population(scratch: Scratch) -> Population:
    request = ChangeRequest(range_text="main..topic", target="main")
    history = History(cache=Forgetful(), progress=Told())
    with scratch.open() as repository:
        change = repository.change(request)
        trust = build_trust(repository, change, request=request)
        return find_people(repository, change, trust=trust, around=around(), at=AT, history=history)


def test_the_people_of_a_repository_are_owners_signers_and_who_committed_of_late(scratch: Scratch) -> None:
    found = population(scratch)
    assert {each.person.name for each in found.people} == {
        "@pay",
        "@shop",
        "ann@example.org",
        "bob@example.org",
        "eve@example.org",
    }
    assert found.solo is None


def test_a_repository_of_one_person_and_a_bot_has_one(tmp_path: Path) -> None:
    alone = Scratch.make(tmp_path / "alone")
    alone.write_all({"CODEOWNERS": "* ann@example.org\n"})
    for day, address in (("05-01", "ann@example.org"), ("05-02", BOT), ("05-03", "ann@home.example")):
        commit(alone, address, "a.py", day=day)
    alone.git("checkout", "-q", "-b", "topic")
    commit(alone, "ann@example.org", "a.py", day="05-04")
    solo = population(alone).solo
    assert solo is not None
    assert solo.name == "ann@example.org"
