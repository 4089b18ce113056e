"""Hold what is deployed against the ledger: what was let in, what was decided for elsewhere, what went around the gate.

- Let in is what an admission on record let into the environment, and what a gate was satisfied for as exactly that tree: a
  decision that ran out since was one when it counted.
- A decision for another environment is none for this one.
- Whatever else is there went around the gate, an image too whose source nobody who is trusted tells.
- What could not be looked at is neither; it is said.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.app.admit_image import Built
from weighbridge.app.deeds import Admitted
from weighbridge.app.faults import FaultKind
from weighbridge.app.held_against import Doubts
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.ledger.predicates.bypass import Bypass

LARGEST: Final = 16 << 20
"""Bytes of a list."""
MOST: Final = 100_000
_COMMIT: Final = LatePattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class DeployedListError(Exception):
    """A list of what is deployed cannot be read; the message says where, and what belongs there."""


class Deployed(Struct, frozen=True, kw_only=True):
    """One thing that is deployed: a commit or an image, and since when where the list says."""

    commit: ObjectId | None = None
    image: str = ""
    at: datetime | None = None

    @property
    def name(self) -> str:
        """As the list calls it."""
        return self.image or self.commit or ""


class Standing(StrEnum):
    """How something came to be deployed."""

    ADMITTED = "admitted"
    ELSEWHERE = "decided for elsewhere"
    AROUND = "around the gate"
    UNKNOWN = "could not look"


class Audited(Struct, frozen=True, kw_only=True):
    """One deployed thing held against the ledger, with the reason in words."""

    deployed: Deployed
    standing: Standing
    words: str
    commit: ObjectId | None = None
    tree: ObjectId | None = None
    image: Digest | None = None

    @property
    def is_bypass(self) -> bool:
        """Whether no satisfied gate let it in here."""
        return self.standing in (Standing.ELSEWHERE, Standing.AROUND)


class Auditor(Struct, frozen=True, kw_only=True):
    """What deployed things are held against."""

    doubts: Doubts
    admitted: Sequence[Admitted]
    tree_of: Callable[[ObjectId], ObjectId]
    """The tree of a commit. Raises `RepositoryError`."""
    built_of: Callable[[str], Built]

    def audit(self, deployed: Deployed) -> Audited:
        """How one thing came to be there."""
        commit, image = deployed.commit, None
        if deployed.image:
            built = self.built_of(deployed.image)
            commit, image = built.commit, built.digest
            if built.missing or commit is None:
                return Audited(deployed=deployed, standing=Standing.AROUND, words=built.missing, image=image)
        assert commit is not None, "what is no image is a commit"
        try:
            tree = self.tree_of(commit)
        except RepositoryError as problem:
            words = f"{commit[:12]} is not in this clone: {problem}"
            return Audited(deployed=deployed, standing=Standing.UNKNOWN, words=words, commit=commit, image=image)
        standing, words = self._standing(tree)
        return Audited(deployed=deployed, standing=standing, words=words, commit=commit, tree=tree, image=image)

    def _standing(self, tree: ObjectId) -> tuple[Standing, str]:
        let_in = next((each for each in self.admitted if each.tree == tree), None)
        nearest: tuple[FaultKind, str] | None = None
        for link in self.doubts.shelf.links(tree):
            fault = self.doubts.of(link, returns=True)
            if fault is None:
                entry = f"entry {let_in.entry} let it in" if let_in else f"entry {link.entry} decided it"
                return Standing.ADMITTED, entry
            if nearest is None or fault.kind > nearest[0]:
                nearest = fault.kind, fault.words
        if nearest is None:
            return Standing.AROUND, f"no decision on tree {tree[:12]} is on record"
        kind, words = nearest
        return (Standing.ELSEWHERE if kind is FaultKind.ELSEWHERE else Standing.AROUND), words


def bypass_of(audited: Audited, *, environment: str, source: str, at: datetime) -> Bypass:
    """What is put on record of something that went around the gate."""
    return Bypass(
        at=at,
        environment=environment,
        source=source,
        commit=audited.commit,
        tree=audited.tree,
        image=audited.image,
        missing=audited.words,
    )


class _Wire(Struct, frozen=True):
    commit: str = ""
    image: str = ""
    at: datetime | None = None


def read_deployed(data: bytes, source: str) -> tuple[Deployed, ...]:
    """What a list names: commits' ids and images one a line, or a JSON list of objects.

    Raises:
        DeployedListError: it is neither, or names something that is neither a whole commit id nor an image.
    """
    if len(data) > LARGEST:
        raise DeployedListError(f"{source}: more than the {LARGEST >> 20} MB that are read")
    if data.lstrip().startswith(b"["):
        try:
            wires = msgspec.json.decode(data, type=list[_Wire])
        except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
            raise DeployedListError(f"{source}: no list of {{commit|image, at}}: {problem}") from None
        numbered = list(enumerate(wires, 1))
    else:
        numbered = list(_lines(data, source))
    found = tuple(dict.fromkeys(_deployed(wire, f"{source}, item {number}") for number, wire in numbered))
    if not found:
        raise DeployedListError(f"{source}: it names nothing, so nothing was looked at")
    if len(found) > MOST:
        raise DeployedListError(f"{source}: it names more than {MOST:,} things: give it in parts")
    return found


def _lines(data: bytes, source: str) -> Iterator[tuple[int, _Wire]]:
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        raise DeployedListError(f"{source}: it is not text") from None
    for number, line in enumerate(lines, 1):
        text = line.partition(" #")[0].strip()
        if text and not text.startswith("#"):
            yield number, _Wire(image=text) if "@" in text else _Wire(commit=text)


def _deployed(wire: _Wire, place: str) -> Deployed:
    if bool(wire.commit) == bool(wire.image):
        raise DeployedListError(f"{place}: name a commit or an image, one of them")
    if wire.commit and _COMMIT.fullmatch(wire.commit) is None:
        raise DeployedListError(f"{place}: {wire.commit[:80]!r} is no commit's whole id (40 or 64 hex digits)")
    return Deployed(commit=ObjectId(wire.commit) if wire.commit else None, image=wire.image, at=wire.at)
