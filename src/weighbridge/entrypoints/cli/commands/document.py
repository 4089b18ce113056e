"""`weighbridge document`: write a document that a change must bring, and check it before anybody asks."""

import sys
from pathlib import Path
from typing import Final

import click
from msgspec.structs import replace

from weighbridge.app.ports import ChangeRequest
from weighbridge.app.sight import Sight
from weighbridge.assembly.bench import Bench, open_bench
from weighbridge.assembly.documents import context_of
from weighbridge.assembly.rules import bundled_rules
from weighbridge.domain.ids import RepoPath
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import quiet_option, repository_option
from weighbridge.entrypoints.cli.output import OutputError, emit, read_input
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.policy.documents.check import check_document
from weighbridge.policy.documents.context import DocumentContext
from weighbridge.policy.documents.fill import fill_template
from weighbridge.policy.documents.find_kinds import find_kinds, kind_named
from weighbridge.policy.documents.outline import MOST_CHARACTERS
from weighbridge.review.render.text.documents import problem_blocks

SECTION: Final = Section.DECIDE

_MOST_BYTES = 4 * (MOST_CHARACTERS + 1)
"""Enough to see that a text is too long, however its characters are written."""


@click.group(short_help="Write and check the documents that a change must bring.")
def command() -> None:
    """Write a document that a change must bring from its template, and check what was written.

    What each kind asks for stands in the reference of documents.
    """


@command.command("new")
@click.argument("name", metavar="KIND")
@click.argument("range_text", metavar="[RANGE]", default="")
@click.option("--for", "for_", default="", hidden=True, help="RANGE, as it was said before.")
@click.option("--output", "-o", default="-", metavar="FILE", help="Where to write it.  [default: standard output]")
@click.option("--force", is_flag=True, help="Write it although such a file is there.")
@quiet_option
@repository_option
def new_(name: str, folder: Path, *, output: str, force: bool, quiet: bool, **about: str) -> None:
    """Write the template of KIND about RANGE, with the changed components and the ways to fail as prompts.

    Without RANGE it is about what is not committed yet, else about the branch.
    """
    if about["range_text"] and about["for_"]:
        raise click.UsageError("RANGE and --for both name the change: say it once")
    kind = kind_named(name, find_kinds())
    if output != "-" and Path(output).is_file() and not force:
        raise OutputError(f"{output}: exists already, and may be what somebody wrote; --force writes it anew")
    text = fill_template(kind, _context(folder, about["range_text"] or about["for_"], quiet=quiet, own=output))
    if written := emit(output, text):
        write_folded(
            f"{written}: the template of {kind.name}; `weighbridge document check {kind.name} {written}` judges what you wrote\n",
            sys.stderr,
        )


@command.command("check")
@click.argument("words", metavar="KIND FILE [RANGE]", nargs=-1)
@click.option("--kind", "kind_", default="", hidden=True, help="KIND, as it was said before; FILE then comes first.")
@quiet_option
@repository_option
def check_(words: tuple[str, ...], *, kind_: str, folder: Path, quiet: bool) -> int:
    """Check FILE, or the standard input for -, as a document of KIND (design-note, …) about RANGE.

    Without RANGE it is about what is not committed yet, else about the branch. Exits with 0 when nothing is wrong, 1 when
    something is, and 3 when it could not be judged.
    """
    name, file, range_text = _what_to_check((kind_, *words) if kind_ else words)
    kind = kind_named(name, find_kinds())
    text = read_input(file, limit=_MOST_BYTES).decode("utf-8", "replace")
    about = _context(folder, range_text, quiet=quiet, own=file)
    problems = check_document(kind, text, about=about)
    read_out(problem_blocks(kind, problems, file=file))
    if any(problem.missing for problem in problems):
        return ExitCode.COULD_NOT_LOOK
    return ExitCode.GATE if problems else ExitCode.PASS


def _what_to_check(words: tuple[str, ...]) -> tuple[str, str, str]:
    """The kind, the file and the change. Raises `UsageError`."""
    if len(words) < 2:
        raise click.UsageError("say what FILE is to be, as `weighbridge document check design-note FILE`")
    name, file, *rest = words
    if len(rest) > 1:
        raise click.UsageError(f"one RANGE is enough, and there are {len(rest)}: {' '.join(rest)}")
    return name, file, rest[0] if rest else ""


def _context(folder: Path, range_text: str, *, quiet: bool, own: str) -> DocumentContext:
    """What the change is about; a document that is part of it restates nothing."""
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        path = RepoPath(bench.below_top(Path(own)) if own != "-" else "")
        about = context_of(_sight(bench, range_text, own=path), bundled_rules())
    progress.clear()
    return replace(about, added={other: text for other, text in about.added.items() if other != path})


def _sight(bench: Bench, range_text: str, *, own: RepoPath) -> Sight:
    """The change that is meant: a work tree that differs by the document alone is not it, but its branch is."""
    if not range_text and bench.repository.location.top is not None:
        sight = bench.see(ChangeRequest(worktree=True))
        if any(file.path != own for file in sight.change.files):
            return sight
    return bench.see(ChangeRequest(range_text=range_text))
