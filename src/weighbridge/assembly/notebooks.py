"""Where feedback is kept: in the work tree for everybody, or in the user's own cache."""

import os

from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.notebook import FileNotebook
from weighbridge.app.keep_feedback import FEEDBACK_PATH, Notebook


def notebooks(repository: GitRepository) -> tuple[Notebook, ...]:
    """The notebooks of a repository: the shared one first, where there is a work tree, then the private one."""
    private = FileNotebook(cache_folder(os.environ) / "feedback", f"{repository.identity}.jsonl")
    top = repository.location.top
    return (FileNotebook(top, FEEDBACK_PATH), private) if top is not None else (private,)
