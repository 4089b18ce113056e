"""The command line's root: finds commands by their place and imports only the one that runs."""

import importlib
import pkgutil
from typing import Final

import click

from weighbridge import __version__
from weighbridge.entrypoints.cli import commands

SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


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
        module = importlib.import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command), "every command module holds a command"
        return command


@click.group(cls=CommandFolder, context_settings=SETTINGS)
@click.version_option(__version__, "-V", "--version", message="weighbridge %(version)s")
def application() -> None:
    """Weigh every software change before it goes on the road."""
