"""What a change takes from those who import the packages that a repository publishes, rule by rule."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Rule
from weighbridge.facts.model import FileFacts, Name, Text
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.code.api_breaks import DEFAULT, NARROWED, REMOVED, ApiBreak, promised, yielding
from weighbridge.landscape.contracts.trees import Trees, reading
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test, stands_aside

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.code.packages import Published

_MOST_SHOWN: Final = 10
_NAMED: Final = 3
_LOWER: Final = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
_VERSION: Final = Name("__version__")
_CAN_BE_SEEN: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE)


class _Told(Struct, frozen=True):
    """A break, the package that it is in, and the calls of it here that were brought along."""

    broken: ApiBreak
    package: "Published"
    brought: tuple[Place, ...] = ()
    also: tuple[ApiBreak, ...] = ()
    """Other members of the same owner that are gone with it."""


class PublicApis:
    """Compared once, when a rule asks and something of the change may be seen from outside."""

    def __init__(
        self,
        code: Callable[[], CodeChange],
        contents: ChangedBytes,
        *,
        trees: Trees,
        landscapes: Callable[[], Landscapes | CouldNotLook],
    ) -> None:
        self._code = code
        self._contents = contents
        self._trees = trees
        self._landscapes = landscapes

    def findings(self, rule: Rule, kind: str) -> Iterator[Finding | CouldNotLook]:
        """What one rule tells, and where it could not look."""
        for each in self._found:
            if isinstance(each, CouldNotLook):
                yield each
            elif each.broken.kind == kind:
                yield _finding(rule, each)

    @cached_property
    def _found(self) -> list[_Told | CouldNotLook]:
        files = [file for file in self._code().files.values() if _may_be_noticed(file)]
        packages, unknown = self._packages(files) if files else ({}, [])
        if not packages:
            return [*unknown]
        landscapes = self._landscapes()
        if isinstance(landscapes, CouldNotLook):
            return [*unknown, landscapes]
        found: dict[tuple[str, str], _Told] = {}
        elsewhere = _Elsewhere(self._code(), landscapes)
        for package, role, of_package in packages.values():
            is_next = package.is_next or _is_next(package, self._code())
            breaks_in = _reader(role, landscapes, package=package)
            for file in of_package:
                for each in breaks_in(file):
                    brought = elsewhere.brought_along(each)
                    key = (each.kind, each.address)
                    if brought is not None and (key not in found or not each.is_handed_on):
                        found[key] = _Told(_weighed(each, is_next=is_next), package, brought)
        return [*unknown, *_together(found.values())]

    def _packages(
        self, files: Sequence[FileCode]
    ) -> tuple[dict[tuple[RepoPath, str], tuple["Published", str, list[FileCode]]], list[CouldNotLook]]:
        """The packages that some files are published in, each with its files, and which manifests could not be read."""
        from weighbridge.landscape.contracts.code.packages import PublishedPackages  # noqa: PLC0415 - few changes ask

        base, head = (reading(side, self._contents, trees=self._trees) for side in (Side.BASE, Side.HEAD))
        published = PublishedPackages(base, head)
        found: dict[tuple[RepoPath, str], tuple[Published, str, list[FileCode]]] = {}
        unknown: list[CouldNotLook] = []
        for file in files:
            package = published.of(file.change.base.path if file.change.base else file.change.path, file.role)
            if isinstance(package, CouldNotLook):
                unknown += [] if package in unknown else [package]
            elif package is not None:
                found.setdefault((package.manifest, file.role), (package, file.role, []))[2].append(file)
        return found, unknown


class _Elsewhere:
    """What other rules tell of the same causes: uses in the repository that a change left behind."""

    def __init__(self, code: CodeChange, landscapes: Landscapes) -> None:
        self._code = code
        self._landscapes = landscapes

    def brought_along(self, broken: ApiBreak) -> tuple[Place, ...] | None:
        """Who calls it here, each brought along; None where some are not, and that is told already."""
        if broken.kind == REMOVED:
            return None if (broken.place.path, broken.stood) in self._still_used else ()
        if broken.kind == DEFAULT and self._is_limit(broken):
            return None
        if broken.symbol is None or broken.kind != NARROWED:
            return ()
        from weighbridge.landscape.callers import Callers, rejected  # noqa: PLC0415 - most changes narrow nothing

        facts = self._landscapes.head.landscape.facts(broken.symbol.path)
        callers = [c for c in Callers(self._landscapes.head).of(broken.symbol) if not is_test(c.path)]
        definition = facts.definitions[broken.symbol.index] if facts else None
        if facts and definition and any(rejected(caller, [definition], facts=facts) for caller in callers):
            return None
        return tuple(caller.place() for caller in callers)

    def _is_limit(self, broken: ApiBreak) -> bool:
        """Whether the default of one parameter is told as a limit."""
        from weighbridge.landscape.surfaces.resources import amount_changes  # noqa: PLC0415 - few defaults change

        file = self._code.files.get(broken.place.path)
        changes = amount_changes(file) if file and "; " not in broken.words else ()
        return any(each.slot.symbol == broken.stood and each.before and each.after for each in changes)

    @cached_property
    def _still_used(self) -> frozenset[tuple[RepoPath, str]]:
        from weighbridge.landscape.dangling import dangling_uses  # noqa: PLC0415 - most changes remove nothing public

        left = dangling_uses(self._code, self._landscapes)
        return frozenset((r.stood.path, r.name) for r in left if not all(is_test(use.path) for use in r.uses))


def _may_be_noticed(file: FileCode) -> bool:
    """Whether anybody outside may notice what a change does to a file, told by the file alone."""
    base = file.change.base
    if file.base is None or base is None or stands_aside(base.path):
        return False
    is_moved = file.change.head is None or file.change.head.path != base.path
    is_init = file.role == "python" and base.path.endswith("__init__.py")
    if is_moved or (is_init and _brought(file.base) != _brought(file.head)):
        return True
    if file.role == "python" and file.head is not None:
        is_other_way = yielding(file.base) != yielding(file.head) or bool(promised(file.base) - promised(file.head))
        if is_other_way or any(
            each.kind == "variable" and "." in each.symbol.partition("#")[2] for each in file.symbols
        ):
            return True
    return any(each.depth in _CAN_BE_SEEN or each.before != each.after for each in file.symbols)


def _brought(facts: FileFacts | None) -> set[str]:
    return {imported.alias for imported in facts.imports} if facts else set()


def _reader(role: str, landscapes: Landscapes, *, package: "Published") -> Callable[[FileCode], Iterator[ApiBreak]]:
    """What tells what a file of a package takes away; only the language at hand is loaded."""
    if role == "python":
        from weighbridge.landscape.contracts.code.python_api import PythonApi  # noqa: PLC0415

        return PythonApi(landscapes, package).breaks
    if role == "go":
        from weighbridge.landscape.contracts.code.go_api import GoApi  # noqa: PLC0415

        return GoApi(landscapes, package).breaks
    if role == "java":
        from weighbridge.landscape.contracts.code.java_api import JavaApi  # noqa: PLC0415

        return JavaApi(landscapes, package).breaks
    from weighbridge.landscape.contracts.code.script_api import ScriptApi  # noqa: PLC0415

    return ScriptApi(landscapes, package).breaks


def _is_next(package: "Published", code: CodeChange) -> bool:
    """Whether a change gives a package of Python a version that may break, where only its code says it."""
    from weighbridge.landscape.contracts.code.packages import is_breaking  # noqa: PLC0415 - as for packages

    return any(
        is_breaking(_stated(file.base), _stated(file.head))
        for file in code.of_role("python")
        if file.change.path.startswith(package.root)
    )


def _stated(facts: FileFacts | None) -> str:
    steps = (step for step in facts.steps if step.target == _VERSION) if facts else ()
    return next((step.value.value for step in steps if isinstance(step.value, Text)), "")


def _together(found: Iterable[_Told]) -> list[_Told]:
    """What is gone of one owner, as one."""
    groups: dict[object, list[_Told]] = {}
    for each in found:
        broken = each.broken
        same = (broken.owner, broken.place.path, broken.severity, broken.confidence, broken.is_deprecated)
        is_part = broken.kind == REMOVED and broken.owner
        groups.setdefault(same if is_part else (broken.kind, broken.address), []).append(each)
    return [replace(first, also=tuple(each.broken for each in others)) for first, *others in groups.values()]


def _weighed(broken: ApiBreak, *, is_next: bool) -> ApiBreak:
    """As bad as it is for those who were told of it, or who take a version that may break."""
    severity = _LOWER.get(broken.severity, broken.severity) if is_next else broken.severity
    return replace(broken, severity=Severity.LOW if broken.is_deprecated else severity)


def _finding(rule: Rule, told: _Told) -> Finding:
    broken = told.broken
    before = " It was deprecated." if broken.is_deprecated else ""
    here = f" {counted(len(told.brought), 'call')} here fit it." if told.brought else ""
    related = [
        *(RelatedPlace(place=each.place, message="is gone too") for each in told.also),
        *(RelatedPlace(place=place, message="calls it, and fits") for place in told.brought),
    ]
    return rule.finding(
        f"{broken.words}{_others(told)}.{before}{here} Who else uses it, of those who install {told.package.name}, cannot be"
        " seen from here",
        broken.place,
        anchor=f"{broken.address} {broken.words}",
        related=tuple(related[:_MOST_SHOWN]),
        severity=broken.severity,
        confidence=broken.confidence,
    )


def _others(told: _Told) -> str:
    names = [f"`{each.place.symbol.rpartition('.')[2] if each.place.symbol else each.address}`" for each in told.also]
    if not names:
        return ""
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"; and with it {shown}{more}"
