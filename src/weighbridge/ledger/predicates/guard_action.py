"""What an agent wanted to do."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest


class GuardAction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The guard judged an agent's action. Its subject is the ledger."""

    at: datetime
    agent: str
    action: Digest
    """Of the action as it was asked for; its text is kept elsewhere."""
    kind: str
    verdict: str
    """`allowed`, `refused` or `asked`."""
    grant: str = ""
    rule: str = ""
    personal: Digest | None = None
    """Commits to who allowed it."""
