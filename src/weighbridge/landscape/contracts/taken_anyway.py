"""Whether a server here takes what its description no longer allows: code that a tool made from it, and that checks nothing.

What Go decodes has the zero of its type where nothing was sent. `oapi-codegen` makes such types, and leaves checking to others.
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.breaks import Break, Operation
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.terms import ENTRIES, import_keys, route_keys

_FIELD: Final = LatePattern(r"\A`([^`]+)` of `(\w+)` must be sent now: ")
_MAKER: Final = b"oapi-codegen"
_CHECKERS: Final = (
    "github.com/getkin/kin-openapi/openapi3filter",
    "github.com/oapi-codegen/nethttp-middleware",
    "github.com/oapi-codegen/gin-middleware",
    "github.com/oapi-codegen/echo-middleware",
    "github.com/oapi-codegen/fiber-middleware",
    "github.com/deepmap/oapi-codegen/pkg/middleware",
    "github.com/pb33f/libopenapi-validator",
)
_HEADER: Final = 1000
_MOST_BYTES: Final = 4_000_000
_MOST_FILES: Final = 10


def taken_as_false(found: Break, landscape: Landscape) -> str:
    """What becomes of requests without a field that must be sent now, where a server here takes them; else empty."""
    named = _FIELD.match(found.words) if found.kind == "request-field-required" else None
    if (
        named is None
        or not _is_served(found.operations, landscape)
        or not _is_made(landscape, field=named[1], schema=named[2])
    ):
        return ""
    if any(landscape.files_with(f"i:{key}") for module in _CHECKERS for key in islice(import_keys(module), 1)):
        return ""
    return f"{found.words[: named.end() - 2]}, and code here cannot refuse requests that leave it out: it takes them as `false`"


def _is_served(operations: Sequence[Operation], landscape: Landscape) -> bool:
    """Whether code of Go here has a route of each operation's last words."""
    return bool(operations) and all(
        any(path.endswith(".go") for key in route_keys(each.path)[-1:] for path in landscape.files_with(ENTRIES + key))
        for each in operations
    )


def _is_made(landscape: Landscape, *, field: str, schema: str) -> bool:
    """Whether a tool made the schema a type of Go whose field is true or false: nobody can tell `false` from what was not sent."""
    for path in landscape.files_with(f"d:{schema}")[:_MOST_FILES]:
        facts = landscape.facts(path) if path.endswith(".go") else None
        if facts is None or not facts.is_generated:
            continue
        text = landscape.read(landscape.tree.blobs[path].oid, _MOST_BYTES)
        of_type = re.compile(rb"\sbool\s+`json:\"%s\"`" % re.escape(field.encode()))
        if isinstance(text, bytes) and _MAKER in text[:_HEADER] and of_type.search(text):
            return True
    return False
