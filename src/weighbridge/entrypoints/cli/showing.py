"""A package shown: on the terminal, in files, and in the exit code."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import click

from weighbridge.app.recollection import recollection_of
from weighbridge.assembly.memory import memory
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.rule import LoadedRule
from weighbridge.entrypoints.cli.exits import ExitCode, exit_code_of
from weighbridge.entrypoints.cli.output import OutputError, emit, screen
from weighbridge.review.render.terminal import Terminal, render_terminal

_RENDERERS: Final = {
    "json": "render_json",
    "markdown": "render_markdown",
    "html": "render_html",
    "sarif": "render_sarif",
}
_NEED_RULES: Final = frozenset({"html", "sarif"})


def write_outputs(package: ReviewPackage, outputs: Mapping[str, str], *, rules: Sequence[LoadedRule]) -> dict[str, str]:
    """Write each wanted rendering; kind to the file written. Raises `OutputError`."""
    if sum(target == "-" for target in outputs.values()) > 1:
        raise OutputError("only one rendering can go to the standard output: name a file for the others")
    written = {}
    for kind, target in outputs.items():
        module = importlib.import_module(f"weighbridge.review.render.{kind}")
        render: Callable[..., str] = getattr(module, _RENDERERS[kind])
        pages = {rule.id: rule for rule in rules}
        text = render(package, rules=pages) if kind in _NEED_RULES else render(package)
        if where := emit(target, text):
            written[kind] = where
    return written


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name where each rendering goes."""
    for option in (
        click.option("--json", "json_", metavar="FILE", help="Write the whole package."),
        click.option("--sarif", metavar="FILE", help="Write findings for code-scanning tools."),
        click.option("--markdown", metavar="FILE", help="Write a pull-request comment."),
        click.option("--html", metavar="FILE", help="Write the page for the approver."),
    ):
        function = option(function)
    return function


def show(package: ReviewPackage, written: Mapping[str, str]) -> None:
    """The package on the standard output, as wide and colourful as it can show it."""
    can = screen(sys.stdout)
    terminal = Terminal(width=can.width, height=can.height, colour=can.colour, unicode=can.unicode)
    sys.stdout.write(render_terminal(package, written, terminal=terminal))


def remember(repository: str, package: ReviewPackage) -> None:
    """Keep the package's evidence, so that `weighbridge explain ID` can tell more of it."""
    what = f"the review of {package.names.range_text}"
    memory().keep(repository, recollection_of(what, package.decision, risk=package.presentation.risk))


def exit_code(package: ReviewPackage) -> ExitCode:
    """What the gate means for whoever started us."""
    return exit_code_of(package.gate)
