"""Which files a policy command reads: the one that is named, else the work tree's, over the organisation's."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.build_trust import OWNERS, POLICY, SIGNERS, Given, trust_at_target
from weighbridge.app.diagnose import SYSTEM_PATHS
from weighbridge.app.ports import NoRepositoryError
from weighbridge.app.start_policy import TESTS_FILE
from weighbridge.assembly.bench import organisation_folder
from weighbridge.assembly.policies import reset_in, trusted_sources
from weighbridge.domain.trust import Trust, branch_of
from weighbridge.entrypoints.cli.output import OutputError, read_input
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.system_file import load_system
from weighbridge.ledger.settings_file import LEDGER_PATH, LedgerSettings, load_settings
from weighbridge.policy.doubts.of_paths import Tree
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import Loaded, Source, load_layers
from weighbridge.policy.reading.reset import under_reset
from weighbridge.policy.reading.stack import PolicyError
from weighbridge.policy.reset import Reset
from weighbridge.policy.trials.read import Trial, read_trials

_LARGEST: Final = 1 << 20
"""Bytes; what is larger than a policy may be is refused where it is read."""
_LARGEST_OWNERS: Final = 4 << 20


class Place(Struct, frozen=True, kw_only=True):
    """Where a command was run: the top of a work tree, or a folder that is in no repository."""

    top: Path
    is_repository: bool = True


def place_of(folder: Path, *, files: Sequence[str]) -> Place:
    """The top of the work tree at or above `folder`; itself where the repository has none, or where it is in none.

    Without a repository it takes `files`, or a policy that lies in the folder. Raises `RepositoryError`, `OutputError`.
    """
    try:
        with open_repository(folder) as repository:
            return Place(top=repository.location.top or folder)
    except NoRepositoryError as error:
        if not all(files) and not any((folder / path).is_file() for path in POLICY):
            raise OutputError(
                f"{error}. Outside a repository a policy is named as FILE, or lies in {POLICY[0]}"
            ) from error
        return Place(top=folder, is_repository=False)


def sources(file: str, organisation: str, *, top: Path) -> list[Source]:
    """The organisation's policy, if there is one, and the file over it. Raises `OutputError`."""
    if file == organisation == "-":
        raise OutputError("the standard input can be one policy: name a file for the other")
    found = [_source(organisation)] if organisation else _of_organisation()
    if file:
        return [*found, _source(file)]
    here = [path for path in POLICY if os.path.lexists(top / path)]
    for path in here:
        if not (top / path).is_file():
            raise OutputError(
                f"{path}: no file stands here, but a folder, a pipe or a link that leads nowhere: replace it"
            )
    if len(here) > 1:
        raise OutputError(f"{here[0]} and {here[1]} both stand here, and only one can decide: remove one")
    return [*found, *(Source(data=read_input(str(top / path), limit=_LARGEST), path=path) for path in here)]


class InForce(Struct, frozen=True, kw_only=True):
    """What decides about changes of a repository now, with the reset that lies on top.

    `remark` says so where the work tree says otherwise.
    """

    sources: Sequence[Source]
    reset: Reset | None = None
    remark: str = ""

    def loaded(self) -> Loaded:
        """The policy, and what it was made of. Raises `ConfigurationError`."""
        loaded = load_layers(self.sources)
        return loaded if self.reset is None else replace(loaded, policy=under_reset(loaded.policy, self.reset))


def in_force(folder: Path, *, target: str = "") -> InForce:
    """What decides about changes of this repository now. Raises `RepositoryError`, `ConfigurationError`."""
    with open_repository(folder) as repository:
        trust = trust_at_target(repository, target=target, organisation=organisation_folder())
        return InForce(
            sources=trusted_sources(trust),
            reset=reset_in(trust),
            remark=not_in_force(trust, repository.location.top),
        )


