"""A new file's name is not what it seems."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.paths import look_alike_of, may_be_look_alike, path_oddities
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, Tree),
    weaknesses=(1007, 451),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each path that head has and base had not."""
    for file in case[Change].files:
        if file.head is None or (file.base is not None and file.base.path == file.head.path):
            continue
        oddities = list(path_oddities(file.path))
        if not file.path.isascii():
            oddities += _look_alikes(file.path, case[Tree])
        if oddities:
            yield RULE.finding("; ".join(oddities), Place(path=file.path), anchor="the name")


def _look_alikes(path: RepoPath, tree: Tree) -> Iterator[str]:
    if may_be_look_alike(path):
        names = {part for each in tree.blobs for part in each.split("/")}
        if found := look_alike_of(path, names):
            yield f"{found[0]!r} reads as {found[1]!r}, which stands in the tree too"
