"""Changes in real repositories say where their paths land, and policies, owners and findings go by it."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.integration.git.scratch import Scratch
from tests.samples.documents import plain_document

from weighbridge.adapters.git import GitRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Change
from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState
from weighbridge.domain.owners import touched_paths
from weighbridge.domain.rule import Case
from weighbridge.landscape.owners.groups import ownership
from weighbridge.landscape.owners.read import read_owners
from weighbridge.landscape.tree import Tree
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case as GateCase
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.policy import machine_policy
from weighbridge.policy.reading.load import built_in
from weighbridge.policy.view.build import view_of
from weighbridge.rules.integrity import colliding_paths, malformed_path

SPELLINGS = [
    "SRC/cart.py",
    "src /cart.py",
    "src./cart.py",
    "s\u200drc/cart.py",
    "src\u200b/cart.py",
    "\uff53\uff52\uff43/cart.py",
    "src/CART.py",
    "src/cart.py.",
    "src\\cart.py",
    "src::$INDEX_ALLOCATION/cart.py",
]
"""Each lands on `src/cart.py` on some disk."""


class Made:
    """A repository whose trees are made by hand, with what git would not let through a work tree."""

    def __init__(self, folder: Path) -> None:
        self.scratch = Scratch.make(folder)
        self._blob = ""

    def commit(self, *paths: str, text: str = "x = 1\n", gone: tuple[str, ...] = ()) -> None:
        """A commit with these files besides those before."""
        blob = self.scratch.git("hash-object", "-w", "--stdin", given=text.encode())
        lines = b"".join(f"100644 {blob} 0\t".encode() + path.encode() + b"\0" for path in paths)
        lines += b"".join(b"0 " + b"0" * 40 + b"\t" + path.encode() + b"\0" for path in gone)
        self.scratch.git("-c", "core.protectNTFS=false", "update-index", "-z", "--index-info", given=lines)
        tree = self.scratch.git("-c", "core.protectNTFS=false", "write-tree")
        self.commit_tree(tree)

    def commit_tree(self, tree: str) -> None:
        """A commit of a tree."""
        parent = ("-p", "HEAD") if self.scratch.git("rev-list", "--all") else ()
        commit = self.scratch.git("commit-tree", *parent, "-m", "Change it", tree)
        self.scratch.git("update-ref", "refs/heads/main", commit)

    def tree(self, entries: dict[str, str]) -> str:
        """A tree object of these files' texts, whatever they are called."""
        raw = b""
        for name, text in sorted(entries.items()):
            oid = self.scratch.git("hash-object", "-w", "--stdin", given=text.encode())
            raw += b"100644 " + name.encode() + b"\0" + bytes.fromhex(oid)
        return self.scratch.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=raw)

    def change(self) -> Change:
        """The last commit."""
        with self.scratch.open() as repository:
            return repository.change(ChangeRequest(range_text="HEAD"))

    def repository(self) -> GitRepository:
        """The repository as the product sees it."""
        return self.scratch.open()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = Made(tmp_path / "repository")
    made.commit("src/cart.py", "src/tax.py", "lib/a.py", "migrations/0001.sql", "caf\u00e9/menu.txt")
    return made


def asked(change: Change, condition: str) -> bool | CouldNotLook:
    document: PolicyDocument = replace(plain_document(), change=change)
    return answers(view_of(document), [compile_condition(condition)])[0]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_policy_sees_each_spelling_of_what_it_guards(made: Made, spelling: str) -> None:
    made.commit(spelling, text="x = 2\n")

    change = made.change()

    assert [file.path for file in change.files] == [spelling]
    assert change.files[0].lands_on == ("src/cart.py",)
    assert asked(change, 'touches("src/**")') is True
    assert asked(change, 'touches("src/cart.py")') is True
    assert asked(change, 'touches("src/*.py")') is True
    assert asked(change, 'touches("lib/**")') is False
    assert asked(change, 'change.files.exists(f, f.lands_on.exists(p, p.glob("src/**")))') is True


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_whoever_owns_what_is_landed_on_is_asked(made: Made, spelling: str) -> None:
    made.commit(spelling, text="x = 2\n")
    owners = read_owners(b"* @all\n/src/ @core\n", RepoPath("CODEOWNERS"))
    assert not isinstance(owners, CouldNotLook)

    found = ownership(owners, touched_paths(made.change().files))

    assert ("@core",) in [group.owners for group in found.groups]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_is_found_and_is_high(made: Made, spelling: str) -> None:
    made.commit(spelling, text="x = 2\n")

    (found,) = collided(made)

    assert found == (spelling, "src/cart.py", Severity.HIGH)


