"""A lock file fixes other bytes, another source or other packages than anything asks for."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.intent.claims import Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.lock_changes import LockChange, lock_changes
from weighbridge.landscape.intent.surfaces import Surface, surface_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, Intent),
    weaknesses=(494, 345),
    tags=("intent", "dependencies", "supply-chain"),
)

_MOST_NAMED: Final = 5
_ASKS: Final = (Kind.BUMP, Kind.RELEASE)
_TOLD: Final = LatePattern(
    r"\b(?:lock\w*|dependenc\w*|deps|packages?|bump\w*|upgrad\w*|updat\w*|vulnerab\w*|cve-\d|audit\w*|requirements?|security)\b"
)
"""Words of a message that speaks of what is installed."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each lock file and way in which it says more than is asked."""
    change, intent = case[Change], case[Intent]
    for lock in lock_changes(change, case[ChangedBytes]):
        if isinstance(lock, CouldNotLook):
            yield lock
        else:
            yield from _bytes(lock)
            yield from _source(lock)
            if not _is_asked(change, intent):
                yield from _unasked(lock, said=intent.claims.said)
    yield from intent.unread


def _is_asked(change: Change, intent: Intent) -> bool:
    """Whether a manifest changes, or a message speaks of it; where nobody says anything, nothing is known to be unasked."""
    claims = intent.claims
    if not claims.each or any(each.kind in _ASKS for each in claims.each) or claims.says(_TOLD):
        return True
    return any(surface_of(file.path) is Surface.MANIFEST for file in change.files)


def _bytes(lock: LockChange) -> Iterator[Finding]:
    found = list(lock.other_bytes())
    if found:
        was, now = found[0]
        more = f"; and so {len(found) - 1} more" if len(found) > 1 else ""
        yield RULE.finding(
            f"`{now.name}` {now.version} stays in its version and is to have another checksum: these are other bytes than were"
            f" installed so far{more}",
            _place(lock, now.name),
            anchor=f"{was.name} {was.version}",
        )


def _source(lock: LockChange) -> Iterator[Finding]:
    found = list(lock.from_elsewhere())
    if found:
        now, was, host = found[0]
        more = f"; and so {len(found) - 1} more" if len(found) > 1 else ""
        before = f", where it came from `{was.source}` before" if was is not None and was.source else ""
        yield RULE.finding(
            f"`{now.name}` {now.version} is fetched from `{host}`, which this lock file named nowhere{before}{more}",
            _place(lock, now.name),
            anchor=f"{now.name} {host}",
            severity=Severity.HIGH if was is not None and was.version == now.version else Severity.MEDIUM,
        )


def _unasked(lock: LockChange, *, said: str) -> Iterator[Finding]:
    """What comes or moves and is not so much as named."""
    moved = [name for name in lock.moved if name.lower() not in said]
    reached = lock.head.reached({*moved, *lock.head.roots}) if lock.head.leads_to is not None else None
    added = [name for name in lock.added if (reached is None or name not in reached) and name.lower() not in said]
    for few, words, severity in (
        (added if reached is not None else [], "comes, which nothing in it leads to", Severity.MEDIUM),
        (moved, "is in another version", Severity.LOW),
    ):
        if few:
            shown = ", ".join(f"`{name}`" for name in few[:_MOST_NAMED])
            more = f" and {len(few) - _MOST_NAMED} more" if len(few) > _MOST_NAMED else ""
            yield RULE.finding(
                f"no manifest changes and no message speaks of it, and the lock file says otherwise: {shown}{more} {words}",
                _place(lock, few[0]),
                anchor=f"{severity} {few[0]}",
                severity=severity,
            )


def _place(lock: LockChange, name: str) -> Place:
    line = lock.line_of(name)
    return Place(path=lock.path, line=line, end_line=line)
