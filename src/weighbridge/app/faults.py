"""What keeps a link of an admission's proof from holding."""

from enum import IntEnum

from msgspec import Struct


class FaultKind(IntEnum):
    """How near a link came to holding: of several that do not, the nearest is told."""

    NOT_WRITTEN = 1
    ELSEWHERE = 2
    CLOSED = 3
    UNANCHORED = 4
    RAN_OUT = 5
    TAKEN_BACK = 6


class Fault(Struct, frozen=True, kw_only=True):
    """Why a link does not hold, in words."""

    kind: FaultKind
    words: str
