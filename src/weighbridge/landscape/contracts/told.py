"""A break as it is told: how bad it is by who relies on what breaks, and what is said of them."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.releases import not_yet

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.uses import Consumer

_SEVERITIES: Final = {Level.ERROR: Severity.HIGH, Level.WARNING: Severity.MEDIUM, Level.NOTE: Severity.NOTE}
_LOWER: Final = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
_OF_PAGES: Final = (".js", ".jsx", ".mjs", ".ts", ".tsx", ".vue", ".svelte")
ANNOUNCED: Final = "as was announced"
"""What is said of breaks that people were told of."""
_NAMED: Final = 3
AS_SERVERS: Final = frozenset({"security-dropped", "deprecation-changed"})
"""Kinds that are as bad whoever calls."""


class Told(Struct, frozen=True, kw_only=True):
    """A break with who calls it: `consumers` as far as they are known, `are_here` whether those who call this API are in the repository."""

    found: Break
    consumers: "Sequence[Consumer]" = ()
    are_here: bool = False
    relying: str = ""
    """How all of them rely on what breaks, where that was seen: it is read, or sent."""
    before: "Sequence[Consumer]" = ()
    """Who called it before the change, where nobody does any more."""
    client: str = ""
    """Where a client that others install is made from the description."""
    also: tuple[RepoPath, ...] = ()
    """Other descriptions in which the same is otherwise."""
    is_anothers: bool = False
    """Whether another program tells it."""
    newest: str = ""
    """The tag of the newest release, where what breaks came into being after it."""
    released: str = ""
    """The tag of the newest release, where callers that the change alters too are in it as they were."""

    @property
    def severity(self) -> Severity:
        """How bad it is: as far as anybody who calls it is left."""
        severity = self._for_callers
        return max(severity, Severity.LOW, key=lambda each: each.rank) if self.newest else severity

    @property
    def _for_callers(self) -> Severity:
        severity = _SEVERITIES[self.found.level]
        if self.found.kind in AS_SERVERS:
            return severity
        if any(consumer.is_left for consumer in self.consumers):
            if self.found.level is Level.NOTE:
                return Severity.MEDIUM if self.found.uses is not None else severity
            return Severity.HIGH if self.found.is_noticed else severity
        is_known = (
            self.are_here
            and not self.client
            and not self.released
            and not any(is_apart(each.place.path) for each in self.before)
        )
        return _LOWER.get(severity, severity) if is_known else severity

    def message(self) -> str:
        """What happens to whom."""
        return f"{self._broken()}; {not_yet(self.newest)}" if self.newest else self._broken()

    def _broken(self) -> str:
        operations = self.found.operations
        if not operations:
            return self.found.words + self._who()
        which = ", ".join(map(str, operations[:_NAMED]))
        more = f" and {len(operations) - _NAMED} more" if len(operations) > _NAMED else ""
        return f"{which}{more}: {self.found.words}{self._who()}"

    def _who(self) -> str:
        is_named = self.found.uses is not None or bool(self.found.named)
        if self.found.kind in AS_SERVERS or (self.found.level is Level.NOTE and not is_named):
            return ""
        does = "uses" if is_named else "calls"
        left = [consumer for consumer in self.consumers if consumer.is_left]
        if left:
            return f"; {self.relying or ('used' if is_named else 'called')} here by {_places(left)}"
        if self.consumers:
            still = f", and is as it was in what was released ({self.released})" if self.released else ""
            return f"; what {does} it here changes too{still}"
        return self._who_else(is_named=is_named)

    def _who_else(self, *, is_named: bool) -> str:
        """Who may rely on it, where nobody here does."""
        if self.before:
            return (
                f"; called until this change by {_places(self.before)}: what was released or started before still does"
            )
        if self.client:
            return f"; those who install what is made from this description in `{self.client}` cannot be seen from here"
        if not self.are_here:
            return ""
        if self.found.named:
            return "; no known consumer here, although other parts of it are queried here; who else does is not known"
        if is_named:
            return "; no known consumer here, although what is made from it is used here; who else does is not known"
        return "; nobody here is known to call it, while other operations of this API are called from here"


def _places(consumers: "Sequence[Consumer]") -> str:
    shown = ", ".join(str(consumer.place) for consumer in consumers[:_NAMED])
    return shown + (f" and {len(consumers) - _NAMED} more places" if len(consumers) > _NAMED else "")


def told_too_late(told: Told, since_release: Sequence[Break | CouldNotLook], *, newest: str) -> Told:
    """What is gone as announced, as bad as it is for those who have the newest release, where that did not say it."""
    found = told.found
    for each in since_release if ANNOUNCED in found.words else ():
        if not isinstance(each, Break) or each.kind != found.kind or ANNOUNCED in each.words:
            continue
        shared = set(each.operations) & set(found.operations) or set(each.named) & set(found.named)
        if shared and each.level > found.level:
            words = f"{each.words}; that it goes is said in no release yet (newest: {newest})"
            return replace(told, found=replace(found, level=each.level, words=words))
    return told


def without_copies(told: Sequence[Told]) -> list[Told]:
    """What is told, once for files of one name in several folders that break alike: copies of one contract, one for each version of it."""
    found: dict[Hashable, Told] = {}
    for each in told:
        path = each.found.place.path
        key = (each.found.kind, each.found.words, path.rpartition("/")[2], each.found.level, tuple(each.consumers))
        first = found.get(key)
        if first is None:
            found[key] = each
        elif first.found.place.path != path:
            found[key] = replace(first, also=(*first.also, path))
        else:
            found[(*key, each.found.place.line, len(found))] = each
    return list(found.values())


def is_apart(path: RepoPath) -> bool:
    """Whether a file may be of a program that is released or started by itself; pages come from what changes with them."""
    return not path.lower().endswith(_OF_PAGES)


def is_sure_of(found: Break) -> bool:
    """Whether it breaks for certain, where it is read closely."""
    return found.is_sure and found.is_read
