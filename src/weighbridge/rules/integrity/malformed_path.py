"""A path that git itself would never write."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change,),
    weaknesses=(23, 22),
    tags=("integrity",),
)

_IN_ONE: Final = "one entry of the tree is called by a whole path, which may stand beside the path itself"


def check(case: Case) -> Iterable[Finding]:
    """One finding for each path that head has and base had not, and for each that head has as one name."""
    for file in case[Change].files:
        is_new = file.head is not None and (file.base is None or file.base.path != file.head.path)
        problem = _IN_ONE if file.holds_slash else _problem(file.path) if is_new else ""
        if problem:
            yield RULE.finding(problem, Place(path=file.path), anchor=problem)


def _problem(path: RepoPath) -> str:
    parts = path.split("/")
    if ".." in parts:
        return "a part of it is `..`, which leads out of its folder where anything but git unpacks the tree"
    if "." in parts:
        return "a part of it is `.`, so that it is another name of a path of this tree"
    return "a part of it has no name, so that it is another name of a path of this tree" if "" in parts else ""
