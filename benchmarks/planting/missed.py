"""What was planted and stopped no change: what was told instead, and whether that is right, as somebody read it."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from scripts.write_status import ROOT

from weighbridge.domain.findings import Finding

READ: Final = ROOT / "benchmarks" / "truth" / "planted.toml"

Key: TypeAlias = tuple[str, str, str]
"""Repository, danger and path."""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader said of one that stopped nothing: whether the repository itself says that it is less, and how."""

    repository: str
    danger: str
    path: str
    told: str
    """What was told instead when it was read, as `told_as` has it: a reason holds for nothing else."""
    is_right: bool
    why: str

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.repository, self.danger, self.path


def readings(path: Path = READ) -> Mapping[Key, Reading]:
    """Those that are kept, by what they are about."""
    kept = msgspec.convert(tomllib.loads(path.read_text("utf-8")).get("reading", []), type=list[Reading])
    return {each.key: each for each in kept}


def told_as(instead: Finding | None) -> str:
    """How grave something was told, how sure, and by which rule; empty where nothing was."""
    return f"{instead.severity} {instead.confidence} {instead.rule}" if instead is not None else ""


def reading_of(key: Key, instead: Finding | None, *, among: Mapping[Key, Reading]) -> Reading | None:
    """What was said of this very outcome; None where nobody read it, or another came of it then."""
    found = among.get(key)
    return found if found is not None and found.told == told_as(instead) else None


def said_of(key: Key, instead: Finding | None, *, among: Mapping[Key, Reading]) -> str:
    """One that stopped nothing, in a sentence: what was planted where, what was told instead, and why."""
    repository, danger, path = key
    told = "nothing is told"
    if instead is not None:
        told = f"told as {instead.severity}, {instead.confidence} confidence (`{instead.rule}`): {instead.message}"
    read = reading_of(key, instead, among=among)
    why = (
        f"{'rightly' if read.is_right else 'wrongly'}: {read.why}" if read else "nobody has read whether that is right"
    )
    return f"{danger}, {repository}, `{path}`: {told} — {why}"


def rightly_less(missed: Iterable[tuple[Key, Finding | None]], *, among: Mapping[Key, Reading]) -> int:
    """How many of those that stopped nothing were read as rightly told less."""
    read = (reading_of(key, instead, among=among) for key, instead in missed)
    return sum(each is not None and each.is_right for each in read)
