"""Whether the code that serves an operation begins to ask for what a description asks for in the same change."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.model import Request
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.recognise import contract_role
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.route_fit import fit
from weighbridge.landscape.test_files import is_test

NEWLY_SAID: Final = "api-security-added"
"""What a description that said nothing of such things before may only write down at last."""

_REFUSES: Final = LatePattern(
    r"(?i)\b401\b|unauthori[sz]ed|authorization\b|authenticat|x-?api-?key|api_?key|\bbearer\b|login_?required|\bjwt\b"
)


def is_enforced(found: Break, head: View, *, files: Iterable[FileChange], contents: ChangedBytes) -> bool:
    """Whether a file that answers one of its operations changes too, and code of the change refuses more than it did."""
    changed = [file for file in files if not is_test(file.path) and role_of(file.path) != "prose"]
    code = [file for file in changed if not contract_role(file, contents.of)]
    if not any(
        _refusals(file, Side.HEAD, contents=contents) > _refusals(file, Side.BASE, contents=contents) for file in code
    ):
        return False
    requests = [Request(each.method, re.sub(r"\{[^{}/]*\}", "{}", each.path), 0, 1) for each in found.operations]
    routes = [routed.route for file in code if file.head for routed in head.requests.routes_of(file.path)]
    return any(route.fixed and fit(request, route) for request in requests for route in routes)


def _refusals(file: FileChange, side: Side, *, contents: ChangedBytes) -> int:
    blob = file.on(side)
    return sum(1 for _ in _REFUSES.finditer(contents.text(blob.path, side))) if blob is not None else 0
