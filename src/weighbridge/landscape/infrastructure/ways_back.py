"""Sources that lead back to themselves: no tool makes anything of them, so what they would make was not looked at."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.circles import circles
from weighbridge.landscape.infrastructure.files import called_folder
from weighbridge.landscape.infrastructure.scopes import names_in
from weighbridge.landscape.infrastructure.source_files import Folder, SourceFiles

_SOURCE: Final = LatePattern(r"\bsource\s*=\s*\"(\.{1,2}/[^\"]*)\"")
_MOST: Final = 200
"""Steps that are followed from one place."""


def way_back(start: str, first: Iterable[str], *, follow: Callable[[str], Iterable[str]]) -> list[str]:
    """The shortest way from a name, by one of some first steps, back to it, the name itself first and last; empty where none is found."""
    came = dict.fromkeys(first, start)
    waiting = list(came)
    for name in waiting:
        if name == start:
            way = [name]
            while (before := came[way[-1]]) != start:
                way.append(before)
            return [start, *reversed(way)]
        for each in follow(name) if len(waiting) <= _MOST else ():
            if each not in came:
                came[each] = name
                waiting.append(each)
    return []


def of_terraform(sources: SourceFiles) -> Iterator[CouldNotLook]:
    """Modules that call themselves, and locals that stand for themselves, each where it did not before."""
    for folder in sources.folders:
        yield from _of_modules(folder)
        yield from _of_locals(folder)


def led_back(path: RepoPath, line: int, *, way: list[str], by: str) -> CouldNotLook:
    """What is said of one."""
    over = " to ".join(f"`{each}`" for each in way)
    where = Place(path=path, line=line)
    detail = f"{where}: {over} leads back to itself: {by} refuses that, and what it would make was not looked at"
    return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="take one of these steps out")


def _of_modules(folder: Folder) -> Iterator[CouldNotLook]:
    def called(path: str) -> Iterator[str]:
        for text in folder.texts_in(path, Side.HEAD):
            yield from (called_folder(path, found[1]) for found in _SOURCE.finditer(text))

    before, after = folder.changed
    for key, new in after.items():
        source = new.block.values.get("source") if key[0] == "module" else None
        old = before.get(key)
        if not isinstance(source, str) or not source.startswith(("./", "../")):
            continue
        if old is not None and old.block.values.get("source") == source:
            continue
        way = way_back(folder.path, [called_folder(folder.path, source)], follow=called)
        if way:
            yield led_back(new.path, new.line_of("source").line, way=[each or "." for each in way], by="Terraform")


def _of_locals(folder: Folder) -> Iterator[CouldNotLook]:
    if folder.is_steady:
        return
    before, after = (scope.said("local") for scope in folder.scopes)
    if before == after:
        return
    behind = {name: [each.removeprefix("local.") for each in names_in(after[name])] for name in after}
    fresh = [name for name in after if before.get(name) != after[name] and behind[name]]
    circle = circles(fresh, lambda name: behind.get(name, ()))
    told: set[int] = set()

    def onward(name: str) -> list[str]:
        return [each for each in behind.get(name, ()) if circle.get(each) == circle[name]]

    for name in fresh:
        way = way_back(name, onward(name), follow=onward) if circle[name] not in told else []
        declared = next((each for each in folder.of("locals") if name in each.block.values), None) if way else None
        if declared is not None:
            told.add(circle[name])
            place = declared.line_of(name)
            yield led_back(place.path, place.line, way=[f"local.{each}" for each in way], by="Terraform")
