"""What a command is given beside the repository: `--input KIND=FILE`."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final

import click

from weighbridge.domain.ids import digest
from weighbridge.domain.inputs import KINDS, Input, InputRecord, Inputs
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.entrypoints.cli.output import read_input

MOST_BYTES: Final = 128 * 1024 * 1024
"""A larger input is not looked at, and that is said."""

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def inputs_of(given: Iterable[str]) -> Inputs:
    """The inputs that these name. Raises `UsageError`, `OutputError`."""
    found: list[Input] = []
    for text in given:
        kind, is_told, source = text.partition("=")
        if not is_told or not source:
            raise click.UsageError(f"--input {text}: give the kind and the file, as in terraform-plan=plan.json")
        if kind not in KINDS:
            near = get_close_matches(kind, KINDS, n=1) or sorted(KINDS)
            raise click.UsageError(f"--input {text}: no input is called {kind!r}; there is {', '.join(near)}")
        number = 1 + sum(each.record.kind == kind for each in found)
        found.append(_read(kind, source, number=number))
    return Inputs(found)


def _read(kind: str, source: str, *, number: int) -> Input:
    data = read_input(source, limit=MOST_BYTES + 1)
    record = InputRecord(kind=kind, digest=digest(data), size=len(data))
    if len(data) <= MOST_BYTES:
        return Input(record=record, data=data, number=number)
    missing = CouldNotLook(
        reason=Reason.LIMIT,
        detail=f"{source} has more than {MOST_BYTES // 1024 // 1024} MB",
        remedy="give what concerns this change alone: a plan for one workspace, one module",
    )
    return Input(record=record, data=missing, number=number)


inputs_option: Final[_Decorator] = click.option(
    "--input",
    "inputs",
    multiple=True,
    callback=lambda _context, _parameter, given: inputs_of(given),
    metavar="KIND=FILE",
    help="Judge the change by this too, such as terraform-plan=plan.json; - is the standard input.",
)