def collided(made: Made) -> list[tuple[str, str, Severity]]:
    with made.repository() as repository:
        change = repository.change(ChangeRequest(range_text="HEAD"))
        head = Tree(repository.entries(change.base_tree)).after(change.files)
        found = colliding_paths.check(Case({Change: change, Tree: head}))
        told = [each for each in found if isinstance(each, Finding)]
        return [(each.place.path, each.anchor, each.severity) for each in told]


def test_an_accent_in_two_letters_lands_in_the_folder(made: Made) -> None:
    made.commit("cafe\u0301/new.txt")

    assert made.change().files[0].lands_on == ("caf\u00e9/new.txt",)
    assert asked(made.change(), 'touches("caf\u00e9/**")') is True


def test_a_short_name_of_windows_lands_in_the_folder(made: Made) -> None:
    made.commit("MIGRAT~1/0002.sql")

    assert made.change().files[0].lands_on == ("migrations/0002.sql",)
    assert asked(made.change(), 'touches("migrations/**")') is True


def test_a_folder_that_is_not_there_yet_is_guarded_in_every_spelling(made: Made) -> None:
    made.commit("Deploy/prod.yaml")

    assert asked(made.change(), 'touches("deploy/**")') is True
    assert asked(made.change(), 'touches_only("Deploy/**")') is True


def test_a_spelling_that_stood_already_is_seen_when_it_changes(made: Made) -> None:
    made.commit("SRC/cart.py")
    made.commit("SRC/cart.py", text="x = 3\n")

    assert made.change().files[0].lands_on == ("src/cart.py",)


def test_only_needs_all_that_is_landed_on(made: Made) -> None:
    made.commit("src/CART.py", text="x = 4\n")

    assert asked(made.change(), 'touches_only("**/*.py")') is True
    assert asked(made.change(), 'touches_only("**/CART*")') is False


def test_a_file_moved_between_spellings_lands_nowhere_else(made: Made) -> None:
    made.commit("SRC/cart.py", "SRC/tax.py", gone=("src/cart.py", "src/tax.py"))

    assert collided(made) == []


def test_a_usual_change_lands_nowhere_else(made: Made) -> None:
    made.commit("src/new.py", "lib/Readme.md")

    assert [file.lands_on for file in made.change().files] == [(), ()]


@pytest.mark.parametrize(
    ("name", "words"),
    [(".", "part of it is `.`"), ("..", "leads out"), ("src/cart.py", "called by a whole path")],
)
def test_an_entry_that_git_would_not_write_is_found(made: Made, name: str, words: str) -> None:
    made.commit_tree(made.tree({name: "x = 5\n", "a.py": "x = 1\n"}))

    found = list(malformed_path.check(Case({Change: made.change()})))

    assert [words in each.message for each in found] == [True]


def test_what_cannot_be_read_is_not_taken_for_landing_nowhere(made: Made) -> None:
    made.commit("lib/b.py")
    change = made.change()
    unknown = replace(change, files=tuple(replace(file, lands_on=None) for file in change.files))

    assert asked(unknown, 'touches("lib/**")') is True
    assert isinstance(asked(unknown, 'touches("src/**")'), CouldNotLook)
    assert isinstance(asked(unknown, 'touches_only("lib/**")'), CouldNotLook)
    assert asked(unknown, 'touches_only("src/**")') is False


def test_a_spelling_among_too_many_is_not_taken_for_none(made: Made) -> None:
    made.commit(*(f"many{'.' * number}/x.py" for number in range(1, 110)))
    made.commit("MANY/x.py")

    with made.repository() as repository:
        change = repository.change(ChangeRequest(range_text="HEAD"))

    assert change.files[0].lands_on is None
    told = list(colliding_paths.check(Case({Change: change, Tree: Tree()})))
    assert [isinstance(each, CouldNotLook) for each in told] == [True]
    assert isinstance(asked(change, 'touches("src/**")'), CouldNotLook)


def test_where_nobody_can_tell_where_it_lands_the_gate_is_an_error(made: Made) -> None:
    """Surfaces, components and owners in conditions know only the file's own places: this covers what they miss."""
    made.commit(*(f"many{'.' * number}/x.py" for number in range(1, 110)))
    made.commit("MANY/x.py")
    change = made.change()
    (missing,) = colliding_paths.check(Case({Change: change, Tree: Tree()}))
    assert isinstance(missing, CouldNotLook)
    blind = Outcome(
        rule=RuleId("integrity/colliding-paths"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=missing
    )
    document = replace(plain_document(), change=change)

    for policy in (built_in(), machine_policy()):
        gates = [
            decide_gate(GateCase(policy=policy, document=each, holds=asking(each, policy)))
            for each in (document, replace(document, outcomes=(blind,)))
        ]
        assert gates[1].state is GateState.ERROR
        assert "blind-rule" not in {need.rule for need in gates[0].requirements}
        assert "blind-rule" in {need.rule for need in gates[1].requirements}
