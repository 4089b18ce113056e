"""Where the cache lives on this machine."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """`$WEIGHBRIDGE_CACHE`, else this platform's folder for a user's caches, with `weighbridge` in it."""
    if chosen := environment.get("WEIGHBRIDGE_CACHE"):
        return Path(chosen)
    if sys.platform == "win32" and (local := environment.get("LOCALAPPDATA")):
        return Path(local) / "weighbridge" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "weighbridge"
    if chosen := environment.get("XDG_CACHE_HOME"):
        return Path(chosen) / "weighbridge"
    return Path.home() / ".cache" / "weighbridge"
