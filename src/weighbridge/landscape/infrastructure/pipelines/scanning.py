"""The scans that GitLab's own templates bring, and where a pipeline has one no longer, or says that it does not run.

Sources: https://docs.gitlab.com/user/application_security/, the page of each scan, and "Job-skipping variables" of
https://docs.gitlab.com/topics/autodevops/cicd_variables/.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.infrastructure.pipelines.checks import Lapse
from weighbridge.landscape.infrastructure.pipelines.model import Pair, Pipeline

_KINDS: Final = re.compile(
    r"(?<![a-z])(sast-iac|sast|secret-detection|dependency-scanning|container-scanning|dast|api-security|api-fuzzing|coverage-fuzzing"
    r"|license-scanning|code-quality)(?![a-z])"
)
_OFF: Final = re.compile(
    r"(SAST|SECRET_DETECTION|DEPENDENCY_SCANNING|CONTAINER_SCANNING|DAST|API_FUZZING|COVFUZZ|CODE_QUALITY|LICENSE_MANAGEMENT)_DISABLED"
)
_ON: Final = frozenset({"true", "1"})
_ALL: Final = "auto-devops"
"""The template that brings every scan."""
_LEAST: Final = frozenset({"code-quality", "license-scanning"})
"""What finds no weakness."""


def unscanned(pair: Pair, all_of: Pipelines) -> Iterator[Lapse]:
    """The scans that went with their template, or that a variable keeps from running."""
    old, new = pair.old, pair.new
    if old is None or new is None:
        return
    brought = {kind for each in all_of.pairs if each.new is not None for kind, _ in _scans(each.new)}
    known = {each.value for each in old.templates}
    is_other = any(each.value not in known for each in new.templates) or len(new.includes) > len(old.includes)
    is_all = any(_ALL in _plainly(each.value) for each in new.templates)
    for kind, line in _scans(old):
        if kind not in brought and not is_all:
            brought.add(kind)
            words = f"the scan `{kind}` is gone with the template that brought it: its findings are no longer reported"
            yield Lapse(
                pipeline=old, line=line, key=f"{kind} gone", words=words, is_grave=kind not in _LEAST and not is_other
            )
    was = {name for name, _ in _switched_off(old)}
    for name, line in _switched_off(new):
        if name not in was:
            words = f"`{name}` keeps a scan from running, and all counts as passed without it"
            yield Lapse(pipeline=new, line=line, key=f"{name} off", words=words)


def _scans(pipeline: Pipeline) -> Iterator[tuple[str, int]]:
    """The scans that a pipeline has, by GitLab's names, and where it says so."""
    for each in pipeline.templates:
        for kind in dict.fromkeys(_KINDS.findall(_plainly(each.value))):
            yield kind, each.line
    for name, job in pipeline.jobs.items():
        if job.steps and (match := _KINDS.fullmatch(_plainly(name))) is not None:
            yield match[1], job.line


def _plainly(name: str) -> str:
    """A name as GitLab's documents have it, what a kind of template is called behind the dot left out."""
    return name.lower().removesuffix(".gitlab-ci.yml").replace("_", "-").replace(".latest", "")


def _switched_off(pipeline: Pipeline) -> Iterator[tuple[str, int]]:
    for name, value in pipeline.env.items():
        if _OFF.fullmatch(name) and value.value.lower() in _ON:
            yield name, value.line
