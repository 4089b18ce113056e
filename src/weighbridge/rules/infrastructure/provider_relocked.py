"""A lock file chooses other providers for Terraform, or lets other programs be them."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.files import ROLE as SOURCES
from weighbridge.landscape.infrastructure.provider_locks import ROLE, Kind, Locked, LockTurn, lock_turns, locked
from weighbridge.landscape.infrastructure.settings import requirement_turns

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, Infrastructure),
    roles=(ROLE,),
    weaknesses=(494,),
    tags=("terraform", "supply-chain", "state"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each provider, with all files in which the same becomes of it, and one for each lock file that is gone."""
    said = {(turn.folder, turn.what.partition(" ")[0]) for turn in requirement_turns(case[Infrastructure].sources)}
    told: dict[LockTurn, list[Place]] = {}
    for file in case[Change].files:
        if not any(blob is not None and role_of(blob.path) == ROLE for blob in (file.base, file.head)):
            continue
        old, new = (_read(file, side, contents=case[ChangedBytes]) for side in Side)
        if isinstance(old, CouldNotLook) or isinstance(new, CouldNotLook):
            yield from (each for each in (old, new) if isinstance(each, CouldNotLook))
            continue
        folder = file.path.rpartition("/")[0]
        if file.head is None and old and not _goes(folder, case[Change]):
            yield _gone(file, folder)
        for turn in lock_turns(old, new) if file.head is not None else ():
            is_said = turn.kind is Kind.ONWARD and (folder, turn.provider.rpartition("/")[2]) in said
            if not is_said and (turn.is_far or turn.kind is not Kind.ONWARD):
                place = Place(path=file.path, line=turn.line, end_line=turn.line)
                told.setdefault(replace(turn, line=0), []).append(place)
    yield from (_finding(turn, places) for turn, places in told.items())


def _finding(turn: LockTurn, places: Sequence[Place]) -> Finding:
    is_grave = turn.kind is Kind.BACK and turn.is_far
    more = f", here and in {counted(len(places) - 1, 'more folder')}" if len(places) > 1 else ""
    return RULE.finding(
        f"provider `{turn.provider}` {_WORDS[turn.kind].format(before=turn.before, after=turn.after)}{more}",
        places[0],
        anchor=f"{turn.provider} {turn.kind.name}",
        related=tuple(RelatedPlace(place=each, message="the same here") for each in places[1:_MOST_SHOWN]),
        severity=Severity.HIGH if is_grave else _SEVERITIES[turn.kind],
    )


def _gone(file: FileChange, folder: str) -> Finding:
    return RULE.finding(
        f"nothing says any more which providers `{folder or '.'}` takes: whoever runs it next takes the newest that fits, unchecked",
        Place(path=file.path, line=1, end_line=1, side=Side.BASE),
        anchor="gone",
        severity=Severity.MEDIUM,
    )


def _goes(folder: str, change: Change) -> bool:
    """Whether files of Terraform of the folder go in the same change."""
    gone = (each.base.path for each in change.files if each.base is not None and each.head is None)
    return any(path.rpartition("/")[0] == folder and role_of(path) == SOURCES for path in gone)


def _read(file: FileChange, side: Side, *, contents: ChangedBytes) -> dict[str, Locked] | CouldNotLook:
    blob = file.on(side)
    data = contents.of(blob.path, side) if blob is not None and role_of(blob.path) == ROLE else None
    if blob is None or data is None:
        return {}
    found = data if isinstance(data, CouldNotLook) else locked(data, blob.path)
    return found if isinstance(found, CouldNotLook) else dict(found)


_WORDS: Final = {
    Kind.ANOTHER_PROGRAM: "stays at {after}, but none of the checksums that it was known by is left: another program goes by its version,"
    " and gets every right that Terraform has",
    Kind.UNCHECKED: "is taken without a checksum: whatever its registry gives is run, with every right that Terraform has",
    Kind.BACK: "goes back from {before} to {after}: what the newer one wrote into the state may not be read by the older one",
    Kind.ONWARD: "goes from {before} to {after}: a plan made with it may differ where no source does, and a state that it wrote cannot be"
    " read by the old one again",
    Kind.NEW: "{after} is new: from now on it is run with every right that Terraform has",
}
_SEVERITIES: Final = {
    Kind.ANOTHER_PROGRAM: Severity.HIGH,
    Kind.UNCHECKED: Severity.HIGH,
    Kind.BACK: Severity.MEDIUM,
    Kind.ONWARD: Severity.MEDIUM,
    Kind.NEW: Severity.LOW,
}

_MOST_SHOWN: Final = 10
