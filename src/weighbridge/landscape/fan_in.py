"""How many files import a file: what makes code shared."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.imports import imports_file
from weighbridge.landscape.landscapes import View

MOST_READ: Final = 40
"""Candidates beyond this many are sampled evenly, and the count is scaled up."""


def fan_in(view: View, path: RepoPath, *, least: int = 1) -> int:
    """How many other files of the tree import the file at `path`; an estimate where very many might.

    0 where no `least` others may: none of them is read then.
    """
    candidates = sorted(view.importers.naming(path))
    if len(candidates) < least:
        return 0
    sample = candidates[:: max(1, len(candidates) // MOST_READ)]
    view.landscape.load(sample)
    importing = sum(imports_file(view.evaluator, importer, path=path) for importer in sample)
    return importing * len(candidates) // len(sample) if sample else 0
