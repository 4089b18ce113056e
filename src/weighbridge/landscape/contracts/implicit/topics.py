"""Topics and queues on which one side speaks and the other listens, and which a change leaves with one side alone."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.event_keys import heard_on
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.terms import ENTRIES
from weighbridge.landscape.test_files import is_test, stands_aside

Part = Literal["publishes", "consumes"]
_OTHER: Final[dict[Part, Part]] = {"publishes": "consumes", "consumes": "publishes"}
_LISTENING: Final = ("consumer", "job")
_MOST_FILES: Final = 500


class Spoken(Struct, frozen=True):
    """A topic on which a place publishes or consumes."""

    part: Part
    topic: str
    scope: int
    line: int


class LeftAlone(Struct, frozen=True, kw_only=True):
    """A topic that nobody speaks or listens on any more, while `others` still do the other; `now` is what took its place.

    Where there are no others, both sides here were renamed, or the other is elsewhere.
    """

    part: Part
    topic: str
    place: Place
    others: tuple[Place, ...]
    now: str = ""
    is_both: bool = False
    """Whether whoever does the other here goes by the new name."""
    is_certain: bool = True
    """Whether others are known by their framework, not by how the call is named that is given the topic."""


def left_alone(code: CodeChange, landscapes: Landscapes | None) -> Iterator[LeftAlone]:
    """Every topic that a change takes one side from."""
    if landscapes is None:
        return
    told: set[tuple[Part, str]] = set()
    renamed: set[str] = set()
    for path, file in code.files.items():
        for gone in _gone(file) if not stands_aside(path) else ():
            if (gone.part, gone.topic) in told:
                continue
            told.add((gone.part, gone.topic))
            found = [*_speaking(landscapes.head.landscape, gone.topic)]
            others = tuple(place for part, place in found if part == _OTHER[gone.part])
            if any(part == gone.part for part, _ in found):
                continue
            left = _told(file, gone, others=others)
            if not others and left.now:
                heard = [*heard_on(gone.topic, landscapes.head, now=left.now)]
                if any(each.sends == (gone.part == "publishes") for each in heard):
                    continue
                others = tuple(each.place for each in heard if not each.knows and not stands_aside(each.place.path))
                left = replace(left, others=others, is_certain=not others)
            if others or (left.now and gone.topic not in renamed):
                renamed.add(gone.topic)
                is_both = not others and any(
                    True for part, _ in _speaking(landscapes.head.landscape, left.now) if part == _OTHER[gone.part]
                )
                yield replace(left, is_both=is_both)


def spoken(facts: FileFacts | None) -> Iterator[Spoken]:
    """The topics that a file says whole."""
    for access in facts.accesses if facts else ():
        if access.is_certain and access.kind in _OTHER:
            yield Spoken(
                "publishes" if access.kind == "publishes" else "consumes", access.key, access.scope, access.line
            )
    for entry in facts.entry_points if facts else ():
        if entry.kind in _LISTENING and entry.is_certain:
            yield Spoken("consumes", entry.key, entry.scope, entry.line)


def may_speak(code: CodeChange) -> bool:
    """Whether any changed file spoke on a topic and does no longer."""
    return any(any(_gone(file)) for path, file in code.files.items() if not stands_aside(path))


def _gone(file: FileCode) -> Iterable[Spoken]:
    kept = {(each.part, each.topic) for each in spoken(file.head)}
    return (each for each in spoken(file.base) if (each.part, each.topic) not in kept and not _is_job(file, each))


def _is_job(file: FileCode, each: Spoken) -> bool:
    """Whether it is a job, which runs without anybody asking: whoever asks for one by its name shows that it is more."""
    base = file.base
    jobs = {(entry.key, entry.framework) for entry in base.entry_points if entry.kind == "job"} if base else set()
    return any(key == each.topic and framework != "celery" for key, framework in jobs)


def _told(file: FileCode, gone: Spoken, *, others: tuple[Place, ...]) -> LeftAlone:
    base, head = file.base, file.head
    symbol = base.qualified_name(gone.scope) if base else ""
    kept = {(each.part, each.topic) for each in spoken(base)}
    come = [each for each in spoken(head) if each.part == gone.part and (each.part, each.topic) not in kept]
    here = [each for each in come if head is not None and head.qualified_name(each.scope) == symbol]
    found = here or (come if len(come) == 1 else [])
    if len({each.topic for each in found}) == 1:
        place = Place(path=file.change.path, line=found[0].line, end_line=found[0].line, symbol=symbol)
        return LeftAlone(part=gone.part, topic=gone.topic, place=place, others=others, now=found[0].topic)
    blob = file.change.base or file.change.head
    assert blob is not None, "a file stands on one side"
    place = Place(path=blob.path, line=gone.line, end_line=gone.line, symbol=symbol, side=Side.BASE)
    return LeftAlone(part=gone.part, topic=gone.topic, place=place, others=others)


def _speaking(landscape: Landscape, topic: str) -> Iterator[tuple[Part, Place]]:
    """Who publishes or consumes on a topic."""
    paths: list[RepoPath] = [*landscape.files_with(f"k:topic:{topic}"), *landscape.files_with(ENTRIES)[:_MOST_FILES]]
    likely = [path for path in dict.fromkeys(paths) if not is_test(path)]
    landscape.load(likely)
    for path in likely:
        for each in spoken(landscape.facts(path)):
            if each.topic == topic:
                yield each.part, Place(path=path, line=each.line, end_line=each.line)
