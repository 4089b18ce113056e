"""What merely passes its parameters on: where what it calls had them deprecated, so had it, and both are told as one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, Told

_LOST: Final = LatePattern(r"\A`(\w+)` cannot be given any more\Z")


def passed_on(told: Sequence[Told], facts: Mapping[RepoPath, FileFacts]) -> list[Told]:
    """What is told, with what passes on to something deprecated told with that; `facts` are of the base, by head's paths."""
    announced: dict[str, list[Told]] = {}
    for each in told:
        if each.broken.is_deprecated and each.broken.kind == NARROWED:
            announced.setdefault(each.broken.stood.rpartition(".")[2], []).append(each)
    if not announced:
        return list(told)
    together: dict[str, list[Told]] = {}
    left: list[Told] = []
    for each in told:
        of = next(_behind(each, announced, facts=facts), None)
        if of is None:
            left.append(each)
        else:
            together.setdefault(of.broken.address, []).append(each)
    return [_with(each, together.get(each.broken.address, ())) for each in left]


def _with(told: Told, others: Sequence[Told]) -> Told:
    if not others or not told.broken.is_deprecated:
        return told
    brought = tuple(place for each in others for place in each.brought)
    return replace(
        told,
        also=(*told.also, *(each.broken for each in others)),
        brought=tuple(dict.fromkeys((*told.brought, *brought))),
    )


def _behind(
    told: Told, announced: Mapping[str, Sequence[Told]], *, facts: Mapping[RepoPath, FileFacts]
) -> Iterator[Told]:
    """The deprecated things that a function passes all of its lost parameters on to, and that lose them too."""
    lost, of_file = _lost(told), facts.get(told.broken.place.path)
    if not lost or told.broken.is_deprecated or of_file is None:
        return
    scopes = {at for at in range(len(of_file.definitions)) if of_file.qualified_name(at) == told.broken.stood}
    calls = (
        call
        for step in of_file.steps
        if step.scope in scopes
        for call in walk(step.value)
        if type(call) is Call and last_name(call.function) in announced
    )
    for call in calls:
        given = {each.name for each in call.arguments if each.name and each.value == Name(each.name)}
        if lost <= given:
            yield from (each for each in announced[last_name(call.function)] if lost <= _lost(each))


def _lost(told: Told) -> set[str]:
    """The parameters that cannot be given any more; none where something else is otherwise too."""
    pieces = [_LOST.match(each) for each in told.broken.words.partition("`: ")[2].split("; ")]
    names = {each[1] for each in pieces if each is not None}
    return names if len(names) == len(pieces) else set()
