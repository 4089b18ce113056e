"""One block of which fewer are declared than before: what follows, in words, and how bad that is."""

from msgspec import Struct

from weighbridge.domain.findings import Confidence
from weighbridge.domain.places import Place
from weighbridge.landscape.infrastructure.refusals import Refusal


class Fewer(Struct, frozen=True, kw_only=True):
    """One block of which some are destroyed."""

    words: str
    place: Place
    anchor: str
    confidence: Confidence
    is_grave: bool = False
    is_network: bool = False
    refusal: Refusal | None = None
    """What refuses that, as far as its own settings say."""
