"""What containers and programs empty each time they start."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.dockerfile import filled
from weighbridge.landscape.infrastructure.commands import Command
from weighbridge.landscape.infrastructure.emptied import empties
from weighbridge.landscape.infrastructure.images.changed import Built, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.serving import serves_others

_DEPLOYS: Final = LatePattern(r"entry[-_]?point|deploy|release|Procfile|boot|migrate")
_ENTERS: Final = ("CMD", "ENTRYPOINT")
_OF_A_PROCFILE: Final = LatePattern(r"(?m)^[\w-]+:[ \t]*")


class Emptied(Struct, frozen=True, kw_only=True):
    """One command that takes away all that is stored: who runs it, when, and where that stands."""

    command: Command
    by: str
    when: str
    place: Place
    is_sure: bool
    """Whether what runs it is what others are served by."""


def started_empty(images: Images, side: Side) -> Iterator[Emptied]:
    """Each such command of what a change touches, as it is on one side."""
    for pair in images.built:
        built = pair[0] if side is Side.BASE else pair[1]
        if built is not None and not built.is_for_oneself:
            yield from _of_image(built)
    for path, text in images.started(side):
        script = _OF_A_PROCFILE.sub("", text) if path.endswith("Procfile") else text
        for each in empties(script):
            place = Place(path=path, line=each.line + 1, end_line=each.line + 1, side=side)
            name = path.rpartition("/")[2]
            is_sure = _DEPLOYS.search(name) is not None
            yield Emptied(command=each, by=f"`{name}`", when="each time it is started", place=place, is_sure=is_sure)
    for both in images.composed:
        composed = both[0] if side is Side.BASE else both[1]
        if composed is None or is_for_oneself(composed.path):
            continue
        for service in composed.services.values():
            for setting in ("command", "entrypoint"):
                for each in empties(_shell(service.settings.get(setting, ""))):
                    place = composed.at(service.line_of(setting))
                    yield Emptied(
                        command=each,
                        by=f"the service `{service.name}`",
                        when="each time it is started",
                        place=place,
                        is_sure=serves_others(composed),
                    )


def _of_image(built: Built) -> Iterator[Emptied]:
    for stage in built.said.stages[-1:]:
        for each in stage.instructions:
            if each.name in _ENTERS:
                for found in empties(_shell(filled(" ".join(each.words), stage.values))):
                    yield Emptied(
                        command=found,
                        by=f"the image's `{each.name}`",
                        when="each time a container of it is started",
                        place=built.at(each.line),
                        is_sure=True,
                    )


def _shell(text: str) -> str:
    """What a shell is given with `-c`, by itself."""
    return _GIVEN.sub("", text.strip("[]\"' "))


_GIVEN: Final = LatePattern(r"^(?:/bin/)?(?:ba|a|da)?sh(?:[\"',]*[ ,]+[\"']*)-\w*c(?:[\"',]*[ ,]+[\"']*)")
