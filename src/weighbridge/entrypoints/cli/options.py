"""Options that every command shares."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

repository_option: Final[_Decorator] = click.option(
    "--repository", "-C", "folder", type=click.Path(path_type=Path), default=Path(), help="Where the repository is."
)

json_option: Final[_Decorator] = click.option(
    "--json", "json_", default="", metavar="FILE", help="Write it as JSON; - for the standard output."
)
quiet_option: Final[_Decorator] = click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
