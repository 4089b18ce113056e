"""What two versions of an API description break: operations that are gone or moved, servers, and what is otherwise in the rest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.descriptions import Call, Description
from weighbridge.landscape.contracts.matching import Matched, is_gone_as_announced, is_sent_alike, match
from weighbridge.landscape.contracts.operation_breaks import Comparison
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.contracts.schema_breaks import SchemaComparison
from weighbridge.landscape.contracts.schemas import Schemas
from weighbridge.landscape.contracts.security_breaks import open_ways_in
from weighbridge.landscape.contracts.servers import moved_bases, server_breaks

_PREVIEW: Final = re.compile(r"(?i)(?:^|[._-])(?:preview|draft|experimental|unstable|alpha)(?:[._-]|$)")
_OR_NULL: Final = ", or null"
_MOST_SINGLE: Final = 20
"""Operations that are gone, or moved, which are told one by one; more are one thing that happened."""


class DescriptionBreaks:
    """Compares two versions of a description; `elsewhere` are the operations that other changed files describe now."""

    def __init__(
        self, old: Description, new: Description, *, today: date | None, elsewhere: frozenset[tuple[str, str]]
    ) -> None:
        self._old = old
        self._new = new
        self._today = today
        self._elsewhere = elsewhere
        sameness = Sameness(old.library, new.library)
        schemas = (
            Schemas(old.library, reads_beside=old.reads_beside),
            Schemas(new.library, reads_beside=new.reads_beside),
        )
        self._comparison = Comparison(
            old=old,
            new=new,
            sameness=sameness,
            schemas=SchemaComparison(*schemas, sameness=sameness),
            today=today,
        )
        self._sameness = sameness
        self._schemas = schemas

    def all(self) -> list[Break]:
        """Every break, those of one cause made one with all its operations."""
        before, after = list(self._old.calls()), list(self._new.calls())
        bases = moved_bases(self._old, self._new, calls=(before, after))
        matches = match(before, after, same=self._same, bases=bases)
        found = [*server_breaks(self._old, self._new, kept=matches.kept, bases=bases), *self._gone(matches.gone)]
        elsewhere = [each for each in matches.moved if not is_sent_alike(each.old, each.new, schemas=self._schemas)]
        found += (
            [self._moved(each) for each in elsewhere] if len(elsewhere) <= _MOST_SINGLE else [_all_moved(elsewhere)]
        )
        known = {id(each.new) for each in (*matches.kept, *matches.moved)}
        found += open_ways_in(call for call in after if id(call) not in known)
        for moved in matches.moved:
            found += self._comparison.kept(moved)
        for kept in matches.kept:
            found += [*_slashed(kept), *self._comparison.kept(kept)]
        tried = self._tried(before, matched=(*matches.kept, *matches.moved))
        is_preview = _is_preview(self._old) and _is_preview(self._new)
        for each in found:
            if is_preview or (each.operations and tried.issuperset(each.operations)):
                each.level = min(each.level, Level.WARNING)
        return merged(found)

    @staticmethod
    def _tried(before: Iterable[Call], *, matched: Iterable[Matched]) -> frozenset[Operation]:
        """The operations that nobody was promised: as they were, and as they are called now."""
        calls = [call for call in before if call.is_unpromised]
        now = [each.new.operation for each in matched if calls and each.old.is_unpromised]
        return frozenset([*(call.operation for call in calls), *now])

    @property
    def missing(self) -> Iterator[CouldNotLook]:
        """What of it was not compared, since there is too much of it."""
        return self._comparison.schemas.missing(self._new.root.path)

    def _same(self, old: Call, new: Call) -> bool:
        """Whether two operations are one: the same words, parameters, bodies and answers, with something particular to them."""
        if is_sent_alike(old, new, schemas=self._schemas):
            return True
        summary = old.spot.text("summary") or old.spot.text("description")
        return (
            bool(summary)
            and summary == (new.spot.text("summary") or new.spot.text("description"))
            and self._sameness.same(old.spot, new.spot)
        )

    def _gone(self, calls: Sequence[Call]) -> Iterator[Break]:
        lost = [call for call in calls if (call.operation.method, call.shape) not in self._elsewhere]
        for odd in dict.fromkeys(call.operation.path for call in lost if call.operation.path in self._new.odd_paths):
            words = f"what stands under `{odd}` holds no operations: whether those it had are left is not known"
            self._new.library.unclear(self._new.odd_paths[odd], words)
        lost = [call for call in lost if call.operation.path not in self._new.odd_paths]
        if len(lost) > _MOST_SINGLE and not any(call.is_told_to_go for call in lost):
            yield self._all_gone(lost)
            return
        for call in lost:
            yield self._one_gone(call)

    def _all_gone(self, lost: Sequence[Call]) -> Break:
        place = Place(path=lost[0].spot.path, line=lost[0].spot.line, end_line=lost[0].spot.line, side=Side.BASE)
        return Break(
            kind="operation-removed",
            check="api-removed-without-deprecation",
            level=Level.ERROR,
            words=f"{len(lost)} operations are gone: whoever calls them is refused",
            place=place,
            subject="operations are gone",
            operations=[call.operation for call in lost],
            is_noticed=True,
        )

    def _one_gone(self, call: Call) -> Break:
        announced = is_gone_as_announced(call.is_told_to_go, call.sunset, today=self._today)
        is_early = call.is_told_to_go and not announced
        if call.is_webhook:
            check, rest = "webhook-removed", "it is sent no more: whoever waits for it waits for ever"
        elif announced:
            check, rest = "api-removed-with-deprecation", "it is gone, as was announced"
        elif is_early:
            check, rest = "api-removed-before-sunset", f"it is gone before {call.sunset}, the day that was named"
        else:
            check, rest = (
                "api-removed-without-deprecation",
                "it is removed without having been deprecated first: clients that still call it are refused",
            )
        is_unknown = is_early and self._today is None
        level = (
            Level.NOTE
            if announced or call.stability in ("draft", "alpha")
            else Level.WARNING
            if is_unknown
            else Level.ERROR
        )
        spot = call.spot
        return Break(
            kind="operation-removed",
            check=check,
            level=level,
            words=rest,
            place=Place(path=spot.path, line=spot.line, end_line=spot.line, side=Side.BASE),
            subject=str(call.operation),
            operations=[call.operation],
            is_noticed=not call.is_webhook,
        )

    def _moved(self, moved: Matched) -> Break:
        old, new = moved.old, moved.new
        announced = is_gone_as_announced(old.is_deprecated, old.sunset, today=self._today)
        return Break(
            kind="path-renamed",
            check="api-path-removed-without-deprecation",
            level=Level.NOTE if announced else Level.ERROR,
            words=f"it is called by `{new.operation.path}` now: whoever calls `{old.operation.path}` is refused",
            place=Place(path=new.spot.path, line=new.spot.line, end_line=new.spot.line),
            subject=f"{old.operation} moved",
            operations=[old.operation],
            is_noticed=True,
        )


def _is_preview(description: Description) -> bool:
    """Whether a description's own name says that it is of what is not promised yet."""
    return bool(_PREVIEW.search(description.root.path.rpartition("/")[2]))


