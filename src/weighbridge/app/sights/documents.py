"""What can be seen of what documents and comments say."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider
from weighbridge.landscape.freshness.of_change import DocumentsOfChange


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {DocumentsOfChange: lambda: _of_change(seen)}


def _of_change(seen: Seen) -> DocumentsOfChange:
    from weighbridge.app.sights.stale_documents import (  # noqa: PLC0415 - only where a rule of documents is asked
        find_made_stale,
        find_stale_advice,
    )

    return DocumentsOfChange(find_made=lambda: find_made_stale(seen), find_advice=lambda: find_stale_advice(seen))
