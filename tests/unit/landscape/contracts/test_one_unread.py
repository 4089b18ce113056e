"""One file of schemas that cannot be had keeps none of the others from being compared."""

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.recognise import GRAPHQL, PROTOBUF
from weighbridge.landscape.contracts.schema_files import compare_files

GONE = CouldNotLook(reason=Reason.LIMIT, detail="b has more than 4,000,000 bytes")
MESSAGE = 'syntax = "proto3";\npackage shop.{};\nmessage Pet {{ {} }}\n'
TYPE = "type {} {{ id: ID {} }}\n"


@pytest.mark.parametrize("lost", Side)
@pytest.mark.parametrize(
    ("role", "ending", "text", "fields"),
    [
        (PROTOBUF, "proto", MESSAGE, ("string name = 1; string kind = 2;", "string name = 1;")),
        (GRAPHQL, "graphql", TYPE, ("name: String", "")),
    ],
    ids=["protobuf", "graphql"],
)
def test_what_can_be_read_is_compared(role: str, ending: str, text: str, fields: tuple[str, str], lost: Side) -> None:
    paths = {name: f"{name}.{ending}" for name in "ab"}
    texts = {path: (text.format(name, fields[0]), text.format(name, fields[1])) for name, path in paths.items()}
    change = Touched(texts).change
    held = {
        blob.oid: texts[file.path][side is Side.HEAD].encode()
        for file in change.files
        for side in Side
        if (blob := file.on(side)) is not None and (file.path, side) != (paths["b"], lost)
    }

    def read(oid: ObjectId, _most: int) -> bytes | CouldNotLook:
        return held.get(oid, GONE)

    found = compare_files(role, change.files, contents=ChangedBytes(change, read)).answers

    assert GONE in found
    assert [each.place.path for each in found if isinstance(each, Break)] == [paths["a"]]
