"""Paths of Python web frameworks in one form: `/orders/{id}`, however parameters are written."""

import re
from typing import Final

_ANGLE: Final = re.compile(r"<(?:[\w.]+(?:\([^)]*\))?:)?(\w+)(?::[^>]*)?>")
_BRACE: Final = re.compile(r"\{(\w+):[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_COLON: Final = re.compile(r"(?<=/):(\w+)")
_NAMED_GROUP: Final = re.compile(r"\(\?P<(\w+)>(?:[^()\\]|\\.|\([^()]*\))*\)")
_OTHER_GROUP: Final = re.compile(
    r"\((?!\?)(?:[^()\\]|\\.)*\)|\(\?:(?:[^()\\]|\\.)*\)[?*]?|\\[dws][+*]?|\[[^\]]*\][+*]?"
)


def path_of(*parts: str) -> str:
    """One path of the parts put behind each other."""
    path = "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))
    path = _COLON.sub(r"{\1}", _ANGLE.sub(r"{\1}", _BRACE.sub(r"{\1}", path)))
    is_closed = (len(path) > 1 and parts[-1].endswith("/")) or (
        not parts[-1] and parts[-2:-1] and parts[-2].endswith("/")
    )
    return path + "/" if is_closed and not path.endswith("/") else path


def path_of_regex(*parts: str) -> str:
    """The path a chain of Django's regular expressions stands for; a group without a name is `{}`."""
    return path_of(*map(_plain, parts))


def _plain(regex: str) -> str:
    path = _NAMED_GROUP.sub(r"{\1}", regex.removeprefix("^").removeprefix("\\A"))
    path = _OTHER_GROUP.sub("{}", path)
    path = path.removesuffix("$").removesuffix("\\Z").removesuffix("?")
    return path.replace("\\", "")
