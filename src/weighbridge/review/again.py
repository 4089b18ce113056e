"""What to name to weigh a change again: the range that was given, so that it still means what was weighed when ends move on."""

import re
from typing import Final

from weighbridge.domain.change import LimitationKind
from weighbridge.domain.package import ReviewPackage

_TWO_DOTS: Final = re.compile(r"([^.]|[^.].*?[^.])?\.\.([^.].*)?")
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{7,64}")


def range_again(package: ReviewPackage) -> str:
    """The range that weighs the package's change again; empty where none was named.

    `main..ch` is what `ch` adds for as long as `main` stands still: once it moves on, its commits show as if `ch` took
    them back. With three dots it stays what `ch` adds. What was weighed as two sides that had parted stays so.
    """
    named, change = package.names.range_text, package.decision.change
    found = _TWO_DOTS.fullmatch(named)
    has_parted = any(limitation.kind is LimitationKind.SELECTION for limitation in change.limitations)
    if found is None or has_parted or _OBJECT_ID.fullmatch(found[1] or ""):
        return named
    return f"{found[1] or ''}...{found[2] or ''}"
