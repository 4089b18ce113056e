"""What public classes of a package of Python have of a class that is for nobody outside, and lose or get otherwise with it."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import REMOVED, ApiBreak, is_deprecated, merged, place_of
from weighbridge.landscape.contracts.code.python_classes import reordered
from weighbridge.landscape.contracts.code.python_fields import made_differences
from weighbridge.landscape.contracts.code.python_kept import PythonKept, is_asked_newly
from weighbridge.landscape.contracts.code.python_makers import Makers
from weighbridge.landscape.contracts.code.python_modules import Exposure, PublicModules
from weighbridge.landscape.contracts.code.python_names import concerns_name, last_of, may_give
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.openness import Openness
from weighbridge.landscape.values import Symbol

_MOST_HEIRS: Final = 5
"""Public classes of which it is told."""


class _Inner(Struct, frozen=True):
    """A class that is for nobody outside, on both sides."""

    file: FileCode
    facts: FileFacts
    head: FileFacts
    before: Symbol
    after: Symbol

    def places(self, member: str) -> tuple[int | None, int | None]:
        """Where its text has a member."""
        owner = self.facts.qualified_name(self.before.index)
        return last_of(self.facts, f"{owner}.{member}"), last_of(self.head, f"{owner}.{member}")


class _Heir(Struct, frozen=True):
    """A public class that derives from one."""

    name: str
    exposure: Exposure
    before: Symbol
    after: Symbol

    @property
    def address(self) -> str:
        """What others call it."""
        return f"{self.exposure.all[0].module}.{self.name}"


class PythonHeirs:
    """Answers for one package."""

    def __init__(self, landscapes: Landscapes, before: PublicModules, *, kept: PythonKept) -> None:
        self._landscapes = landscapes
        self._before = before
        self._kept = kept
        self._openness = Openness(landscapes.head.evaluator)

    def breaks(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """What is otherwise in members and fields that only heirs show to others."""
        changed = _changed(file)
        for owner in reordered(facts, head) - changed.keys():
            changed[owner] = []
        for owner, members in changed.items():
            before, after = last_of(facts, owner), last_of(head, owner)
            base = file.change.base
            if base is None or before is None or after is None or facts.definitions[before].kind not in CLASS_KINDS:
                continue
            if self._before.exposure_of(file, facts, name=owner) is not None:
                continue  # told of itself
            inner = _Inner(file, facts, head, Symbol(base.path, before), Symbol(file.change.path, after))
            for heir in self._heirs(inner):
                for member in members:
                    yield from self._member(inner, heir, member=member)
                yield from self._made(inner, heir, members=members)

    def _heirs(self, inner: _Inner) -> list[_Heir]:
        found: list[_Heir] = []
        view = self._landscapes.base
        for each in view.evaluator.hierarchy.descendants(inner.before):
            facts = view.landscape.facts(each.path)
            definition = facts.definitions[each.index] if facts else None
            if facts is None or definition is None or definition.parent or self._before.address(each.path) is None:
                continue
            exposure = self._before.exposure(each.path, definition, facts=facts)
            after = self._now(inner.after.path if each.path == inner.before.path else each.path, definition.name)
            if exposure is not None and after is not None:
                found.append(_Heir(definition.name, exposure, each, after))
        return found[:_MOST_HEIRS]

    def _now(self, path: RepoPath, name: str) -> Symbol | None:
        landscape = self._landscapes.head.landscape
        facts = landscape.facts(path) if path in landscape.tree else None
        index = last_of(facts, name) if facts else None
        return Symbol(path, index) if index is not None else None

    def _member(self, inner: _Inner, heir: _Heir, *, member: str) -> Iterator[ApiBreak]:
        before, after = inner.places(member)
        base, head = self._landscapes.base, self._landscapes.head
        was = base.references.sites.holder(base.evaluator.order(heir.before), member)
        now = head.references.sites.holder(head.evaluator.order(heir.after), member)
        if before is not None and was == inner.before and now is None:
            yield from self._gone(inner, heir, index=before)
        elif after is not None and now == inner.after and was in (None, inner.before):
            yield from self._otherwise(inner, heir, at=(before, after))

    def _gone(self, inner: _Inner, heir: _Heir, *, index: int) -> Iterator[ApiBreak]:
        definition = inner.facts.definitions[index]
        if self._openness.of_class(heir.after, definition.name):
            return
        outside = self._landscapes.head.evaluator.hierarchy.outside(heir.after)
        is_given = may_give(outside, definition.name)
        if is_given:
            return
        yield ApiBreak(
            kind=REMOVED,
            severity=Severity.HIGH if heir.exposure.means(definition) else Severity.MEDIUM,
            confidence=heir.exposure.confidence if is_given is False else Confidence.LOW,
            words=f"`{heir.address}.{definition.name}` is gone: whatever asks an object for it fails when that line runs",
            place=place_of(inner.file, inner.facts, index=index, side=Side.BASE),
            address=f"{heir.address}.{definition.name}",
            owner=heir.address,
            stood=inner.facts.qualified_name(index),
            is_deprecated=is_deprecated(inner.facts, index),
        )

    def _otherwise(self, inner: _Inner, heir: _Heir, *, at: tuple[int | None, int]) -> Iterator[ApiBreak]:
        before, after = at
        if before is None and not is_asked_newly(inner.facts, inner.head, at=after):
            return
        definition = inner.head.definitions[after]
        address = f"{heir.address}.{definition.name}".removesuffix(".__init__").removesuffix(".__new__")
        for each in merged(self._kept.differences(inner.file, (inner.facts, before), after=(inner.head, after))):
            is_weak = not heir.exposure.means(definition) and each.severity is Severity.HIGH
            yield ApiBreak(
                kind=each.kind,
                severity=Severity.MEDIUM if is_weak else each.severity,
                confidence=heir.exposure.confidence,
                words=f"`{address}`: {each.words}",
                place=place_of(inner.file, inner.head, index=after, side=Side.HEAD),
                address=address,
                stood=inner.head.qualified_name(after),
                symbol=Symbol(inner.after.path, after),
                broken_here=each.broken_here,
                is_deprecated=before is not None and is_deprecated(inner.facts, before),
            )

    def _made(self, inner: _Inner, heir: _Heir, *, members: Sequence[str]) -> Iterator[ApiBreak]:
        """How one of an heir is made otherwise, by fields that stand above it."""
        was, now = Makers(self._landscapes.base).of(heir.before), Makers(self._landscapes.head).of(heir.after)
        fields = [at for at in (inner.places(each)[1] for each in members) if at is not None]
        if was is None or now is None:
            return
        for each in merged(made_differences(was, now)):
            yield ApiBreak(
                kind=each.kind,
                severity=each.severity,
                confidence=heir.exposure.confidence,
                words=f"`{heir.address}`: {each.words}",
                place=place_of(inner.file, inner.head, index=min(fields, default=inner.after.index), side=Side.HEAD),
                address=heir.address,
                stood=heir.name,
                symbol=heir.after,
            )


def _changed(file: FileCode) -> dict[str, list[str]]:
    """The members that others may notice and that are otherwise, by the classes of the top level that have them."""
    found: dict[str, list[str]] = {}
    for symbol in file.symbols:
        owner, _, member = symbol_name(symbol.symbol).rpartition(".")
        is_seen = symbol.depth is ChangeDepth.REMOVED or symbol.kind == "variable" or symbol.before != symbol.after
        if owner and "." not in owner and "@" not in member and concerns_name(member) and is_seen:
            found.setdefault(owner, []).append(member)
    return found
