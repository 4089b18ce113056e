"""What comes next after something was put on record: it reaches others by a command, where it does not reach them by itself."""

import shlex
from typing import Final

from weighbridge.adapters.git.repository import GitRepository
from weighbridge.app.ledger_desk import BY_SYNC

NOT_SHARED: Final = "what you said is in this clone alone until then"


def way_to_others(repository: GitRepository, *, way: str) -> str:
    """The command by which what was said here reaches others; empty where there are none, or it reached them already.

    `way` is how a ledger comes here.
    """
    names = repository.remotes() if way == BY_SYNC else ()
    if not names:
        return ""
    return f"weighbridge ledger sync{'' if 'origin' in names else f' {shlex.quote(names[0])}'}"


def next_line(repository: GitRepository, *, way: str) -> str:
    """The same as a line to be printed, which ends; empty where nothing is to be done."""
    command = way_to_others(repository, way=way)
    return f"Next: {command}: {NOT_SHARED}\n" if command else ""
