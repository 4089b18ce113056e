"""The state of source files of ours: while it stays, so does what they make of anything."""

import hashlib
import os
from collections.abc import Iterable


def states_of(folders: Iterable[str]) -> str:
    """Names, sizes and times of the Python files directly in these folders, as one digest; no module is imported.

    Empty where they are not files.
    """
    try:
        entries = [entry for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".py")]
        states = sorted((entry.path, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in entries)
    except OSError:
        return ""
    return hashlib.blake2b(repr(states).encode("utf-8", "replace"), digest_size=16).hexdigest()
