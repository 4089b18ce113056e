"""All doubts about a policy, each at the place in the layer that it comes from."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Mark
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.doubts.of_ledger import LedgerSays, doubts_of_ledger
from weighbridge.policy.doubts.of_members import doubts_of_members
from weighbridge.policy.doubts.of_paths import Tree, doubts_of_paths
from weighbridge.policy.doubts.of_people import Known, doubts_of_people
from weighbridge.policy.doubts.of_rules import doubts_of_rules
from weighbridge.policy.doubts.of_settings import doubts_of_settings
from weighbridge.policy.reading.layer import Layer
from weighbridge.policy.reading.load import Loaded

_START = Mark(line=1, column=1)


class PlacedDoubt(Struct, frozen=True, kw_only=True):
    """A doubt, and the file, line and column of what it is about."""

    path: str
    mark: Mark
    doubt: Doubt

    def __str__(self) -> str:
        return f"{self.path}:{self.mark.line}:{self.mark.column}: {self.doubt.message}"


def find_doubts(
    loaded: Loaded,
    known: Known | None = None,
    *,
    tree: Tree | None = None,
    ledger: LedgerSays | None = None,
    now: datetime | None = None,
) -> tuple[PlacedDoubt, ...]:
    """What loads and can hardly be meant, in order of the layers and of the text; each is told once."""
    dropped = {name for layer in loaded.layers for name in layer.dropped}
    every = (
        *doubts_of_settings(loaded.policy, dropped=dropped, now=now),
        *doubts_of_people(loaded.policy, known or Known()),
        *doubts_of_members(loaded.policy, known or Known()),
        *doubts_of_rules(loaded.policy),
        *doubts_of_ledger(loaded.policy, ledger),
        *doubts_of_paths(loaded.policy, tree, written_here=tuple(loaded.layers[-1].marks)),
    )
    placed = [_placed(doubt, loaded.layers) for doubt in dict.fromkeys(every)]
    order = {layer.path: number for number, layer in enumerate(loaded.layers)}
    return tuple(sorted(placed, key=lambda each: (order[each.path], each.mark.line, each.mark.column)))


def _placed(doubt: Doubt, layers: Sequence[Layer]) -> PlacedDoubt:
    """At the highest layer that states it; at the start of the highest one for what nobody wrote."""
    for layer, mark in _stating(doubt.about, layers):
        return PlacedDoubt(path=layer.path, mark=mark, doubt=doubt)
    return PlacedDoubt(path=layers[-1].path, mark=_START, doubt=doubt)


def _stating(about: str, layers: Sequence[Layer]) -> Iterator[tuple[Layer, Mark]]:
    for layer in reversed(layers):
        if (mark := layer.marks.get(about)) is not None:
            yield layer, mark
