"""Reads a source file of Terraform or OpenTofu, in either of its two notations."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.terraform.blocks import Block, Dynamic, Expression, SourceFile, nested
from weighbridge.facts.terraform.json_text import load_json
from weighbridge.facts.terraform.naming import naming_blocks
from weighbridge.facts.terraform.terragrunt import as_terraform, is_terragrunt

_LABELS: Final = {
    "resource": 2, "data": 2, "ephemeral": 2, "module": 1, "provider": 1, "variable": 1, "output": 1, "check": 1
}  # fmt: skip
"""How many names stand between the kind of a block and what it says."""
VARIABLES: Final = (".tfvars", ".tfvars.json")
"""How files end that give variables their values."""
_DEEPEST: Final = 40
_ENCRYPTED: Final = b"\0GITCRYPT"
"""How files begin that git-crypt keeps from those without a key."""
_MOST_BYTES: Final = 2_000_000
_REMEMBERED: Final = 128
"""Files whose blocks are remembered: whoever tells what was understood asks for the same ones again."""


def read_naming(data: bytes, path: str, *, kind: str) -> tuple[Block, ...]:
    """The blocks of one of the types that give names a meaning, or say where things are."""
    cut = None if path.endswith((".json", *VARIABLES)) or is_terragrunt(path) else naming_blocks(data, kind)
    read = read_source(data if cut is None else cut, path)
    if cut is not None and isinstance(read, SourceFile) and read.unread:
        read = read_source(data, path)
    return tuple(each for each in read.blocks if each.type == kind) if isinstance(read, SourceFile) else ()


@lru_cache(_REMEMBERED)
def read_source(data: bytes, path: str) -> SourceFile | CouldNotLook:
    """The file's blocks; why not, where it cannot be read at all."""
    if len(data) > _MOST_BYTES or data.startswith(_ENCRYPTED):
        is_long = len(data) > _MOST_BYTES
        what = f"has more than {_MOST_BYTES:,} bytes" if is_long else "is encrypted"
        return CouldNotLook(reason=Reason.LIMIT if is_long else Reason.UNPARSED, detail=f"{path} {what}")
    if not path.endswith(".json"):
        from weighbridge.facts.terraform.hcl import read_hcl  # noqa: PLC0415 - a grammar that the other notation does not need

        read = read_hcl(data)
        return as_terraform(read) if is_terragrunt(path) else read
    content = load_json(data, called=path)
    if isinstance(content, CouldNotLook):
        return content
    if not isinstance(content, dict):
        return CouldNotLook(reason=Reason.UNPARSED, detail=f"{path} holds no object, as Terraform's JSON must")
    if path.endswith(VARIABLES):
        return SourceFile(values=content)
    return SourceFile(blocks=tuple(_blocks(content)))


def _blocks(content: dict[str, Any]) -> Iterator[Block]:
    for kind, value in content.items():
        for labels, body in _labelled(value, depth=_LABELS.get(kind, 0)):
            for each in body if isinstance(body, list) else [body]:
                if isinstance(each, dict):
                    values = _filled({name: inner for name, inner in each.items() if name != "//"}, depth=0)
                    if isinstance(values, dict):
                        yield Block(type=kind, labels=labels, values=values)


def _labelled(value: object, *, depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not depth:
        yield (), value
        return
    for table in value if isinstance(value, list) else [value]:
        for label, inner in table.items() if isinstance(table, dict) else ():
            for labels, body in _labelled(inner, depth=depth - 1):
                yield (label, *labels), body


def _filled(value: object, *, depth: int) -> object:
    """A value in which text with parts to fill in is an expression; a block is a list of one."""
    if depth > _DEEPEST:
        return Expression("…")
    if isinstance(value, str) and ("${" in value or "%{" in value):
        is_whole = value.startswith("${") and value.endswith("}") and value.count("${") == 1
        return Expression(value[2:-1].strip()) if is_whole else Expression(value, is_template=True)
    if isinstance(value, list):
        return [_filled(each, depth=depth + 1) for each in value]
    if isinstance(value, dict):
        found = {name: _filled(each, depth=depth + 1) for name, each in value.items()}
        return _with_dynamic(found) if "dynamic" in found else found
    return value


def _with_dynamic(values: dict[str, Any]) -> dict[str, Any]:
    """The values with each `dynamic` block among the blocks of its name."""
    found = {name: each for name, each in values.items() if name != "dynamic"}
    for tables in nested(values, "dynamic"):
        for name, bodies in tables.items():
            for body in bodies if isinstance(bodies, list) else [bodies]:
                if isinstance(body, dict):
                    content = nested(body, "content")
                    called = body.get("iterator")
                    known = found.setdefault(name, [])
                    if isinstance(known, list):
                        made = Dynamic(
                            body.get("for_each"),
                            called if isinstance(called, str) else name,
                            content[0] if content else {},
                        )
                        known.append(made)
    return found
