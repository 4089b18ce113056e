"""Check a policy before it decides anything: everything wrong with it, and what can hardly be meant."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.app.build_trust import read_allowed_signers
from weighbridge.policy.doubts.find import PlacedDoubt, find_doubts
from weighbridge.policy.reading.load import Loaded, Source, load_layers


class CheckedPolicy(Struct, frozen=True, kw_only=True):
    """A policy that loads, and the doubts about it."""

    loaded: Loaded
    doubts: tuple[PlacedDoubt, ...]


def check_policy(sources: Sequence[Source], *, signers: bytes | None, now: datetime) -> CheckedPolicy:
    """The policy of `sources`, the lowest first; `signers` is the document of those who are enrolled, if there is one.

    Raises:
        ConfigurationError: holding every problem of every source.
    """
    loaded = load_layers(sources)
    enrolled = None if signers is None else tuple(read_allowed_signers(signers))
    return CheckedPolicy(loaded=loaded, doubts=find_doubts(loaded, enrolled=enrolled, now=now))