def _all_moved(moved: Sequence[Matched]) -> Break:
    """Many operations that are called by other paths, as one thing that happened."""
    first = moved[0]
    old, new = first.old.operation.path, first.new.operation.path
    return Break(
        kind="path-renamed",
        check="api-path-removed-without-deprecation",
        level=Level.ERROR,
        words=f"{len(moved)} operations are called by other paths now (`{new}` for `{old}`): whoever calls the old ones is refused",
        place=Place(path=first.new.spot.path, line=first.new.spot.line, end_line=first.new.spot.line),
        subject="operations moved",
        operations=[each.old.operation for each in moved],
        is_noticed=True,
    )


def _slashed(kept: Matched) -> Iterator[Break]:
    """Whether a path ends with a slash that did not, or the other way round."""
    old, new = kept.old.operation.path, kept.new.operation.path
    if old.endswith("/") != new.endswith("/") and len(old) > 1 and len(new) > 1:
        yield Break(
            kind="path-renamed",
            check="api-path-slash-changed",
            level=Level.WARNING,
            words=f"it is called by `{new}` now, not by `{old}`: servers that tell the two apart refuse the old one",
            place=Place(path=kept.new.spot.path, line=kept.new.spot.line, end_line=kept.new.spot.line),
            subject=f"{kept.old.operation} slash",
            operations=[kept.old.operation],
        )


def merged(found: Sequence[Break]) -> list[Break]:
    """The breaks, each once with all operations that it is about."""
    kept: dict[tuple[str, str, Place], Break] = {}
    for each in found:
        key = (each.kind, each.cause or each.words, each.place)
        known = kept.setdefault(key, each)
        if known is not each:
            known.operations += [one for one in each.operations if one not in known.operations]
            known.level = max(known.level, each.level)
            known.is_sure = known.is_sure or each.is_sure
            known.is_read = known.is_read or each.is_read
    return list(_folded(kept.values()))


def _folded(found: Iterable[Break]) -> Iterator[Break]:
    """The breaks, with a field that may be both missing and null told once."""
    missing: dict[Place, Break] = {}
    waiting: list[Break] = []
    for each in found:
        if each.kind == "response-field-optional" and each.check.endswith("became-nullable"):
            waiting.append(each)
            continue
        if each.kind == "response-field-optional":
            missing[each.place] = each
        yield each
    for each in waiting:
        known = missing.get(each.place)
        if known is None:
            yield each
        elif not known.words.endswith(_OR_NULL):
            known.words += _OR_NULL


def operations_of(description: Description) -> frozenset[tuple[str, str]]:
    """The operations of a description, by method and path."""
    return frozenset((call.operation.method, call.shape) for call in description.calls())
