"""Runs zizmor on changed workflows: offline, on copies of their own, without the repository's configuration and without what silences it."""

from typing import Final

from weighbridge.adapters.scanners.on_copies import Kind
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.infrastructure.pipelines.scans import Scanned, read_zizmor


def _inside(number: int, path: RepoPath) -> str:
    """Says what the file is, a workflow or an action, for it goes by names."""
    is_action = path.rpartition("/")[2].startswith("action.")
    return f"{number}/action.yml" if is_action else f"{number}/.github/workflows/workflow.yml"


ZIZMOR: Final[Kind[Scanned]] = Kind(
    name="zizmor",
    package="zizmor",
    variable="WEIGHBRIDGE_ZIZMOR",
    options=("--offline", "--no-config", "--no-ignores", "--no-progress", "--quiet", "--format", "json-v1"),
    done=frozenset({0, *range(11, 15)}),  # 11 to 14 when it found something
    read=read_zizmor,
    inside=_inside,
    nothing_read=("no audit was performed", "no inputs collected"),
)
