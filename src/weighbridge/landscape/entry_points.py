"""Entry points whose name is their file's: frameworks that route by path leave it to the tree to say which."""

from pathlib import PurePosixPath
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import EntryPoint

_ROUTE_ROOT: Final = LatePattern(r"^(?:.*/)?(?:src/)?(?P<root>pages|app)/(?P<route>.+)$")
_ENDING: Final = LatePattern(r"(?:^|/)(?:route|page|index)?\.[cm]?[jt]sx?$|\.[cm]?[jt]sx?$")
_PARAMETER: Final = LatePattern(r"\[+(?:\.\.\.)?(\w+)\]+")
_GROUP: Final = LatePattern(r"(?:^|/)\([^)/]*\)")


def entry_name(entry: EntryPoint, path: RepoPath) -> str:
    """What people call an entry point: its kind and key, `{file}` in the key replaced by what the path means.

    A route is known by its method and path alone. Every program's `main` has the same key, and so has every command of Django:
    the file tells them apart.
    """
    if entry.kind == "main":
        return f"main of {path}"
    if entry.framework == "django" and entry.kind == "cli":
        return f"cli manage.py {PurePosixPath(path).stem}"
    key = entry.key.replace("{file}", route_of(path))
    return key if entry.kind == "http" else f"{entry.kind} {key}"


def route_of(path: RepoPath) -> str:
    """The route that a file below `app/` or `pages/` serves by Next.js's conventions; the path itself elsewhere.

    `app/(shop)/orders/[id]/route.ts` and `pages/orders/[id].ts` both serve `/orders/{id}`.
    """
    found = _ROUTE_ROOT.match(path)
    if found is None:
        return path
    inside = _GROUP.sub("", _ENDING.sub("", found["route"])).strip("/")
    if found["root"] == "pages" and inside in ("index", ""):
        inside = ""
    return "/" + _PARAMETER.sub(r"{\1}", inside)
