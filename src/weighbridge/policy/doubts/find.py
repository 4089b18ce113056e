"""All doubts about a policy, each at the place in the layer that it comes from."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Mark
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.doubts.of_ledger import LedgerSays, doubts_of_ledger
from weighbridge.policy.doubts.of_members import doubts_of_members
from weighbridge.policy.doubts.of_names import doubts_of_names
from weighbridge.policy.doubts.of_paths import Tree, doubts_of_paths
from weighbridge.policy.doubts.of_people import Known, doubts_of_people
from weighbridge.policy.doubts.of_rules import doubts_of_rules
from weighbridge.policy.doubts.of_settings import doubts_of_settings
from weighbridge.policy.reading.layer import Layer
from weighbridge.policy.reading.load import Loaded

_START = Mark(line=1, column=1)


class Unsure(Struct, frozen=True, kw_only=True):
    """What of a policy has errors, so that no doubt of it would be more than a guess: parts, by the names of their marks."""

    broken: frozenset[str] = frozenset()
    unnamed: bool = False
    """Whether some rule has no name to go by."""


SURE = Unsure()


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
    unsure: Unsure = SURE,
) -> tuple[PlacedDoubt, ...]:
    """What loads and can hardly be meant, in order of the layers and of the text; each is told once."""
    dropped = {name for layer in loaded.layers for name in layer.dropped}
    of_people = (
        *doubts_of_people(loaded.policy, known or Known()),
        *doubts_of_members(loaded.policy, known or Known()),
    )
    every = (
        *doubts_of_settings(loaded.policy, dropped=dropped, now=now, are_named=not unsure.unnamed),
        *(of_people if "people" not in unsure.broken else ()),
        *doubts_of_rules(loaded.policy),
        *doubts_of_names(
            loaded.policy, known.rules if known else None, are_environments_known="environments" not in unsure.broken
        ),
        *doubts_of_ledger(loaded.policy, ledger),
        *doubts_of_paths(loaded.policy, tree, written_here=tuple(loaded.layers[-1].marks)),
    )
    told = (doubt for doubt in dict.fromkeys(every) if not _is_guess(doubt, unsure))
    placed = [_placed(doubt, loaded.layers) for doubt in told]
    order = {layer.path: number for number, layer in enumerate(loaded.layers)}
    return tuple(sorted(placed, key=lambda each: (order[each.path], each.mark.line, each.mark.column)))


def _is_guess(doubt: Doubt, unsure: Unsure) -> bool:
    """Whether it may be gone once the errors are."""
    if unsure is SURE or doubt.is_sure:
        return False
    if doubt.about in ("rules", "drop"):
        return unsure.unnamed or "rules" in unsure.broken or "drop" in unsure.broken
    return doubt.about in unsure.broken or (doubt.about.startswith("environment ") and "blocking" in unsure.broken)


def _placed(doubt: Doubt, layers: Sequence[Layer]) -> PlacedDoubt:
    """At the highest layer that states it; at the start of the highest one for what nobody wrote."""
    for layer, mark in _stating(doubt.about, layers):
        return PlacedDoubt(path=layer.path, mark=mark, doubt=doubt)
    return PlacedDoubt(path=layers[-1].path, mark=_START, doubt=doubt)


def _stating(about: str, layers: Sequence[Layer]) -> Iterator[tuple[Layer, Mark]]:
    for layer in reversed(layers):
        if (mark := layer.marks.get(about)) is not None:
            yield layer, mark
