"""Two versions of a JSON Schema (draft 4 to 2020-12): its root, and the definitions that others may refer to."""

import posixpath
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.payloads import DOCUMENTS, Payload, payload_breaks
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.contracts.schema_breaks import SchemaComparison, Way
from weighbridge.landscape.contracts.schemas import Schemas
from weighbridge.landscape.documents.nodes import Fields

_DEFINITIONS: Final = ("$defs", "definitions")
_ALONE: Final = LatePattern(r"draft-0[3-7]/")
"""Drafts in which what stands beside a reference means nothing."""

_WRITTEN_BY_OTHERS: Final = LatePattern(
    r"(?:^|[._/-])(?:config|configuration|settings|options|manifest|values)(?:[._/-]|$)"
)
"""What people write and the program reads: what is wider hurts nobody there."""


def is_json_schema(root: Spot) -> bool:
    """Whether a document is a schema: it says so, or looks like nothing else."""
    if not isinstance(root.node, Fields):
        return False
    said = root.text("$schema")
    keys = root.node.entries.keys()
    return (
        "json-schema.org" in said
        if said
        else bool(keys & {"properties", "$ref", "allOf", "oneOf", "anyOf", *_DEFINITIONS})
    )


def json_schema_breaks(old: Spot, new: Spot, *, libraries: tuple[Library, Library]) -> Iterator[Break | CouldNotLook]:
    """What the second breaks that the first said."""
    before, after = (
        Schemas(each, reads_beside=_reads_beside(root)) for each, root in zip(libraries, (old, new), strict=True)
    )
    comparison = SchemaComparison(before, after, sameness=Sameness(*libraries))
    way = Way.REQUEST if _WRITTEN_BY_OTHERS.search(posixpath.basename(new.path).lower()) else None
    for one, other in _pairs(old, new):
        yield from payload_breaks(Payload(old=one, new=other, way=way), comparison, words=DOCUMENTS)
    yield from comparison.missing(new.path)


def _pairs(old: Spot, new: Spot) -> Iterator[tuple[Spot, Spot]]:
    """The roots, and definitions of one name."""
    yield old, new
    for key in _DEFINITIONS:
        before, after = old.get(key), new.get(key)
        kept = {each.name: each for each in after.fields()} if after else {}
        for each in before.fields() if before else ():
            if each.name in kept:
                yield each, kept[each.name]


def _reads_beside(root: Spot) -> bool:
    return _ALONE.search(root.text("$schema")) is None
