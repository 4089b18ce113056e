"""Conditions on the files of a change by where they lie, and by where they lay before they were renamed.

Whoever moves a file out of a folder changes that folder: others see one file deleted there and another one added.
"""

from collections.abc import Callable
from typing import Final

from weighbridge.policy.importing.formula import wrapped

_LONGEST_TWICE: Final = 600
"""How long a test may be to be written out for both paths; a longer one is written once, and takes more steps to answer."""


def some_file(test: Callable[[str], str]) -> str:
    """What asks whether `test` holds of a path that a changed file has or had; `test` is given what the path is called."""
    now, before = test("f.path"), test("f.old_path")
    if len(now) > _LONGEST_TWICE:
        return f'change.files.exists(f, [f.path, f.old_path].exists(p, p != "" && {wrapped(test("p"))}))'
    return f"change.files.exists(f, {wrapped(now)} || {_where_there_was_one(now)}{wrapped(before)})"


def every_file(test: Callable[[str], str]) -> str:
    """What asks whether `test` holds of every path that a changed file has or had."""
    now, before = test("f.path"), test("f.old_path")
    if len(now) > _LONGEST_TWICE:
        return f'change.files.all(f, [f.path, f.old_path].all(p, p == "" || {wrapped(test("p"))}))'
    return f'change.files.all(f, {wrapped(now)} && (f.old_path == "" || {before}))'


def _where_there_was_one(test: str) -> str:
    """What keeps a file that was added from being asked about its old path, where `test` may hold of an empty text."""
    return 'f.old_path != "" && ' if ".matches(" in test or "!" in test else ""
