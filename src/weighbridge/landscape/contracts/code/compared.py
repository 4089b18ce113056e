"""The changed files of published packages, each compared by its language, and what other rules tell already left out."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place
from weighbridge.facts.model import FileFacts, Name, Text
from weighbridge.landscape.callers import Callers, rejected
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.code.api_breaks import DEFAULT, NARROWED, REMOVED, ApiBreak, Told, is_inner
from weighbridge.landscape.contracts.code.made import Described, told_once
from weighbridge.landscape.contracts.code.packages import Published, PublishedPackages, Sides, is_breaking
from weighbridge.landscape.contracts.code.passed_on import passed_on
from weighbridge.landscape.contracts.code.python_fields import comes_last, is_made_of_fields, made_of_fields
from weighbridge.landscape.contracts.code.python_makers import Makers
from weighbridge.landscape.contracts.code.script_entries import unfound
from weighbridge.landscape.contracts.code.script_surface import Surface
from weighbridge.landscape.contracts.code.since_release import Reader, SinceRelease, may_block, tags_of
from weighbridge.landscape.contracts.releases import FindRelease, never_found, not_yet
from weighbridge.landscape.dangling import dangling_uses
from weighbridge.landscape.file_names import CLASS_KINDS, SCRIPTS
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.surfaces.resources import amount_changes
from weighbridge.landscape.test_files import is_test

_LOWER: Final = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
_NAMED: Final = 3
_VERSION: Final = Name("__version__")

_Same = tuple[RepoPath, str, Severity]
"""A name, or the file of a module, in one package, and how bad it is that it is gone."""


def compare(
    files: Sequence[FileCode],
    read: Sides,
    *,
    code: CodeChange,
    landscapes: Callable[[], Landscapes | CouldNotLook],
    described: Callable[[str], Described | None],
    release: FindRelease = never_found,
) -> list[Told | CouldNotLook]:
    """What some files take from those who import the packages that they are published in."""
    packages, unknown = _packages(files, read)
    if not packages:
        return [*unknown]
    both = landscapes()
    if isinstance(both, CouldNotLook):
        return [*unknown, both]
    found: dict[tuple[str, str], Told] = {}
    elsewhere = _Elsewhere(code, both)
    for package, role, of_package in packages.values():
        unknown += _unseen(package, role, files=of_package, view=both.base)
        is_next = package.is_next or _is_next(package, code)
        reader = _reader(role, package)
        breaks_in = reader(both, read)
        of_release: SinceRelease | None = None
        for file in of_package:
            for each in breaks_in(file):
                brought = elsewhere.brought_along(each)
                key = (each.kind, each.address)
                if brought is None or (key in found and each.is_handed_on):
                    continue
                weighed = _promised(_weighed(_as_meant(each, file), is_next=is_next), package)
                is_asked = may_block(weighed) or (of_release is not None and weighed.severity is Severity.MEDIUM)
                if is_asked and (newest := release(tags_of(package))) is not None:
                    of_release = of_release or SinceRelease(newest, package, landscapes=both, reader=reader, read=read)
                    weighed = _released(weighed, of_release.words(weighed, file), newest=newest.tag)
                weighed = _made_here(weighed, file) if brought else weighed
                failing = (*weighed.broken_here, *elsewhere.failing(each))
                found[key] = Told(_failing_here(replace(weighed, broken_here=failing)), package, brought)
    before = {file.change.path: file.base for file in files if file.base is not None}
    told = passed_on(list(_where_defined(found.values())), before)
    return [*unknown, *told_once(_together(told), read, described=described)]


def _released(broken: ApiBreak, what: str, *, newest: str) -> ApiBreak:
    """A break as bad as it is where what it takes is in no release yet."""
    return replace(broken, severity=Severity.LOW, not_yet=not_yet(newest, what)) if what else broken


def _packages(
    files: Sequence[FileCode], read: Sides
) -> tuple[dict[tuple[RepoPath, str], tuple[Published, str, list[FileCode]]], list[CouldNotLook]]:
    """The packages that some files are published in, each with its files, and which manifests could not be read."""
    published = PublishedPackages(*read)
    found: dict[tuple[RepoPath, str], tuple[Published, str, list[FileCode]]] = {}
    unknown: list[CouldNotLook] = []
    for file in files:
        package = published.of(file.change.base.path if file.change.base else file.change.path, file.role)
        if isinstance(package, CouldNotLook):
            unknown += [] if package in unknown else [package]
        elif package is not None:
            found.setdefault((package.manifest, file.role), (package, file.role, []))[2].append(file)
    return found, unknown


def _unseen(package: Published, role: str, *, files: Sequence[FileCode], view: View) -> Sequence[CouldNotLook]:
    """What others can import of a package of npm and is not compared, where a change alters files that nothing known leads to."""
    tree = view.landscape.tree
    missing = unfound(package, lambda path: path in tree, listing=tree.blobs) if role in SCRIPTS else []
    if not missing:
        return ()
    surface = Surface(view, package)
    if all(file.change.base is None or surface.reaches(file.change.base.path) for file in files):
        return ()
    named = ", ".join(f"`{package.name}{key[1:]}`" for key in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    detail = f"{package.manifest}: no source is found of {named}{more}: what is imported so is not compared"
    return (CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="compare what is built of both versions"),)


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
        facts = self._landscapes.head.landscape.facts(broken.symbol.path)
        callers = [c for c in Callers(self._landscapes.head).of(broken.symbol) if not is_test(c.path)]
        definition = facts.definitions[broken.symbol.index] if facts else None
        if facts and definition and definition.kind in CLASS_KINDS:
            unfit = {place for place, _ in self._unfit(broken)}
            return tuple(place for place in (caller.place() for caller in callers) if place not in unfit)
        if facts and definition and any(rejected(caller, [definition], facts=facts) for caller in callers):
            return None
        return tuple(caller.place() for caller in callers)

    def failing(self, broken: ApiBreak) -> tuple[Place, ...]:
        """Who makes one of a class here with what it does not take any more, or without what it asks for."""
        return tuple(place for place, _ in self._unfit(broken)) if broken.kind == NARROWED else ()

    def _unfit(self, broken: ApiBreak) -> Iterator[tuple[Place, str]]:
        facts = self._landscapes.head.landscape.facts(broken.symbol.path) if broken.symbol else None
        definition = facts.definitions[broken.symbol.index] if facts and broken.symbol else None
        if facts is None or definition is None or broken.symbol is None or facts.language != "python":
            return
        made = Makers(self._landscapes.head).of(broken.symbol) if definition.kind in CLASS_KINDS else None
        if made is not None:
            for caller in Callers(self._landscapes.head).of(broken.symbol):
                if not is_test(caller.path) and (why := rejected(caller, [made], facts=facts)):
                    yield caller.place(), why

    def _is_limit(self, broken: ApiBreak) -> bool:
        """Whether the default of one parameter is told as a limit."""
        file = self._code.files.get(broken.place.path)
        changes = amount_changes(file) if file and "; " not in broken.words else ()
        return any(each.slot.symbol == broken.stood and each.before and each.after for each in changes)

    @cached_property
    def _still_used(self) -> frozenset[tuple[RepoPath, str]]:
        left = dangling_uses(self._code, self._landscapes)
        return frozenset((r.stood.path, r.name) for r in left if not all(is_test(use.path) for use in r.uses))


def _reader(role: str, package: Published) -> Reader:
    """What tells what a file of a package takes away, by its language."""
    if role == "python":
        from weighbridge.landscape.contracts.code.python_api import PythonApi  # noqa: PLC0415 - most changes are of one language

        return lambda both, _: PythonApi(both, package).breaks
    if role == "go":
        from weighbridge.landscape.contracts.code.go_api import GoApi  # noqa: PLC0415 - the same

        return lambda both, read: GoApi(both, package, read=read).breaks
    if role == "java":
        from weighbridge.landscape.contracts.code.java_api import JavaApi  # noqa: PLC0415 - the same

        return lambda both, read: JavaApi(both, package, read=read).breaks
    from weighbridge.landscape.contracts.code.script_api import ScriptApi  # noqa: PLC0415 - the same

    return lambda both, _: ScriptApi(both, package).breaks


def _is_next(package: Published, code: CodeChange) -> bool:
    """Whether a change gives a package of Python a version that may break, where only its code says it."""
    return any(
        is_breaking(_stated(file.base), _stated(file.head))
        for file in code.of_role("python")
        if file.change.path.startswith(package.root)
    )


def _stated(facts: FileFacts | None) -> str:
    steps = (step for step in facts.steps if step.target == _VERSION) if facts else ()
    return next((step.value.value for step in steps if isinstance(step.value, Text)), "")


def _where_defined(found: Collection[Told]) -> Iterator[Told]:
    """What is gone where it was defined, by the shortest of its addresses: not once more for each, nor for the module it stood in."""
    handed: dict[_Same, list[str]] = {}
    defined: set[_Same] = set()
    for each in found:
        if _is_name(each.broken) and each.broken.is_handed_on:
            handed.setdefault(_same(each, each.broken.stood), []).append(each.broken.address)
        elif _is_name(each.broken):
            defined |= {_same(each, each.broken.stood), _same(each, each.broken.place.path)}
    for each in found:
        broken = each.broken
        is_holder = broken.kind == REMOVED and not broken.stood and _same(each, broken.place.path) in defined
        is_again = broken.is_handed_on and _same(each, broken.stood) in defined
        if is_holder or is_again:
            continue
        others = handed.get(_same(each, broken.stood), []) if _is_name(broken) else []
        best = min((broken.address, *others), key=lambda address: address.count("."))
        words = broken.words.replace(f"`{broken.address}`", f"`{best}`", 1)
        yield replace(each, broken=replace(broken, words=words, address=best))


def _is_name(broken: ApiBreak) -> bool:
    """Whether it is a name of a module's top level that is gone."""
    return broken.kind == REMOVED and bool(broken.stood) and not broken.owner


