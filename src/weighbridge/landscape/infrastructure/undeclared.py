"""Names of Terraform that a change declares no longer and that are still used: Terraform refuses the plan of whoever does."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Block, Dynamic, Expression
from weighbridge.facts.terraform.terragrunt import is_terragrunt
from weighbridge.landscape.infrastructure.files import is_override
from weighbridge.landscape.infrastructure.settled_by_calls import named_calls
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_ROOTS: Final = {"variable": "var.", "resource": "", "data": "data.", "module": "module."}
_ADDRESSES: Final = frozenset({"moved", "removed", "import"})
"""Blocks that name what need not be declared any more."""
_LITERAL: Final = re.compile(r'"[^"$%\\]*"')
_MARKS: Final = re.compile(r"(\$\$\{|%%\{)|([$%]\{)|(\{)|(\})")


class Lost(Struct, frozen=True, kw_only=True):
    """One name that is declared no longer: `users` are the files of its folder that use it after the change."""

    name: str
    """As references have it: `var.size`, `aws_s3_bucket.logs`."""
    folder: str
    place: Place
    users: tuple[RepoPath, ...]


class Refused(Struct, frozen=True, kw_only=True):
    """One variable that calls and the module do not agree on: `callers` are the files of those that Terraform refuses."""

    variable: str
    folder: str
    place: Place
    callers: tuple[RepoPath, ...]
    is_gone: bool
    """Whether it is given and not declared any more; else it is not given and has no default, or no longer."""


def lost_names(sources: SourceFiles) -> Iterator[Lost]:
    """Each that its own folder still uses, where that is left and can be read whole."""
    for folder in sources.folders:
        gone = {} if folder.is_emptied or folder.is_damaged else dict(_gone(folder))
        users = _users(folder, gone) if gone else {}
        for name, found in users.items():
            yield Lost(name=name, folder=folder.path, place=gone[name], users=tuple(dict.fromkeys(found)))


def refused_calls(sources: SourceFiles) -> Iterator[Refused]:
    """Each variable that is gone and still given, or that must be given now and is not."""
    for folder in sources.folders:
        if folder.is_emptied or folder.is_damaged:
            continue
        for old, new in folder.pairs("variable"):
            is_asked = new is not None and "default" not in new.block.values
            was_asked = old is not None and "default" not in old.block.values
            if (new is None and _is_made(folder, old)) or (new is not None and (not is_asked or was_asked)):
                continue
            known = new or old
            if known is not None and (callers := _callers(folder, known.block.name, gives=new is None)):
                yield Refused(
                    variable=known.block.name,
                    folder=folder.path,
                    place=known.place,
                    callers=callers,
                    is_gone=new is None,
                )


def _callers(folder: Folder, variable: str, *, gives: bool) -> tuple[RepoPath, ...]:
    """The files with calls after the change that give a variable, or that do not; Terragrunt refuses neither."""
    calls = named_calls(folder.path, folder.texts(Side.HEAD))
    own = ((path, values) for (path, _), values in calls if not is_override(path) and not is_terragrunt(path))
    found = (path for path, values in own if (variable in values) is gives)
    return tuple(dict.fromkeys(found))


def _gone(folder: Folder) -> Iterator[tuple[str, Place]]:
    """What the folder declared and does not declare any more."""
    for old, new in folder.pairs(*_ROOTS):
        if old is not None and new is None and not _is_made(folder, old):
            yield f"{_ROOTS[old.block.type]}{old.block.name}", old.place
    if any(key[0] == "locals" for side in folder.changed for key in side):
        before, after = (
            {name: each for each in folder.of("locals", side) for name in each.block.values} for side in Side
        )
        for name in before.keys() - after.keys():
            yield f"local.{name}", before[name].line_of(name)


def _is_made(folder: Folder, old: Declared | None) -> bool:
    """Whether Terragrunt may write what declares it beside the sources."""
    return old is not None and any(
        "generate" in text and f'"{old.block.labels[-1]}"' in text for _, text in folder.units(Side.HEAD)
    )


def _users(folder: Folder, names: Collection[str]) -> dict[str, list[RepoPath]]:
    """The files of the folder in whose expressions each of these names stands after the change."""
    said = "\n".join(folder.texts_in(folder.path, Side.HEAD))
    patterns = {
        name: re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
        for name in sorted(names)
        if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", said)
    }
    found: dict[str, list[RepoPath]] = {}
    for each in folder.declared(Side.HEAD).values() if patterns else ():
        written = "\n".join(_expressions(each.block.values)) if _refers(each.block) else ""
        for name, pattern in patterns.items():
            if pattern.search(written):
                found.setdefault(name, []).append(each.path)
    return found


def _refers(block: Block) -> bool:
    """Whether names within are those of the folder: a check may have a data source of its own."""
    return block.type not in _ADDRESSES and not (block.type == "check" and "data" in block.values)


def _expressions(values: object) -> Iterator[str]:
    """What is written in expressions anywhere within, without texts."""
    waiting = [values]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Expression):
            yield _LITERAL.sub('""', "".join(_filled_in(each.text)) if each.is_template else each.text)
        elif isinstance(each, Dynamic):
            waiting += [each.each, each.content]
        else:
            waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()


def _filled_in(text: str) -> Iterator[str]:
    """The parts of a text that are filled in: what stands in `${…}` and `%{…}`."""
    depth, start = 0, 0
    for mark in _MARKS.finditer(text):
        if mark[2] and not depth:
            depth, start = 1, mark.end()
        elif depth and (mark[2] or mark[3]):
            depth += 1
        elif depth and mark[4]:
            depth -= 1
            if not depth:
                yield f"{text[start : mark.start()]}\n"
