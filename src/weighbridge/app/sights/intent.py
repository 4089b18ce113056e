"""What can be seen of what a change says of itself."""

from typing import Final

from weighbridge.app.sights.seen import Seen
from weighbridge.domain.change import Commit
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import Inputs
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.engine.run import Provider
from weighbridge.landscape.intent.intent import Intent

ISSUE: Final = "issue"
_MOST_PATHS: Final = 5_000
"""Paths of one commit that are told apart."""


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {Intent: lambda: _intent(seen)}


def _intent(seen: Seen) -> Intent:
    return Intent(
        seen.change,
        seen.bytes,
        code=lambda: seen.code,
        touched=lambda commit: _touched(seen, commit),
        issues=_issues(seen.inputs),
    )


def _issues(inputs: Inputs) -> list[str]:
    """The texts of the issues that were given."""
    return [
        each.data.decode("utf-8", "replace") for each in inputs.of(ISSUE) if not isinstance(each.data, CouldNotLook)
    ]


def _touched(seen: Seen, commit: Commit) -> frozenset[RepoPath] | None:
    """The paths that a commit changes against its first parent; of one that begins a history, None."""
    trees = {each.oid: each.tree for each in seen.change.commits}
    if seen.change.base_commit is not None:
        trees[seen.change.base_commit] = seen.change.base_tree
    before = trees.get(commit.parents[0]) if commit.parents else None
    found = seen.repository.difference(before, commit.tree, most=_MOST_PATHS) if before is not None else None
    return None if found is None else frozenset(found)
