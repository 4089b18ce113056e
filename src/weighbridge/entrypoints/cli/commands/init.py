"""`weighbridge init`: set a repository up."""

import sys
from pathlib import Path
from typing import Final

import click

from weighbridge.adapters.installation import requirement
from weighbridge.app.set_up import SetupFile, next_step, plan_setup, setup_text
from weighbridge.assembly.bench import open_bench
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import quiet_option, repository_option
from weighbridge.entrypoints.cli.output import OutputError, screen, write_in_tree
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.review.visible import block, columns, wrapped

SECTION: Final = Section.SET_UP

_HOOK: Final = "pre-commit"
_INDENT: Final = 8


@click.command(short_help="Write a first system.yaml, hook and CI workflow.")
@click.option("--force", is_flag=True, help="Write anew what is there already.")
@click.option("--hook", is_flag=True, help="Also write a plain git hook that checks each commit, in this clone alone.")
@quiet_option
@repository_option
def command(folder: Path, *, force: bool, hook: bool, quiet: bool) -> int:
    """Write a first .weighbridge/system.yaml, a hook entry and a CI workflow, from what is found here.

    Nothing that exists is overwritten without --force; a .pre-commit-config.yaml is added to. Nothing takes effect
    before it stands on the protected branch. A second run changes nothing, and says what is there.
    """
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        top, hooks = bench.repository.location.top, bench.repository.location.common / "hooks"
        if top is None:
            raise OutputError("a bare repository has no work tree to write to: run this in a clone of it")
        sight = bench.see_now()
        is_hooked = hook or (hooks / _HOOK).exists()
        planned = [each for each in plan_setup(sight, package=requirement()) if not (each.is_hook and is_hooked)]
        step = next_step(sight)
    progress.clear()
    for each in planned:
        _write(top, each, force=force)
    status = _write_hook(hooks, force=force) if hook else ExitCode.PASS
    _say("next", step)
    return status


def _write(top: Path, planned: SetupFile, *, force: bool) -> None:
    """Write one file where none is, and say what became of it."""
    if not planned.path:
        _say("to do", planned.says)
        return
    there = _text(top / planned.path)
    if there == planned.text:
        _say("as is", f"{planned.path}: nothing to change")
    elif there is not None and not force and not planned.adds:
        _say("kept", f"{planned.path}: it exists already and differs, --force writes it anew")
    else:
        write_in_tree(top, planned.path, text=planned.text, replace=True)
        _say("wrote", f"{planned.path}: {planned.says}")


def _write_hook(hooks: Path, *, force: bool) -> ExitCode:
    """Write the hook, unless another one stands there: two cannot, and it was asked for."""
    text, path = setup_text("pre-commit.sh"), hooks / _HOOK
    there = _text(path)
    if there == text:
        _say("as is", f"{path}: checks each commit in this clone")
        return ExitCode.PASS
    if there is not None and not force:
        _say("kept", f"{path}: another hook stands there. Call weighbridge check from it, or let --force write it anew")
        return ExitCode.USAGE
    write_in_tree(hooks, _HOOK, text=text, replace=True)
    path.chmod(0o755)
    _say("wrote", f"{path}: checks each commit in this clone")
    return ExitCode.PASS


def _text(path: Path) -> str | None:
    """What stands there; None where nothing does, a mark that equals no text of ours where it cannot be read."""
    try:
        return path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def _say(verb: str, words: str) -> None:
    """The words beside their verb, no line wider than the screen; lines that are to be copied are short, and stay as they are."""
    room = screen(sys.stdout).width - 1 - _INDENT
    lines = [
        part for line in block(words).split("\n") for part in (wrapped(line, room) if columns(line) > room else [line])
    ]
    sys.stdout.write(verb.ljust(_INDENT) + f"\n{'':{_INDENT}}".join(lines) + "\n")
