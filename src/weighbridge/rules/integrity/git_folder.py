"""A path lands in git's own folder, or a folder is a repository of its own."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.paths import disguised_git_name
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Change, Tree),
    weaknesses=(22, 829),
    tags=("integrity",),
)
_MARKS: Final = ("HEAD", "config", "objects", "refs")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each added path that git would take for its own."""
    tree = case[Tree]
    for path in _added(case[Change]):
        landed = disguised_git_name(path)
        if landed:
            yield RULE.finding(f"on some disks this becomes {landed}, which git obeys", Place(path=path), anchor=landed)
        elif path.rpartition("/")[2] == "HEAD" and _is_repository(folder_of(path), tree):
            yield RULE.finding(
                f"{folder_of(path) or 'the root'} is a bare repository: git run inside it obeys the config that came with it",
                Place(path=path),
                anchor="a bare repository",
                severity=Severity.HIGH,
            )


def _added(change: Change) -> Iterator[RepoPath]:
    for file in change.files:
        if file.head is not None and (file.base is None or file.base.path != file.head.path):
            yield file.head.path


def _is_repository(folder: RepoPath, tree: Tree) -> bool:
    prefix = f"{folder}/" if folder else ""
    inside = {path[len(prefix) :].partition("/")[0] for path in tree.blobs if path.startswith(prefix)}
    return inside.issuperset(_MARKS)
