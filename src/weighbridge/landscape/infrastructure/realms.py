"""What a folder or a file of variables is for, told by its name where one for production lies beside it."""

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_NAMES: Final = (
    "dev", "develop", "development", "staging", "stage", "stg", "sandbox", "sbx", "test", "testing", "qa", "uat", "nonprod",
    "non-prod", "nonproduction", "non-production", "preprod", "pre-prod", "preproduction", "integration", "demo", "lab", "playground",
)  # fmt: skip
"""Names of environments that no customer uses."""
_PRODUCTION: Final = ("production", "prod", "prd", "live")
ENVIRONMENTS: Final = frozenset({*_NAMES, *_PRODUCTION, "int", "ref", "blue", "green", "main"})
"""How files are told apart that are for several environments, or take turns."""
_PART: Final = re.compile(rf"(?:^|(?<=/))({'|'.join(map(re.escape, _NAMES))})(?=/|\.(?:auto\.)?tfvars)")
_ENDING: Final = re.compile(rf"(?:^|(?<=/))(?P<stem>[\w.-]*\w)(?P<mark>[-_.])(?:{'|'.join(map(re.escape, _NAMES))})/")
"""A folder called so for what it is of, and then for its environment: `shop-staging`."""
_BEGINNING: Final = re.compile(
    rf"(?:^|(?<=/))(?:{'|'.join(map(re.escape, _NAMES))})(?P<mark>[-_.])(?P<stem>[\w.-]*\w)(?=/|$)"
)
"""The other way round, of folders and of files: `dev-shop`, `sandbox_template.yaml`."""
_ALONE: Final = (".yaml", ".yml", ".json", ".template")
"""How files end of which each may be deployed by itself."""
_MAIN: Final = (*_PRODUCTION, "main")
"""How a file begins that is for production, where others beside it are for other environments."""
_PRODUCTIVE: Final = LatePattern(rf"(?:^|[-_.])(?:{'|'.join(_PRODUCTION)})(?:$|[-_.\d])")
_TRIAL: Final = LatePattern(rf"(?:^|[-_.])(?:{'|'.join(map(re.escape, _NAMES))})(?:$|[-_.\d])")


_PASSING: Final = LatePattern(
    r"(?:^|[-_.])(?:(?:pr|mr|pull|pull-request|merge-request)[-_]?\d+|review[-_]?apps?|ephemeral)(?:$|[-_.\d])"
)
_PREVIEW: Final = LatePattern(r"(?:^|[-_.])previews?(?:$|[-_.\d])")
_PART_OF_ADDRESS: Final = LatePattern(r'module\.([\w-]+)(?:\[(?:"([^"]*)"|\d+)\])?|\["([^"]*)"\]$')


def passing(address: str) -> str:
    """The part of an address that is made for a while, as for one pull request, by what it is called; empty where none is.

    `preview` alone may be what a product does: it counts where there are several, told apart by keys, of which none is production's.
    """
    for found in _PART_OF_ADDRESS.finditer(address):
        names = [name.lower() for name in found.groups() if name]
        is_preview = len(names) > 1 and _PREVIEW.search(names[0]) is not None
        if any(map(is_of_production, names)):
            return ""
        if is_preview or any(map(_PASSING.search, names)):
            return found[0]
    return ""


def is_of_trials(name: str) -> bool:
    """Whether an environment is one that no customer uses, by what it is called."""
    return _TRIAL.search(name.lower()) is not None


def is_of_production(name: str) -> bool:
    """Whether an environment is the one for customers, by what it is called."""
    return _PRODUCTIVE.search(name.lower()) is not None and not is_of_trials(name)


class Realms:
    """Asked for the paths of one tree, which is listed only where a name asks for it."""

    def __init__(self, paths: Callable[[], Iterable[str]]) -> None:
        self._paths = paths
        self._known: dict[tuple[str, str], bool] = {}

    def of(self, path: str) -> str:
        """The folder or file of an environment that is no production, in which a path lies; empty where none is told.

        `environments/staging` is one where there is `environments/production` too, and `shop-staging` where there is `shop`: a
        name alone may be a product's.
        """
        for found in _PART.finditer(path):
            above, ending = (
                path[: found.start()],
                "/" if path[found.end()] == "/" else posixpath.basename(path[found.end() :]),
            )
            if (above, ending) not in self._known:
                starts = tuple(f"{above}{name}{ending}" for name in _PRODUCTION)
                self._known[above, ending] = any(each.startswith(starts) for each in self._paths())
            if self._known[above, ending]:
                return path[: found.end()] if ending == "/" else path
        ending = next((path[: each.end() - 1] for each in _ENDING.finditer(path) if self._has_twin(path, each)), "")
        return ending or next(
            (path[: each.end()] for each in _BEGINNING.finditer(path) if self._has_other(path, each)), ""
        )

    def _has_other(self, path: str, found: re.Match[str]) -> bool:
        """Whether the same is there for production: the folder `prod-shop` beside `dev-shop`, the file `main_template.yaml` beside `sandbox_template.yaml`."""
        above, rest = path[: found.start()], f"{found['mark']}{found['stem']}"
        is_file = found.end() == len(path)
        if is_file and not path.endswith(_ALONE):
            return False  # files of Terraform beside each other are of one environment
        if (above, rest) not in self._known:
            wanted = {f"{above}{name}{rest}" for name in _MAIN} | {f"{above}{found['stem']}"}
            starts = tuple(f"{above}{name}{rest}/" for name in _PRODUCTION)
            self._known[above, rest] = any(
                each in wanted if is_file else each.startswith(starts) for each in self._paths()
            )
        return self._known[above, rest]

    def _has_twin(self, path: str, found: re.Match[str]) -> bool:
        """Whether the same is there for production: `shop` or `shop-prod` beside `shop-staging`."""
        stem = path[: found.start()] + found["stem"]
        if (stem, found["mark"]) not in self._known:
            starts = (f"{stem}/", *(f"{stem}{found['mark']}{name}/" for name in _PRODUCTION))
            self._known[stem, found["mark"]] = any(each.startswith(starts) for each in self._paths())
        return self._known[stem, found["mark"]]
