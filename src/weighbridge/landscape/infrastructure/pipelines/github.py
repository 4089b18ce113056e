"""Workflows and composite actions of GitHub, read as pipelines.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax.
"""

from typing import TYPE_CHECKING, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.pipelines.model import (
    ALL,
    NONE,
    READ,
    WRITE,
    Job,
    Pipeline,
    Rights,
    Step,
    Text,
)
from weighbridge.landscape.infrastructure.yaml_nodes import (
    entries,
    get,
    is_true,
    items,
    line_of,
    lines,
    said,
    text,
    texts,
)

if TYPE_CHECKING:
    from weighbridge.landscape.documents.nodes import Node

_LEVELS: Final = {"write": WRITE, "read": READ, "none": NONE}
_NEVER: Final = frozenset({"false", "${{false}}"})


def read_workflow(node: "Node", path: RepoPath, *, side: Side) -> Pipeline:
    """What a file of `.github/workflows` says."""
    on = get(node, "on") or get(node, "true")
    jobs = {name: _job(name, inner, line=key.mark.line) for name, key, inner in entries(get(node, "jobs"))}
    return Pipeline(
        path=path,
        side=side,
        name=text(get(node, "name")),
        triggers=_triggers(on),
        rights=_rights(get(node, "permissions")),
        jobs=jobs,
        env=_texts(get(node, "env")),
        inputs=_defaults(get(on, "workflow_call", "inputs")),
        lines=lines(node),
    )


def read_action(node: "Node", path: RepoPath, *, side: Side) -> Pipeline:
    """What an `action.yml` says."""
    runs = get(node, "runs")
    line = line_of(runs)
    image = get(runs, "image")
    images = (Text(text(image), line_of(image)),) if text(image).startswith("docker://") else ()
    job = Job(name="runs", line=line, steps=_steps(get(runs, "steps")), images=images, lines=lines(runs))
    inputs = _defaults(get(node, "inputs"))
    return Pipeline(path=path, side=side, jobs={"runs": job}, inputs=inputs, lines=lines(node), is_action=True)


def is_never(condition: str) -> bool:
    """Whether a condition is never met."""
    return "".join(condition.split()).lower() in _NEVER


def _triggers(node: "Node | None") -> dict[str, Text]:
    named = {name: Text(said(inner), key.mark.line) for name, key, inner in entries(node)}
    return named or {text(each): Text("", line_of(each)) for each in items(node) if text(each)}


def _rights(node: "Node | None") -> Rights | None:
    if node is None:
        return None
    whole = {"write-all": {ALL: WRITE}, "read-all": {ALL: READ}}.get(text(node))
    if whole is not None:
        return whole
    return {name: _LEVELS.get(text(inner), NONE) for name, _, inner in entries(node)}


def _job(name: str, node: "Node", *, line: int) -> Job:
    environment, container = get(node, "environment"), get(node, "container")
    image = get(container, "image") or container
    services = (get(inner, "image") for _, _, inner in entries(get(node, "services")))
    secrets = get(node, "secrets")
    options = get(container, "options")
    return Job(
        name=name,
        line=line,
        steps=_steps(get(node, "steps")),
        needs=frozenset(texts(get(node, "needs"))),
        condition=text(get(node, "if")),
        is_optional=is_true(get(node, "continue-on-error")),
        environment=text(environment) or text(get(environment, "name")),
        rights=_rights(get(node, "permissions")),
        runner=tuple(texts(get(node, "runs-on", "labels") or get(node, "runs-on"))),
        uses=_text(get(node, "uses")),
        settings=_texts(get(node, "with")) if get(node, "uses") is not None else {},
        secrets=_text(secrets) if text(secrets) else None,
        passed=_texts(secrets),
        images=tuple(found for each in (image, *services) if (found := _text(each)) is not None),
        options=_text(options),
        env=_texts(get(node, "env")),
        lines=lines(node),
    )


def _steps(node: "Node | None") -> tuple[Step, ...]:
    return tuple(_step(each) for each in items(node) if hasattr(each, "entries"))


def _step(node: "Node") -> Step:
    return Step(
        line=line_of(node),
        id=text(get(node, "id")),
        name=text(get(node, "name")),
        uses=_text(get(node, "uses")),
        script=_text(get(node, "run")),
        condition=text(get(node, "if")),
        is_optional=is_true(get(node, "continue-on-error")),
        settings=_texts(get(node, "with")),
        env=_texts(get(node, "env")),
        lines=lines(node),
    )


def _text(node: "Node | None") -> Text | None:
    return Text(text(node), line_of(node)) if text(node) else None


def _defaults(node: "Node | None") -> dict[str, Text]:
    found = ((name, get(inner, "default"), key.mark.line) for name, key, inner in entries(node))
    return {name: Text(text(default), line) for name, default, line in found}


def _texts(node: "Node | None") -> dict[str, Text]:
    return {name: Text(text(inner), line_of(inner)) for name, _, inner in entries(node)}
