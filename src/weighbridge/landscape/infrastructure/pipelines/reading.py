"""The text of a pipeline, whoever runs it, as a pipeline."""

from collections.abc import Callable, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.pipelines.github import read_action, read_workflow
from weighbridge.landscape.infrastructure.pipelines.gitlab import read_gitlab
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.yaml_nodes import read_fields

_READERS: Final[Mapping[str, Callable[..., Pipeline]]] = {
    "workflow": read_workflow,
    "action": read_action,
    "gitlab": read_gitlab,
}


def read_pipeline(data: bytes, path: RepoPath, *, kind: str, side: Side) -> Pipeline | None:
    """The pipeline; None where nothing is told."""
    node = read_fields(data)
    return _READERS[kind](node, path, side=side) if node is not None else None
