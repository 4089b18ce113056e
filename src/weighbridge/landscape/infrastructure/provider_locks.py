"""Which providers of Terraform a lock file chose, and what becomes of them: `.terraform.lock.hcl`, as `terraform init` writes it.

Its form: https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.terraform.sources import read_source

ROLE: Final = "terraform-lock"
_MOST_PARTS: Final = 3


class Locked(Struct, frozen=True, kw_only=True):
    """One provider that was chosen: its version, and the checksums of the programs that may be it; `line` is its version's."""

    version: str
    hashes: frozenset[str]
    line: int


class Kind(Enum):
    """What becomes of a provider that was chosen."""

    ANOTHER_PROGRAM = auto()
    """None of the programs that might be it may be it any more, although its version is the same."""
    UNCHECKED = auto()
    """No checksum is asked for any more."""
    BACK = auto()
    ONWARD = auto()
    NEW = auto()


class LockTurn(Struct, frozen=True, kw_only=True):
    """A provider of which something else is chosen; `is_far` where its major version differs, before 1.0 the minor one."""

    kind: Kind
    provider: str
    line: int
    before: str = ""
    after: str = ""
    is_far: bool = False


def locked(data: bytes, path: RepoPath) -> Mapping[str, Locked] | CouldNotLook:
    """The providers of a lock file by their addresses."""
    read = read_source(data, path)
    if isinstance(read, CouldNotLook):
        return read
    if read.unread:
        first, last = read.unread[0]
        return CouldNotLook(reason=Reason.UNPARSED, detail=f"{path}: lines {first}-{last} are no HCL")
    found: dict[str, Locked] = {}
    for block in read.blocks:
        version, hashes = block.values.get("version"), block.values.get("hashes")
        if block.type == "provider" and block.labels and isinstance(version, str):
            texts = (
                frozenset(each for each in hashes if isinstance(each, str))
                if isinstance(hashes, list)
                else frozenset[str]()
            )
            line = block.lines.get("version", block.line)
            found[block.labels[0]] = Locked(version=version, hashes=texts, line=line)
    return found


def lock_turns(old: Mapping[str, Locked], new: Mapping[str, Locked]) -> Iterator[LockTurn]:
    """What becomes of each provider; one that is no longer chosen harms nobody."""
    for address, now in new.items():
        name = "/".join(address.split("/")[-2:])
        was = old.get(address)
        if was is None:
            if old:
                yield LockTurn(kind=Kind.NEW, provider=name, line=now.line, after=now.version)
            continue
        if was.hashes and not now.hashes:
            yield LockTurn(kind=Kind.UNCHECKED, provider=name, line=now.line, after=now.version)
        elif was.version == now.version and was.hashes and was.hashes.isdisjoint(now.hashes):
            yield LockTurn(kind=Kind.ANOTHER_PROGRAM, provider=name, line=now.line, after=now.version)
        before, after = _numbers(was.version), _numbers(now.version)
        if before and after and before[:2] != after[:2]:
            yield LockTurn(
                kind=Kind.BACK if after < before else Kind.ONWARD,
                provider=name,
                line=now.line,
                before=was.version,
                after=now.version,
                is_far=_series(before) != _series(after),
            )


def _numbers(version: str) -> tuple[int, ...]:
    """A version's numbers; none where it is none."""
    parts = version.partition("-")[0].partition("+")[0].split(".")[:_MOST_PARTS]
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts) else ()


def _series(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return numbers[:2] if numbers[0] == 0 else numbers[:1]