def _same(told: Told, name: str) -> _Same:
    return told.package.manifest, name, told.broken.severity


def _together(found: Iterable[Told]) -> list[Told]:
    """What is gone of one owner as one, and what one cause does to several things of one file."""
    groups: dict[object, list[Told]] = {}
    for each in found:
        broken = each.broken
        cause = broken.owner if broken.kind == REMOVED or broken.owner else broken.words.partition("`: ")[2]
        same = (cause, broken.kind, broken.place.path, broken.severity, broken.confidence, broken.is_deprecated)
        groups.setdefault((*same, broken.not_yet) if cause else (broken.kind, broken.address), []).append(each)
    return [
        replace(
            first,
            brought=tuple(dict.fromkeys(place for each in (first, *others) for place in each.brought)),
            also=(*first.also, *(broken for each in others for broken in (each.broken, *each.also))),
        )
        for first, *others in groups.values()
    ]


_TRIED_OUT: Final = LatePattern(r"(?i:experimental|unstable)_|(?:experimental|unstable)[A-Z]")
"""How names begin of what is tried out."""


def _as_meant(broken: ApiBreak, file: FileCode) -> ApiBreak:
    """A break as less where the documentation said that the thing is for nobody outside, or its name that it is tried out."""
    if broken.severity is not Severity.HIGH:
        return broken
    if file.base is not None and is_inner(file.base, broken.stood):
        return replace(broken, severity=Severity.MEDIUM, because="its documentation says that it is internal")
    if _TRIED_OUT.match(broken.address.rpartition(".")[2]):
        return replace(broken, severity=Severity.MEDIUM, because="its name says that it is no promise yet")
    return broken