def not_in_force(trust: Trust, top: Path | None) -> str:
    """That the work tree's policy is another than the one that is trusted, and when it decides; empty where it is no other."""
    trusted = trust.document(*POLICY)
    path = next((each for each in POLICY if top is not None and (top / each).is_file()), "")
    if top is None or not (path or trusted):
        return ""
    if path and trusted and _lines_of(read_input(str(top / path), limit=_LARGEST)) == _lines_of(trusted.data):
        return ""
    branch = branch_of(trust.target_name) or "a protected branch"
    read_at = f"{branch} at {trust.target[:12]} ({trust.target_reason})" if trust.target else trust.target_reason
    decides = f"What decides is read from {read_at}{'' if trusted else ', which has no policy'}."
    if not path:
        return f"{decides} The work tree has no policy: that decides nothing before a reviewed change brings it to {branch}."
    return (
        f"{decides} {path} in the work tree is not in force: it decides about what comes after it, once a reviewed change"
        f" has brought it to {branch}. `weighbridge policy show {path}` shows it."
    )


def _lines_of(data: bytes) -> bytes:
    """The same however a work tree ends its lines."""
    return data.replace(b"\r\n", b"\n")


def signers(top: Path) -> bytes | None:
    """Who is enrolled by the work tree, if it says so."""
    path = top / SIGNERS
    return read_input(str(path), limit=_LARGEST) if path.is_file() else None


def ledger_settings(top: Path) -> LedgerSettings:
    """What the work tree says of the ledger; nothing where it says nothing. Raises `ConfigurationError`."""
    path = top / LEDGER_PATH
    return load_settings(read_input(str(path), limit=_LARGEST), LEDGER_PATH) if path.is_file() else LedgerSettings()


def tests_beside(top: Path) -> Source | None:
    """The tests of the work tree's policy, if there are any."""
    path = top / TESTS_FILE
    return Source(data=read_input(str(path), limit=_LARGEST), path=TESTS_FILE) if path.is_file() else None


def has_scanners(top: Path) -> bool:
    """Whether the work tree's description of the system declares scanners, or may, where it is wrong: that is told elsewhere."""
    path = next((each for each in SYSTEM_PATHS if (top / each).is_file()), None)
    try:
        return path is not None and bool(load_system(read_input(str(top / path), limit=_LARGEST), path).scanners)
    except ConfigurationError:
        return True


def owners(top: Path) -> tuple[bytes, str] | None:
    """The file by which the work tree declares who owns its code, with its path, if there is one."""
    found = next((path for path in OWNERS if (top / path).is_file()), None)
    return (read_input(str(top / found), limit=_LARGEST_OWNERS), found) if found else None


def tree_at(top: Path) -> Tree:
    """What lies in the work tree, for conditions that speak of paths."""
    names = sorted(each.name for each in top.iterdir() if each.name != ".git")
    return Tree(holds=lambda path: (top / path).exists(), top=tuple(names))


def tests_in(files: Sequence[str], policy: Policy, *, top: Path) -> list[Trial]:
    """The cases of `files`, else of the work tree's. Raises `OutputError`, `ConfigurationError`."""
    found: list[Trial] = []
    wrong: list[ConfigurationError] = []
    if not files and not (top / TESTS_FILE).is_file():
        raise OutputError(
            f"there are no tests in {TESTS_FILE}: name FILE, or let `weighbridge policy init` write a first one"
        )
    for file in files or (str(top / TESTS_FILE),):
        data = read_input(file, limit=_LARGEST)
        try:
            found += read_trials(data, TESTS_FILE if not files else file, policy=policy)
        except ConfigurationError as error:
            wrong.append(error)
    if wrong:
        raise PolicyError(wrong)
    return found


def _source(file: str) -> Source:
    return Source(data=read_input(file, limit=_LARGEST), path="standard input" if file == "-" else file)


def _of_organisation() -> list[Source]:
    """What the process was given, which decides here too."""
    given = organisation_folder()
    if given is None:
        return []
    if isinstance(given, Given):
        named = ((name, data) for name, data in sorted(given.files.items()) if name in ("policy.yaml", "policy.yml"))
        return [Source(data=data, path=f"{given}: {name}") for name, data in named]
    if not given.exists():
        raise OutputError(
            f"{given}: there is no such organisation's configuration, and WEIGHBRIDGE_ORGANISATION names it"
        )
    files = [given] if given.is_file() else [given / "policy.yaml", given / "policy.yml"]
    return [_source(str(file)) for file in files if file.is_file() and file.name in ("policy.yaml", "policy.yml")]
