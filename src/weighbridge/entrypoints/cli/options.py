"""Options that every command shares."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

repository_option: Final[_Decorator] = click.option(
    "--repository", "-C", "folder", type=click.Path(path_type=Path), default=Path(), help="Where the repository is."
)
