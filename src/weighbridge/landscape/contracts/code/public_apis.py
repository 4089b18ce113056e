"""What a change takes from those who import the packages that a repository publishes, rule by rule."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from weighbridge.domain.findings import Finding
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Rule
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.code.api_breaks import JAVA_MAP, REMOVED, ApiBreak, Told, promised, yielding
from weighbridge.landscape.contracts.code.python_classes import lost_attributes, reordered
from weighbridge.landscape.contracts.trees import Trees, reading
from weighbridge.landscape.file_names import SCRIPTS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_for_developers

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.code.made import Described

_MOST_SHOWN: Final = 10
_NAMED: Final = 3
_NOTICED_INSIDE: Final = {"go": ("class", "interface", "variable"), "java": ("variable",)}
"""Definitions of which others notice what stands in them: fields and unions are no definitions of Go, and values tell types or are copied."""
_CAN_BE_SEEN: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE)


class PublicApis:
    """Compared once, when a rule asks and something of the change may be seen from outside."""

    def __init__(
        self,
        code: Callable[[], CodeChange],
        contents: ChangedBytes,
        *,
        trees: Trees,
        landscapes: Callable[[], Landscapes | CouldNotLook],
        described: "Callable[[str], Described | None]" = lambda _: None,
    ) -> None:
        self._code = code
        self._contents = contents
        self._trees = trees
        self._landscapes = landscapes
        self._described = described

    def findings(self, rule: Rule, kind: str) -> Iterator[Finding | CouldNotLook]:
        """What one rule tells, and where it could not look."""
        for each in self._found:
            if isinstance(each, CouldNotLook):
                yield each
            elif each.broken.kind == kind:
                yield _finding(rule, each)

    @cached_property
    def _found(self) -> list[Told | CouldNotLook]:
        code = self._code()
        files = [file for file in code.files.values() if _may_be_noticed(file)]
        if not files:
            return []
        from weighbridge.landscape.contracts.code.compared import compare  # noqa: PLC0415 - most changes end here

        base, head = (reading(side, self._contents, trees=self._trees) for side in (Side.BASE, Side.HEAD))
        return compare(
            files,
            (base, head),
            code=code,
            landscapes=self._landscapes,
            described=self._described,
            release=self._trees.release,
        )


def _may_be_noticed(file: FileCode) -> bool:
    """Whether anybody outside may notice what a change does to a file, told by the file alone."""
    base = file.change.base
    if file.base is None or base is None or is_for_developers(base.path):
        return False
    is_moved = file.change.head is None or file.change.head.path != base.path
    is_init = file.role == "python" and base.path.endswith("__init__.py")
    if is_moved or base.path.endswith(JAVA_MAP) or (is_init and _brought(file.base) != _brought(file.head)):
        return True
    if file.role == "python" and file.head is not None:
        is_other_way = (
            yielding(file.base) != yielding(file.head)
            or bool(promised(file.base) - promised(file.head))
            or not _exported(file.base) <= _exported(file.head)
            or (
                any(each.kind == "class" for each in file.symbols)
                and bool(reordered(file.base, file.head) or any(lost_attributes(file.base, file.head)))
            )
        )
        if is_other_way or any(
            each.kind == "variable" and "." in each.symbol.partition("#")[2] for each in file.symbols
        ):
            return True
    if file.role in SCRIPTS and file.head is not None and not _handed(file.base) <= _handed(file.head):
        return True
    kinds = _NOTICED_INSIDE.get(file.role, ())
    if any(each.kind in kinds for each in file.symbols):
        return True
    names = _brought(file.base)
    return any(
        each.depth in _CAN_BE_SEEN or each.before != each.after for each in file.symbols if not _only_comes(each, names)
    )


def _only_comes(symbol: ChangedSymbol, names: set[str]) -> bool:
    """Whether a name comes that hides none: nobody loses anything by it. Members may be asked of those who derive."""
    name = symbol.symbol.partition("#")[2]
    return symbol.depth is ChangeDepth.ADDED and "." not in name and not name.startswith("__") and name not in names


def _brought(facts: FileFacts | None) -> set[str]:
    """The names that a file imports; of all that a module gives, the module."""
    return {each.alias if each.name != "*" else f"*{each.module}" for each in facts.imports} if facts else set()


def _exported(facts: FileFacts) -> set[str]:
    return {export.name for export in facts.exports}


def _handed(facts: FileFacts) -> set[tuple[str, str]]:
    """What a file hands on of others."""
    return {(export.name, export.module) for export in facts.exports}


def _finding(rule: Rule, told: Told) -> Finding:
    broken = told.broken
    before = " It was deprecated." if broken.is_deprecated else ""
    before += f" {broken.not_yet[:1].upper()}{broken.not_yet[1:]}." if broken.not_yet else ""
    before += f" It is at most {broken.severity}: {broken.because}." if broken.because else ""
    here = f" {counted(len(told.brought), 'call')} here fit it." if told.brought else ""
    here += _failing(broken)
    related = [
        *(
            RelatedPlace(
                place=each.place,
                message="is gone too" if each.kind == REMOVED else "is asked for too" if each.owner else "so is this",
            )
            for each in told.also
        ),
        *(RelatedPlace(place=place, message="fails by it") for place in broken.broken_here),
        *(RelatedPlace(place=place, message="calls it, and fits") for place in told.brought),
    ]
    return rule.finding(
        f"{broken.words}{_others(told)}.{before}{here} Who else uses it, of those who install {told.package.name}, cannot be"
        " seen from here",
        broken.place,
        anchor=f"{broken.address} {broken.known_as or broken.words}",
        related=tuple(related[:_MOST_SHOWN]),
        severity=broken.severity,
        confidence=broken.confidence,
    )


def _failing(broken: ApiBreak) -> str:
    """Who in this repository fails by it."""
    places = broken.broken_here
    if not places:
        return ""
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f" {', '.join(map(str, places[:_NAMED]))}{more} {'fails' if len(places) == 1 else 'fail'} by it."


def _others(told: Told) -> str:
    is_gone, is_member = told.broken.kind == REMOVED, bool(told.broken.owner)
    names = [
        f"`{each.place.symbol.rpartition('.')[2] if (is_gone or is_member) and each.place.symbol else each.address.rpartition(' ')[2]}`"
        for each in told.also
    ]
    if not names:
        return ""
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"; and {'with it' if is_gone else 'as well for' if is_member else 'so with'} {shown}{more}"
