"""Where a program is installed: never one that the repository which is weighed brings itself."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def installed(name: str, environment: Mapping[str, str], *, outside: Path | None = None) -> str | None:
    """The whole path of a program, where an absolute folder of PATH has it that lies outside of the repository."""
    folders = [each for each in environment.get("PATH", os.defpath).split(os.pathsep) if Path(each).is_absolute()]
    for folder in folders:
        program = shutil.which(name, path=folder)
        if program is not None and not _is_within(program, outside):
            return program
    return None


def _is_within(program: str, repository: Path | None) -> bool:
    """Whether a program lies in the repository, by its name or by where a link leads."""
    if repository is None:
        return False
    top = repository.resolve()
    return Path(program).absolute().is_relative_to(top) or Path(program).resolve().is_relative_to(top)
