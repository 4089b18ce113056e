"""Route patterns in one form: `/orders/{id}`, however a framework writes its parameters."""

import re
from typing import Final

_COLON: Final = re.compile(r"(?<=/):(\w+)(?:\([^)]*\))?\??")
_STAR: Final = re.compile(r"(?<=/)\*(\w*)")
_BRACED: Final = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*|\.\.\.|\?)\}")
_SLASHES: Final = re.compile(r"/{2,}")


def route_path(*parts: str) -> str:
    """One path of `parts` put behind each other; parameters are `{name}`, a rest without a name is `{*}`."""
    path = "/" + "/".join(part.strip() for part in parts if part)
    path = _COLON.sub(r"{\1}", path.replace("{$}", ""))
    path = _STAR.sub(lambda found: "{" + (found[1] or "*") + "}", path)
    path = _SLASHES.sub("/", _BRACED.sub(r"{\1}", path))
    return path.rstrip("/") or "/"
