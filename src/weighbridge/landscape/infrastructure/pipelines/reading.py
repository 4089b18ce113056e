"""The text of a pipeline, whoever runs it, as a pipeline."""

from collections.abc import Callable, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.pipelines.github import read_action, read_workflow
from weighbridge.landscape.infrastructure.pipelines.gitlab import read_gitlab
from weighbridge.landscape.infrastructure.pipelines.gitlab_templates import Read
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.yaml_nodes import read_fields

_READERS: Final[Mapping[str, Callable[..., Pipeline]]] = {"workflow": read_workflow, "action": read_action}


def read_pipeline(data: bytes, path: RepoPath, *, kind: str, side: Side, read: Read | None = None) -> Pipeline | None:
    """The pipeline; None where nothing is told. `read` gives other files of its tree."""
    node = read_fields(data)
    if node is None:
        return None
    return _READERS[kind](node, path, side=side) if kind in _READERS else read_gitlab(node, path, side=side, read=read)
