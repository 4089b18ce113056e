"""Units of Terragrunt: which folder each is made of, and which read an output of another's."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.infrastructure.files import called_folder

_SOURCE: Final = re.compile(r"^[ \t]*source[ \t]*=(.*)$", re.MULTILINE)
_QUOTED: Final = re.compile(
    r'"((?:\$\{(?:get_terragrunt_dir|get_repo_root|get_path_to_repo_root)\(\)\}|\.{1,2})(?:/[^"?$]*)?)(?:\?[^"]*)?"'
)
_DEPENDENCY: Final = re.compile(
    r'^[ \t]*dependency[ \t]+"([\w-]+)"[ \t]*\{[^{}]*?\bconfig_path[ \t]*=(.*)$', re.MULTILINE
)
_COMMENT: Final = re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE)


def readers_of_outputs(folder: str, name: str, *, units: Iterable[tuple[RepoPath, str]]) -> Iterator[RepoPath]:
    """The files that read an output of what is made of a folder, by `dependency.NAME.outputs`."""
    texts = [(path, without_comments(text)) for path, text in units]
    made_here = {path.rpartition("/")[0] for path, text in texts if folder in _folders_of(path, text)}
    for path, text in texts if made_here else ():
        here = path.rpartition("/")[0]
        for called, said in _DEPENDENCY.findall(text):
            is_read = re.search(rf"\bdependency\.{re.escape(called)}\.outputs\.{re.escape(name)}(?![\w-])", text)
            if is_read and not made_here.isdisjoint(_paths(here, said)):
                yield path


def without_comments(text: str) -> str:
    """A text of Terraform without the lines that are comments."""
    return _COMMENT.sub("", text)


def _folders_of(path: RepoPath, text: str) -> set[str]:
    """The folders of the repository whose Terraform a unit may take; its own where it names no source."""
    here = path.rpartition("/")[0]
    said = _SOURCE.search(text)
    return {here} if said is None else set(_paths(here, said[1]))


def _paths(here: str, said: str) -> Iterator[str]:
    for quoted in _QUOTED.findall(said):
        first, _, rest = quoted.partition("/")
        start = "" if "repo_root" in first else here
        yield called_folder(start, "/".join(part for part in (first if first.startswith(".") else ".", rest) if part))
