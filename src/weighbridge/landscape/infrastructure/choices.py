"""What an argument comes to wherever its folder is used: by defaults, by each file of variables, by each call of it as a module."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.sources import VARIABLES, read_source
from weighbridge.landscape.infrastructure.files import called_folder
from weighbridge.landscape.infrastructure.scopes import Scope, names_in
from weighbridge.landscape.infrastructure.source_files import Folder

_PLAYGROUND: Final = LatePattern(
    r"(?i)(?:^|[/_.-])(?:dev|devel|develop|development|sandbox|scratch|playground|preview|ephemeral)(?=[/_.-]|\d|$)"
)
"""Paths of what is set for development alone."""
_SOURCE: Final = LatePattern(r"\bsource\s*=\s*\"(\.{1,2}/[^\"]+)\"")
_OFF: Final = (None, False, "false", 0, "0", "")


def is_off(folder: Folder, value: object, *, side: Side) -> bool:
    """Whether a value is false, or none, wherever anything says what it is; what is only set for development does not count."""
    if not isinstance(value, Expression):
        return value in _OFF
    names = {name.removeprefix("var.") for name in names_in(value) if name.startswith("var.")}
    here = folder.scopes[side is Side.HEAD]
    known: list[Mapping[str, Any]] = [] if names and names - here.said("var").keys() else [{}]
    for given in (*known, *(_given(folder, names, side=side) if names else ())):
        scope = Scope(partial(_with, here, given=given))
        if scope.filled({"": value})[""] not in _OFF:
            return False
        known.append(given)
    return bool(known)


def off_where(folder: Folder, value: Expression) -> str:
    """A file with a call of the folder, there before and after the change, for which a value is false or none after it; empty where none is."""
    names = {name.removeprefix("var.") for name in names_in(value) if name.startswith("var.")}
    here = folder.scopes[1]
    had = {(path, call) for path, call, _ in _calls(folder, names, side=Side.BASE)} if names else set()
    for path, call, given in _calls(folder, names, side=Side.HEAD) if had else ():
        scope = Scope(partial(_with, here, given=given))
        if (path, call) in had and scope.filled({"": value})[""] in _OFF:
            return path
    return ""


def _with(scope: Scope, root: str, *, given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**scope.said(root), **given} if root == "var" else scope.said(root)


def _calls(folder: Folder, names: set[str], *, side: Side) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The calls of a folder, by file and name, with what they give these; those for development left out."""
    last = folder.path.rpartition("/")[2]
    for path, text in folder.texts(side) if last else ():
        here = path.rpartition("/")[0]
        if last not in text or path.endswith(VARIABLES) or _PLAYGROUND.search(path):
            continue
        if not any(called_folder(here, found[1]) == folder.path for found in _SOURCE.finditer(text)):
            continue
        read = read_source(text.encode(), path)
        for block in read.blocks if not isinstance(read, CouldNotLook) else ():
            if block.type == "module" and _leads_to(folder.path, here, source=block.values.get("source")):
                yield path, block.name, {name: block.values[name] for name in names if name in block.values}


def _given(folder: Folder, names: set[str], *, side: Side) -> Iterator[Mapping[str, Any]]:
    """The values that files of variables give these, and those that calls of the folder give."""
    for path, text in folder.texts(side):
        is_call = "module" in text and folder.path.rpartition("/")[2] in text
        is_asked = (path.endswith(VARIABLES) or is_call) and any(name in text for name in names)
        if not is_asked or _PLAYGROUND.search(path):
            continue
        read = read_source(text.encode(), path)
        if isinstance(read, CouldNotLook):
            continue
        if path.endswith(VARIABLES):
            tables = [read.values]
        else:
            here = path.rpartition("/")[0]
            calls = (block.values for block in read.blocks if block.type == "module")
            tables = [each for each in calls if _leads_to(folder.path, here, source=each.get("source"))]
        for table in tables:
            if given := {name: table[name] for name in names if name in table}:
                yield given


def _leads_to(folder: str, here: str, *, source: object) -> bool:
    is_near = isinstance(source, str) and source.startswith(("./", "../"))
    return is_near and called_folder(here, str(source)) == folder
