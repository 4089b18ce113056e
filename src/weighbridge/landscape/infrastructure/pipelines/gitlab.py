"""Pipelines of GitLab CI.

Source: https://docs.gitlab.com/ci/yaml/. What `extends`, `!reference` and files of the same repository bring is filled in; what files from
elsewhere bring is not known.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.pipelines.branches import bars_others
from weighbridge.landscape.infrastructure.pipelines.gitlab_templates import Read, Templates
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step, Text
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
    from weighbridge.landscape.documents.nodes import Fields, Node

_NO_JOBS: Final = frozenset(
    {
        *("stages", "variables", "include", "default", "workflow", "image", "services", "cache", "before_script"),
        *("after_script", "types", "spec", "pages:deploy"),
    }
)
_JOB_KEYS: Final = frozenset(
    {"script", "extends", "trigger", "rules", "only", "stage", "run", "image", "before_script"}
)
_SCRIPTS: Final = ("before_script", "script", "after_script")


def read_gitlab(node: "Fields", path: RepoPath, *, side: Side, read: Read | None = None) -> Pipeline:
    """What a file of GitLab CI says; `read` gives the other files of its tree."""
    templates = Templates(node, path, read=read)
    jobs = {
        name: _job(name, templates.whole(name, inner), line=key.mark.line)
        for name, key, inner in entries(node)
        if name not in _NO_JOBS and any(get(inner, each) is not None for each in _JOB_KEYS)
    }
    # what others take is told of those that take it
    jobs = {name: job for name, job in jobs.items() if not (name.startswith(".") and name in templates.taken)}
    images = _images(node) + _images(get(node, "default"))
    shared = _scripts(node) + _scripts(get(node, "default"))
    if images or shared:
        jobs["default"] = Job(name="default", line=1, images=images, steps=shared)
    return Pipeline(
        path=path,
        side=side,
        jobs=jobs,
        env={
            name: Text(text(inner) or text(get(inner, "value")), line_of(inner))
            for name, _, inner in entries(get(node, "variables"))
        },
        lines=lines(node),
        includes=tuple(_includes(get(node, "include"))),
        templates=tuple(_templates(get(node, "include"))),
        lacking=templates.lacking,
        taken=frozenset(templates.taken),
    )


def _job(name: str, node: "Node", *, line: int) -> Job:
    rules = [each for each in items(get(node, "rules")) if hasattr(each, "entries")]
    when = text(get(node, "when"))
    starts = [text(get(each, "when")) or when for each in rules if text(get(each, "when")) != "never"]
    environment = get(node, "environment")
    allowed = get(node, "allow_failure")
    return Job(
        name=name,
        line=line,
        steps=_scripts(node),
        needs=frozenset(each for each in map(_needed, items(get(node, "needs"))) if each)
        | frozenset(texts(get(node, "dependencies"))),
        condition="false" if when == "never" or (rules and not starts) else "",
        is_optional=is_true(allowed)
        or bool(rules and starts and all(is_true(get(each, "allow_failure")) for each in rules)),
        is_manual=bool(starts and all(each == "manual" for each in starts)) if rules else when == "manual",
        branches=_branches(node, rules),
        environment=text(environment) or text(get(environment, "name")),
        runner=tuple(texts(get(node, "tags"))),
        images=_images(node),
        env={each: Text(text(inner), line_of(inner)) for each, _, inner in entries(get(node, "variables"))},
        lines=lines(node),
    )


def _needed(node: "Node") -> str:
    return text(node) or text(get(node, "job"))


def _branches(node: "Node", rules: "list[Node]") -> frozenset[str] | None:
    """For what a job runs: the conditions of which one must be met; None for everything."""
    if rules:
        found = frozenset(_conditions(rules))
        return None if "" in found else found
    only = get(node, "only")
    if only is None:
        barred = get(node, "except")
        return frozenset({"tags"}) if "branches" in (texts(get(barred, "refs")) or texts(barred)) else None
    refs = texts(get(only, "refs")) or (texts(only) if not hasattr(only, "entries") else [])
    return frozenset(refs) if refs else frozenset({said(only)})


def _conditions(rules: "list[Node]") -> Iterator[str]:
    """What each rule asks for by which a job runs, with what one before it keeps out."""
    barred = ""
    for each in rules:
        asked = text(get(each, "if")) or said(get(each, "changes")) or said(get(each, "exists"))
        if text(get(each, "when")) != "never":
            yield f"({asked}) && {barred}" if asked and barred else asked or barred
        elif bars_others(asked):
            barred = f"!({asked})"


def _scripts(node: "Node | None") -> tuple[Step, ...]:
    """Each command that is written down, as a step."""
    if not hasattr(node, "entries"):
        return ()
    return tuple(
        Step(line=line_of(each), script=Text(text(each), line_of(each)))
        for name in _SCRIPTS
        for each in _flat(items(get(node, name)))
        if text(each)
    )


def _flat(nodes: "list[Node]") -> "list[Node]":
    return [inner for each in nodes for inner in (each.items if hasattr(each, "items") else [each])]


def _images(node: "Node | None") -> tuple[Text, ...]:
    if not hasattr(node, "entries"):
        return ()
    named = [get(node, "image"), *items(get(node, "services"))]
    found = ((text(each) or text(get(each, "name")), line_of(each)) for each in named if each is not None)
    return tuple(Text(image, line) for image, line in found if image)


def _includes(node: "Node | None") -> "list[Text]":
    """Where what is included comes from, if that is elsewhere: an address, or a project and a revision."""
    found = []
    for each in items(node) or ([node] if node is not None else []):
        remote, project = text(get(each, "remote")), text(get(each, "project"))
        if text(each).startswith(("https://", "http://")):
            remote = text(each)
        if remote:
            pinned = text(get(each, "integrity"))
            found.append(Text(f"{remote}@{pinned}" if pinned else remote, line_of(each)))
        elif project:
            found.append(Text(f"{project}@{text(get(each, 'ref'))}", line_of(each)))
    return found


def _templates(node: "Node | None") -> "list[Text]":
    """What is included, by whichever name: a template of GitLab's, a component of its catalogue, a file."""
    found = []
    for each in items(node) or ([node] if node is not None else []):
        named = [text(each), *(text(get(each, key)) for key in ("template", "component", "local"))]
        found += [Text(name, line_of(each)) for name in (*named, *texts(get(each, "file"))) if name]
    return found
