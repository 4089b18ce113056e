"""Files of values that are laid over a chart's own, told by what they say: nothing but what the chart has values for.

Source: https://helm.sh/docs/chart_template_guide/values_files/ (any file may be given with `-f`; tables are merged, all else is taken over).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from posixpath import commonprefix
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.around import Around
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table
from weighbridge.landscape.infrastructure.kubernetes.reading import read_document
from weighbridge.landscape.infrastructure.realms import ENVIRONMENTS

_FOLDER: Final = LatePattern(r"(?:^|/)(?:envs?|environments?|overrides?|helm|charts?|deploy|deployments?|releases?)/")
_CHART: Final = "Chart.yaml"
_OWN: Final = "values.yaml"
_DEEPEST: Final = 20
_MOST_CHARTS: Final = 100
_MOST_BYTES: Final = 400_000
_SCALERS: Final = ("autoscaling", "hpa", "horizontalPodAutoscaler")
_LEAST: Final = ("minReplicas", "min", "minimum", "minReplicaCount")
_COUNTS: Final = ("replicaCount", "replicas")


def may_be_laid_over(path: RepoPath) -> bool:
    """Whether a file's name is an environment's, or it lies where files for charts do."""
    stem = path.rpartition("/")[2].partition(".")[0].lower()
    return stem in ENVIRONMENTS or _FOLDER.search(path) is not None


class ChartsOwn:
    """The values that the charts of a tree have of their own, each read once."""

    def __init__(self, around: Around) -> None:
        self._tree, self._read = around
        self._known: dict[str, Mapping[str, Any]] = {}

    def under(self, path: RepoPath, said: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Those over which a file is laid, of the nearest chart; None where no chart has values for all that it says."""
        nearest = sorted(self._folders, key=lambda folder: -len(commonprefix((folder, path))))
        for folder in nearest[:_MOST_CHARTS] if said else ():
            values = self._of(folder)
            if said.keys() <= values.keys() and path != _own(folder):
                return values
        return None

    def merged(self, old: Object, new: Object) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What a file says on both sides with the chart's own values where it says nothing, as far as these are known."""
        under = self.under(new.path, new.values or old.values)
        if (
            under is None or not old.values.keys() <= under.keys()
        ):  # what the chart called otherwise before, it has no values for now
            return old.values, new.values
        return _over(under, old.values), _over(under, new.values)

    @cached_property
    def _folders(self) -> list[str]:
        folders = (each.rpartition("/")[0] for each in self._tree.blobs if each.rpartition("/")[2] == _CHART)
        return [folder for folder in folders if _own(folder) in self._tree]

    def _of(self, folder: str) -> Mapping[str, Any]:
        if folder not in self._known:
            own = _own(folder)
            data = self._read(self._tree.blobs[own].oid, _MOST_BYTES)
            of = read_document(data, own, side=Side.HEAD, kind="Values") if isinstance(data, bytes) else None
            self._known[folder] = of.values if isinstance(of, Object) else {}
        return self._known[folder]


def _own(folder: str) -> RepoPath:
    return RepoPath(f"{folder}/{_OWN}".lstrip("/"))


def _over(under: Mapping[str, Any], said: Mapping[str, Any], *, depth: int = 0) -> dict[str, Any]:
    """Values laid over others; what is said to be nothing is taken away."""
    found = dict(under)
    for name, value in said.items():
        held = found.get(name)
        if isinstance(held, dict) and isinstance(value, dict) and depth < _DEEPEST:
            found[name] = _over(held, value, depth=depth + 1)
        elif value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def count_falls(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Lapse]:
    """Pods that something kept at a number or above, and of which there are far fewer once it is off."""
    for name in _SCALERS:
        was, now = table(old.get(name)), table(new.get(name))
        if was.get("enabled") is not True or now.get("enabled") is not False:
            continue
        least = next((was[key] for key in _LEAST if isinstance(was.get(key), int)), 0)
        counted = next((key for key in _COUNTS if isinstance(new.get(key), int)), "")
        if counted and least > 1 and new[counted] * 2 <= least:
            words = f"`{name}.enabled` is off: there were at least {least} pods, and `{counted}` says {new[counted]}"
            yield Lapse(steps=(name, "enabled"), words=words, severity=Severity.HIGH, anchor=f"{name}.enabled")
