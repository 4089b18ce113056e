"""Where this Weighbridge was installed from, as far as another machine could install it from there too."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final
from urllib.parse import urlsplit

from weighbridge import __version__

NAME: Final = "weighbridge"
_PLAIN: Final = re.compile(r"[\w.:/+@#=%~-]+")


def requirement() -> str:
    """What `pip install` takes to get this version elsewhere; empty when it came from this machine's own files."""
    try:
        record = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    return requirement_of(record, __version__)


def requirement_of(record: str | None, version: str) -> str:
    """The same, from the record of its origin that an installer keeps; there is none of what came from an index."""
    if record is None:
        return f"{NAME}=={version}"
    try:
        origin = json.loads(record)
        url, vcs = str(origin["url"]), origin.get("vcs_info")
        parts = urlsplit(url)
        pinned = f"{vcs['vcs']}+{url}@{vcs['commit_id']}" if vcs else url
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    if parts.scheme not in ("https", "ssh") or (parts.password or (parts.scheme == "https" and parts.username)):
        return ""
    return f"{NAME} @ {pinned}" if _PLAIN.fullmatch(pinned) else ""
