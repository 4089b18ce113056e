"""The command line's root: finds commands by their place and imports only the one that runs."""

import importlib
import io
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Final

import click

from weighbridge import __version__
from weighbridge.entrypoints.cli import commands
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.sections import Section

SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_SHORT_HELP: Final = 100
"""Characters of what a command is for, where all are listed; it may take two lines there."""


class CommandFolder(click.Group):
    """A group whose commands are the modules of `commands`, each with a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names."""
        del ctx
        return sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(commands.__path__) if m.name[0] != "_")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = _module(cmd_name).command
        assert isinstance(command, click.Command), "every command module holds a command"
        return command

    def by_section(self, ctx: click.Context) -> dict[Section, list[str]]:
        """The commands' names under what people do with them, as each command's file says."""
        found: dict[Section, list[str]] = {section: [] for section in Section}
        for name in self.list_commands(ctx):
            found[_module(name).SECTION].append(name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them so, in columns that stand one below the other."""
        widest = max(map(len, self.list_commands(ctx)))
        for section, names in self.by_section(ctx).items():
            shown = ((name, self.get_command(ctx, name)) for name in names)
            with formatter.section(section):
                formatter.write_dl(
                    [(name.ljust(widest), each.get_short_help_str(_SHORT_HELP)) for name, each in shown if each]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that `args` begin with; of one that there is not, which it is most like."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from weighbridge.landscape.documents.shapes import nearest  # noqa: PLC0415 - for those who mistype alone

            close = "" if args[0].startswith("-") else nearest(args[0], self.list_commands(ctx))
            if not close:
                raise
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {close!r}?", ctx=ctx) from None


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{commands.__name__}.{name.replace('-', '_')}")


@click.group(cls=CommandFolder, context_settings=SETTINGS)
@click.version_option(__version__, "-V", "--version", message="weighbridge %(version)s")
def application() -> None:
    """Weigh every software change before it goes on the road."""


def answer(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` ask for; the exit code."""
    try:
        _refuse_empty(arguments)
        result = application.main(list(arguments), prog_name="weighbridge", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _show(error)
        return ExitCode.USAGE
    except click.Abort as abort:
        raise KeyboardInterrupt from abort
    return int(result) if isinstance(result, int) else ExitCode.PASS


def _show(error: click.ClickException) -> None:
    """Say what was wrong with the command line, as the rest is said."""
    from weighbridge.entrypoints.cli.telling import write_folded  # noqa: PLC0415 - for those who mistype alone

    said = io.StringIO()
    error.show(file=said)
    write_folded(said.getvalue(), sys.stderr)


def _refuse_empty(arguments: Sequence[str]) -> None:
    """Taken for none it would weigh another change, write no file, or trust another branch, and nobody would notice."""
    if any(not text or (text.startswith("--") and text.endswith("=")) for text in arguments):
        raise click.UsageError("an argument is empty: was a variable not set? Leave it out, or give it a value")
