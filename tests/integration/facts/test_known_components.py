"""What a repository is made of is found once for each base, and anew where a change touches what it is told from."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.integration.facts.shelves import Files, open_facts

from weighbridge.adapters.facts.cached import CachedFacts
from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.known_components import head_components
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Blob
from weighbridge.domain.ids import RepoPath
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.description import DeclaredArea, DeclaredComponent, SystemDescription
from weighbridge.landscape.manifests.readers import manifest_readers
from weighbridge.landscape.tree import Tree

PACKAGE = '{"name": "orders", "dependencies": {"pay": "1"}}'
BASE = {
    "README.md": "A shop.\n",
    "orders/package.json": PACKAGE,
    "orders/src/a.ts": "export const a = 1\n",
    "pay/package.json": '{"name": "pay"}',
    "pay/src/b.ts": "export const b = 1\n",
}
CODE_CHANGED = BASE | {"orders/src/a.ts": "export const a = 2\n", "README.md": "Two shops.\n"}


def facts_in(folder: Path) -> CachedFacts:
    return open_facts(folder, Files({}))


def components(facts: CachedFacts, head: Mapping[str, str], *, system: SystemDescription | None = None) -> ComponentMap:
    repository = MemoryRepository(BASE, head)
    change = repository.change(ChangeRequest())
    tree = Tree(repository.entries(change.head_tree))
    return head_components(change, tree, repository=repository, source=facts, system=system or SystemDescription())


def from_memory(
    facts: CachedFacts, head: Mapping[str, str], *, system: SystemDescription | None = None
) -> ComponentMap:
    """The components of a head whose files nobody may list."""
    repository = MemoryRepository(BASE, head)

    def listing() -> Mapping[RepoPath, Blob]:
        raise AssertionError("the tree was listed")

    return head_components(
        repository.change(ChangeRequest()),
        Tree.with_code({}, listing),
        repository=repository,
        source=facts,
        system=system or SystemDescription(),
    )


def test_a_change_of_code_and_prose_alone_finds_those_of_the_run_before(tmp_path: Path) -> None:
    facts = facts_in(tmp_path)
    first = components(facts, CODE_CHANGED)
    facts.close()

    again = facts_in(tmp_path)
    assert from_memory(again, CODE_CHANGED) == first
    assert {c.name for c in first.components} >= {"orders", "pay"}
    assert [(d.source, d.target) for d in first.dependencies] == [("orders", "pay")]
    assert first.fallback in first.components
    again.close()


@pytest.mark.parametrize(
    "head",
    [
        BASE | {"orders/package.json": PACKAGE.replace("orders", "sales")},
        BASE | {"stock/package.json": '{"name": "stock"}', "stock/c.ts": "1\n"},
        {path: text for path, text in BASE.items() if not path.startswith("pay/")},
        BASE | {"deploy/docker-compose.yml": "services: {db: {image: postgres}}\n"},
    ],
    ids=["manifest changed", "folder added", "folder gone", "manifest added"],
)
def test_a_change_of_what_they_are_told_from_finds_them_anew(tmp_path: Path, head: Mapping[str, str]) -> None:
    facts = facts_in(tmp_path)
    before = components(facts, CODE_CHANGED)

    found = components(facts, head)

    assert {c.name for c in found.components} != {c.name for c in before.components}
    assert from_memory(facts, CODE_CHANGED) == before, "and does not take the place of the base's"
    facts.close()


def test_what_is_declared_decides_too_and_areas_are_those_declared_now(tmp_path: Path) -> None:
    facts = facts_in(tmp_path)
    plain = components(facts, CODE_CHANGED)
    system = SystemDescription(
        components=(DeclaredComponent(name="everything", paths=("orders", "pay")),),
        areas=(DeclaredArea(paths=("pay/**",), level=plain.components[0].area.value, reason="money"),),
    )

    declared = components(facts, CODE_CHANGED, system=system)

    assert "everything" in {c.name for c in declared.components}
    assert from_memory(facts, CODE_CHANGED, system=system) == declared
    assert declared.area_of(RepoPath("pay/src/b.ts")).reason == "money"
    facts.close()


def test_a_manifest_that_cannot_be_read_is_read_again_next_time(tmp_path: Path) -> None:
    facts = facts_in(tmp_path)
    broken = BASE | {"pay/package.json": "{"}
    repository = MemoryRepository(broken, broken | {"orders/src/a.ts": "2\n"})
    change = repository.change(ChangeRequest())
    tree = Tree(repository.entries(change.head_tree))

    for _ in range(2):
        found = head_components(change, tree, repository=repository, source=facts, system=SystemDescription())
        assert [each.path for each in found.unread] == ["pay/package.json"]
    facts.close()


def test_a_row_that_was_damaged_is_not_believed(tmp_path: Path) -> None:
    facts = facts_in(tmp_path)
    first = components(facts, CODE_CHANGED)
    facts.close()
    with sqlite3.connect(Database(tmp_path).path) as connection:
        connection.execute("UPDATE known SET payload = substr(payload, 1, length(payload) - 9) || zeroblob(9)")
    connection.close()

    again = facts_in(tmp_path)
    assert components(again, CODE_CHANGED) == first
    empty = facts_in(tmp_path / "nothing yet")
    with pytest.raises(AssertionError, match="listed"):
        from_memory(empty, CODE_CHANGED)
    empty.close()
    again.close()


def test_no_reader_takes_a_file_of_code_for_a_manifest() -> None:
    for reader in manifest_readers():
        for name in (*reader.names, *(f"x{ending}" for ending in reader.endings)):
            assert role_of(RepoPath(name)) not in CODE, f"changes of {name} would not be noticed"
