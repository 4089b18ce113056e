"""`weighbridge init`: set a repository up."""

import sys
from pathlib import Path

import click

from weighbridge.adapters.installation import requirement
from weighbridge.app.set_up import SetupFile, plan_setup, setup_text
from weighbridge.assembly.bench import open_bench
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import quiet_option, repository_option
from weighbridge.entrypoints.cli.output import OutputError, write_in_tree
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.review.visible import block


@click.command(short_help="Write a first system.yaml, hook and CI workflow.")
@click.option("--force", is_flag=True, help="Write anew what is there already.")
@click.option("--hook", is_flag=True, help="Also write a plain git hook that checks each commit, in this clone alone.")
@quiet_option
@repository_option
def command(folder: Path, *, force: bool, hook: bool, quiet: bool) -> int:
    """Write a first .weighbridge/system.yaml, a hook entry and a CI workflow, from what is found here.

    Nothing that exists is overwritten without --force; a .pre-commit-config.yaml is added to. Nothing takes effect
    before it stands on the protected branch.
    """
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        top, hooks = bench.repository.location.top, bench.repository.location.common / "hooks"
        if top is None:
            raise OutputError("a bare repository has no work tree to write to: run this in a clone of it")
        planned = list(plan_setup(bench.see_now(), package=requirement()))
    progress.clear()
    kept = [each for each in planned if not _write(top, each, force=force)]
    wanted = [each for each in planned if each.path]
    if hook:
        path = write_in_tree(hooks, "pre-commit", text=setup_text("pre-commit.sh"), replace=force)
        (hooks / path).chmod(0o755)
        sys.stdout.write(f"wrote   {block(str(hooks / path))}: checks each commit in this clone\n")
    return ExitCode.USAGE if kept and len(kept) == len(wanted) and not hook else ExitCode.PASS


def _write(top: Path, planned: SetupFile, *, force: bool) -> bool:
    """Write one file and say so; whether it was written, or only said."""
    if not planned.path:
        lines = block(planned.says).split("\n")
        sys.stdout.write("to do   " + "\n        ".join(lines) + "\n")
        return True
    if (top / planned.path).exists() and not force and not planned.adds:
        sys.stdout.write(f"kept    {planned.path}: it exists already, --force writes it anew\n")
        return False
    write_in_tree(top, planned.path, text=planned.text, replace=True)
    sys.stdout.write(f"wrote   {planned.path}: {block(planned.says)}\n")
    return True
