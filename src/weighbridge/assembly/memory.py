"""Where the last package of each repository is remembered."""

import os
from collections.abc import Mapping
from pathlib import Path

from weighbridge.adapters.cache.last_package import LastPackageFile
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.ports import NotARepositoryError
from weighbridge.app.recollection import Memory, Recollection


def memory(environment: Mapping[str, str] = os.environ) -> Memory:
    """The memory in this user's cache folder."""
    return LastPackageFile(cache_folder(environment))


def recall_at(folder: Path) -> Recollection | None:
    """What is remembered of the repository at or above `folder`, None also where there is none."""
    try:
        with open_repository(folder) as repository:
            return memory().recall(repository.identity)
    except NotARepositoryError:
        return None