def _weighed(broken: ApiBreak, *, is_next: bool) -> ApiBreak:
    """As bad as it is for those who were told of it, or who take a version that may break."""
    severity = _LOWER.get(broken.severity, broken.severity) if is_next else broken.severity
    return replace(broken, severity=Severity.LOW if broken.is_deprecated else severity)


def _made_here(broken: ApiBreak, file: FileCode) -> ApiBreak:
    """A field more at the end of a class whose objects are made here as less: others may only be handed them."""
    if broken.severity is not Severity.HIGH or broken.kind != NARROWED or file.base is None or file.head is None:
        return broken
    made = [
        made_of_fields(facts, at)
        for facts in (file.base, file.head)
        for at, each in enumerate(facts.definitions)
        if at and each.kind in CLASS_KINDS and facts.qualified_name(at) == broken.stood and is_made_of_fields(each)
    ]
    if len(made) != len((file.base, file.head)) or not comes_last(made[0], made[1]):
        return broken
    return replace(
        broken, severity=Severity.MEDIUM, because="it comes behind all others, and what makes one here gives it"
    )


def _promised(broken: ApiBreak, package: Published) -> ApiBreak:
    """A break as no more than worth knowing where nothing says that others install the package."""
    if package.is_promised or broken.severity is Severity.LOW:
        return broken
    return replace(broken, severity=Severity.LOW, because="nothing here says that others install it")


def _failing_here(broken: ApiBreak) -> ApiBreak:
    """A break as grave where code of this repository fails by it, whoever else there is."""
    return replace(broken, severity=Severity.HIGH, because="", not_yet="") if broken.broken_here else broken
