"""Check a policy before it decides anything: everything wrong with it, and what can hardly be meant."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.app.build_trust import read_allowed_signers
from weighbridge.policy.doubts.find import PlacedDoubt, find_doubts
from weighbridge.policy.doubts.of_people import Known
from weighbridge.policy.reading.load import Loaded, Source, load_layers


class CheckedPolicy(Struct, frozen=True, kw_only=True):
    """A policy that loads, and the doubts about it."""

    loaded: Loaded
    doubts: tuple[PlacedDoubt, ...]


def check_policy(
    sources: Sequence[Source], *, signers: bytes | None, now: datetime, has_code_owners: bool | None = None
) -> CheckedPolicy:
    """The policy of `sources`, the lowest first; `signers` is the document of those who are enrolled, if there is one.

    Raises:
        ConfigurationError: holding every problem of every source.
    """
    loaded = load_layers(sources)
    enrolled = None if signers is None else tuple(read_allowed_signers(signers))
    known = Known(enrolled=enrolled, has_code_owners=has_code_owners)
    return CheckedPolicy(loaded=loaded, doubts=find_doubts(loaded, known, now=now))
