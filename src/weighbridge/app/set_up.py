"""Set a repository up: a first description of the system, a hook, and a workflow, each only where none is yet."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Final

from msgspec import Struct

from weighbridge.app.sight import Sight
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.owners.read import PLACES, read_owners
from weighbridge.landscape.system_file import SYSTEM_PATH, load_system
from weighbridge.review.render.system_draft import draft_system
from weighbridge.review.sentences import count

PRE_COMMIT: Final = ".pre-commit-config.yaml"
GITHUB: Final = ".github/workflows/weighbridge.yml"
GITLAB: Final = ".gitlab/weighbridge.gitlab-ci.yml"
GITLAB_SIGN: Final = ".gitlab-ci.yml"
_LARGEST: Final = 4 << 20
_UNNAMED: Final = "set this variable to what pip installs Weighbridge from"
_NAME_THE_PACKAGE: Final = """\
set the variable WEIGHBRIDGE_PACKAGE of the repository (or organisation) to what pip installs in CI:
weighbridge==VERSION, the address of a wheel, or git+https://HOST/OWNER/weighbridge@COMMIT.
This Weighbridge was installed from files of this machine, so that the job cannot know."""
HOOK_ENTRY: Final = """\
- repo: local
  hooks:
    - id: weighbridge
      name: weighbridge check
      entry: weighbridge check
      language: system
      pass_filenames: false
      always_run: true
"""


class SetupFile(Struct, frozen=True, kw_only=True):
    """A file to write: where, what, and what a reader should know; `adds` when it is an existing file with more in it.

    Without a path it is something to do by hand; `is_hook` is how a hook is had, which says nothing new where one is.
    """

    path: str
    text: str
    says: str
    adds: bool = False
    is_hook: bool = False


def plan_setup(sight: Sight, *, package: str) -> Iterator[SetupFile]:
    """The files that suit the tree `sight` shows; `package` is what CI installs Weighbridge from, if that is known.

    Raises:
        ConfigurationError: the description made is not one; a defect.
    """
    text = draft_system(sight.components.components, _owners(sight))
    system = load_system(text.encode("utf-8"), SYSTEM_PATH)
    yield SetupFile(
        path=SYSTEM_PATH,
        text=text,
        says=_components(written=len(system.components), found=len(sight.components.components)),
    )
    if (hooks := _text(sight, PRE_COMMIT)) is not None:
        yield from _pre_commit(hooks)
    else:
        says = "to check each commit in this clone: weighbridge init --hook"
        yield SetupFile(path="", text="", says=says, is_hook=True)
    if GITLAB_SIGN in sight.head_tree:
        yield SetupFile(
            path=GITLAB,
            text=setup_text("gitlab.yml", package=package),
            says="a job for merge requests; include it where authors cannot edit it (the file says where)",
        )
    else:
        yield SetupFile(
            path=GITHUB,
            text=setup_text("workflow.yml", package=package),
            says="runs on pull_request_target, so that authors cannot edit it (the file says why)",
        )
    if not package:
        yield SetupFile(path="", text="", says=_NAME_THE_PACKAGE)


def _components(*, written: int, found: int) -> str:
    """How many components there are, as `weighbridge doctor` counts them, and how many of them the document can say."""
    if written == found:
        return f"{count(found, 'component')}, each with what was inferred and why"
    others = "the others have no folder that could be named, and are found anew each time"
    return f"{written:,} of {count(found, 'component')}, each with what was inferred and why; {others}"


def next_step(sight: Sight) -> str:
    """What to run now, and what for: a first review reads what checks only look at when it was read."""
    unread = len(sight.source.unindexed(sight.head_tree.blobs.values()))
    once = f"; it reads the {count(unread, 'code file')} here, once, so that checks can look at all" if unread else ""
    return f"weighbridge review: weighs what you have{once}"


def setup_text(name: str, *, package: str = "") -> str:
    """One of the texts of `setup_files`, with what it installs in it."""
    text = (files("weighbridge.app.setup_files") / name).read_text("utf-8")
    github, gitlab = f" || '{package}'" if package else "", package or f"${{WEIGHBRIDGE_PACKAGE:?{_UNNAMED}}}"
    return text.replace("@OR_PACKAGE@", github).replace("@PACKAGE@", gitlab).replace("@UNNAMED@", _UNNAMED)


def _pre_commit(text: str) -> Iterator[SetupFile]:
    """The configuration with our hook added at its end, where its last section is the list of repositories."""
    if "weighbridge" in text:
        yield SetupFile(path=PRE_COMMIT, text=text, says="a hook that checks each commit")
        return
    lines = text.rstrip("\n").split("\n")
    sections = [line for line in lines if line[:1].isalpha()]
    items = [line for line in lines if line.lstrip().startswith("- repo:")]
    if not sections or sections[-1].rstrip() != "repos:" or not items:
        says = f"add this to {PRE_COMMIT} yourself, its form is not one that can be added to:\n{HOOK_ENTRY}"
        yield SetupFile(path="", text="", says=says)
        return
    indent = " " * (len(items[0]) - len(items[0].lstrip()))
    entry = "".join(f"{indent}{line}\n" for line in HOOK_ENTRY.splitlines())
    added = "\n".join(lines) + "\n" + entry
    yield SetupFile(path=PRE_COMMIT, text=added, says="a hook that checks each commit", adds=True)


def _text(sight: Sight, path: str) -> str | None:
    blob = sight.head_tree.blobs.get(RepoPath(path))
    data = sight.repository.read(blob.oid, _LARGEST) if blob else None
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else None


def _owners(sight: Sight) -> Callable[[RepoPath], tuple[str, ...]]:
    document = sight.trust.document(*PLACES)
    owners = read_owners(document.data, document.path) if document else None
    if owners is None or isinstance(owners, CouldNotLook):
        return lambda _: ()
    return owners.owners_of_folder
