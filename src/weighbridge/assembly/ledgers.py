"""The ledger of one repository: where it is kept, who is trusted to have written it, and what it is held against."""

import hashlib
import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.cache.entry_index import SqliteEntryIndex
from weighbridge.adapters.cache.verdicts import KeptVerdicts
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.git.ledger_anchors import anchor_in, anchor_on, anchors_in, anchors_on
from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.git.ledger_remote import LedgerRemote
from weighbridge.adapters.git.repository import GitRepository, open_repository
from weighbridge.adapters.ledger.anchor_file import read_anchor_file, write_anchor_file
from weighbridge.adapters.ledger.seen import SeenHeads, state_folder
from weighbridge.app.build_roster import build_roster
from weighbridge.app.build_trust import trust_at_target
from weighbridge.app.find_entries import EntryFinder
from weighbridge.app.ledger_desk import BY_SYNC
from weighbridge.app.ports import RepositoryError
from weighbridge.app.read_anchors import Anchors, read_anchors
from weighbridge.app.read_people import PeopleVouch, read_people
from weighbridge.app.share_ledger import Reading
from weighbridge.assembly.bench import SystemClock, organisation_folder
from weighbridge.assembly.policies import policy_in_force
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.trust import Trust
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerFilesError, LedgerPlaceError
from weighbridge.ledger.people import Roster
from weighbridge.ledger.rotations import WritersInTurn
from weighbridge.ledger.settings_file import LEDGER_PATH, AnchorKind, AnchorPlace, LedgerSettings, load_settings
from weighbridge.ledger.trusted_ledger import Anchor, LedgerTrust, Vouched
from weighbridge.ledger.verdicts import UNREMEMBERED, Verdicts

DATABASE: Final = "WEIGHBRIDGE_LEDGER"
"""The variable that names a database to keep ledgers in, and after a `#` which of its ledgers is this repository's; without
it the repository's own ref keeps it.
"""


class OpenLedger(Struct, frozen=True, kw_only=True):
    """A ledger opened for work, with everything it is held against."""

    repository: GitRepository
    files: LedgerFiles
    trust: Trust
    settings: LedgerSettings
    reading: Reading
    anchors: Anchors
    store: "Places"
    people: Callable[[], Roster]
    """Who is enrolled, as the ledger says now; what it says is believed once the ledger is."""
    finder: EntryFinder
    verdicts: Verdicts

    @property
    def travels(self) -> bool:
        """Whether it is shared by git; what lies in a database is there for whoever reaches that."""
        return isinstance(self.files, GitLedgerFiles)

    @property
    def way(self) -> str:
        """How it comes here where it is not."""
        return way_to(self.files)

    def elsewhere(self) -> str:
        """Why this ledger, where it is not here, may be in a remote; empty where each was asked and none has it."""
        return "" if not self.travels else "; ".join(filter(None, map(self._in_remote, self.repository.remotes())))

    def _in_remote(self, name: str) -> str:
        way = f"`weighbridge ledger sync{'' if name == 'origin' else f' {shlex.quote(name)}'}`"
        try:
            return f"{name} has one: {way} fetches it" if self.remote(name).has_one() else ""
        except LedgerFilesError as problem:
            return f"nobody could ask the remote {name} for it: {problem}. {way} says whether it can be reached"

    def remote(self, name: str) -> LedgerRemote:
        """A remote to share with."""
        return LedgerRemote(self.repository, name)


def way_to(files: LedgerFiles) -> str:
    """How a ledger that is not here comes here."""
    if isinstance(files, GitLedgerFiles):
        return BY_SYNC
    return (
        f"{DATABASE} keeps it in {files.place}, where nothing was written yet: name the database that others use, or"
        " `weighbridge ledger import` takes in an export"
    )


class Places:
    """Keeps anchors where `AnchorPlace` says; keeps to the `AnchorStore` port."""

    def __init__(self, repository: GitRepository, *, target: str = "") -> None:
        self._repository = repository
        self._target = target

    def read(self, place: AnchorPlace) -> Sequence[Anchor] | CouldNotLook:
        """The checkpoints that stand there, or why nobody could look."""
        try:
            match place.kind:
                case AnchorKind.REF:
                    return tuple(anchors_on(self._repository, place.name, target=self._target))
                case AnchorKind.REPOSITORY:
                    with open_repository(self._near(place.name)) as other:
                        return tuple(anchors_in(other))
                case AnchorKind.FILE:
                    return tuple(read_anchor_file(self._near(place.name)))
        except (RepositoryError, LedgerFilesError) as problem:
            return CouldNotLook(
                reason=Reason.STALE_DATA,
                detail=f"the anchor in {place}: {problem}",
                remedy="bring it where it can be read, or take it out of .weighbridge/ledger.yaml",
            )

    def write(self, place: AnchorPlace, note: bytes) -> str:
        """Keep a checkpoint there. Raises `LedgerFilesError`."""
        match place.kind:
            case AnchorKind.REF:
                return anchor_on(self._repository, place.name, note=note)
            case AnchorKind.REPOSITORY:
                try:
                    with open_repository(self._near(place.name)) as other:
                        return anchor_in(other, note)
                except RepositoryError as problem:
                    raise LedgerFilesError(str(problem)) from problem
            case AnchorKind.FILE:
                return write_anchor_file(self._near(place.name), note)

    def _near(self, name: str) -> Path:
        """A path as `ledger.yaml` means it: from the work tree's top, or from the bare repository."""
        return (self._repository.location.top or self._repository.location.common) / Path(name).expanduser()


@contextmanager
def open_ledger(folder: Path, *, target: str = "", environment: Mapping[str, str] = os.environ) -> Iterator[OpenLedger]:
    """The ledger of the repository at or above `folder`.

    Raises:
        RepositoryError: there is no repository, or what is trusted in it cannot be read.
        ConfigurationError: the trusted `ledger.yaml` is wrong.
        LedgerFilesError: the database that should hold it cannot be used.
    """
    with open_repository(folder) as repository:
        trust = trust_at_target(repository, target=target, organisation=organisation_folder(environment))
        with ledger_in(repository, trust, environment=environment) as opened:
            yield opened


@contextmanager
def ledger_in(
    repository: GitRepository,
    trust: Trust,
    *,
    more_anchors: Sequence[AnchorPlace] = (),
    environment: Mapping[str, str] = os.environ,
) -> Iterator[OpenLedger]:
    """The ledger of an opened repository, by what is trusted there, held against `more_anchors` besides.

    Raises `ConfigurationError`, `LedgerFilesError`.
    """
    settings = settings_of(trust)
    store = Places(repository, target=trust.target_name)
    anchors = read_anchors(
        store,
        tuple(dict.fromkeys((*settings.anchors, *more_anchors))),
        is_of_this=lambda anchor: not _is_other(anchor, settings),
    )
    with ledger_files(repository, environment) as files:
        now = SystemClock().now()
        finder = finder_in(repository, files, environment=environment)

        def people_in(some: LedgerFiles) -> Roster:
            return read_people(some, _trusted_people(some, trust, settings=settings), now=now, finder=finder)

        def trust_in(some: LedgerFiles) -> LedgerTrust:
            vouching = PeopleVouch(lambda: people_in(some), now=now)
            return replace(
                ledger_trust(settings, vouching),
                naming=finder.naming,
                unheeded=vouching.unheeded,
                missing=_missing(trust),
                learn=finder.learn if some is files else None,  # a remote's may go another way
            )

        reading = Reading(
            trust=trust_in,
            seen=SeenHeads(state_folder(environment), clone=repository.identity),
            anchors=anchors.found,
            missing=anchors.missing,
        )
        verdicts = _verdicts_in(repository, files, environment=environment)
        try:
            yield OpenLedger(
                repository=repository,
                files=files,
                trust=trust,
                settings=settings,
                reading=reading,
                anchors=anchors,
                store=store,
                people=lambda: people_in(files),
                finder=finder,
                verdicts=verdicts or UNREMEMBERED,
            )
        finally:
            if verdicts is not None:
                verdicts.keep()


def finder_in(
    repository: GitRepository, files: LedgerFiles, *, environment: Mapping[str, str] = os.environ
) -> EntryFinder:
    """What finds entries of a repository's ledger without reading all of them."""
    return EntryFinder(SqliteEntryIndex(cache_folder(environment), ledger=f"{repository.identity} {files.place}"))


def _verdicts_in(
    repository: GitRepository, files: LedgerFiles, *, environment: Mapping[str, str]
) -> KeptVerdicts | None:
    """What is remembered of signatures: in the cache, by a secret that lies where no cache is restored.

    None where the user's state is kept in the cache's folder: whoever can restore the one has the other.
    """
    state, cache = (Path(os.path.realpath(each)) for each in (state_folder(environment), cache_folder(environment)))
    if state.is_relative_to(cache):
        return None
    name = hashlib.sha256(f"{repository.identity} {files.place}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    kept = cache_folder(environment) / "ledgers" / f"{name}.verdicts"
    return KeptVerdicts(kept, secret=state_folder(environment) / "ledgers" / "verdicts.secret")


def _trusted_people(files: LedgerFiles, trust: Trust, *, settings: LedgerSettings) -> Roster:
    """Whom Trust enrols; where no setting names the ledger, in the one that lies there."""
    note = files.read(CHECKPOINT) if settings.origin is None else None
    origin = settings.origin or (read_checkpoint(note).checkpoint.origin if note else "")
    bots = policy_in_force(trust).people.bots
    return build_roster(trust, ledger=origin, machines=bots, passkeys=settings.passkeys)


def settings_of(trust: Trust) -> LedgerSettings:
    """What Trust says of the ledger. Raises `ConfigurationError`."""
    document = trust.document(LEDGER_PATH)
    return LedgerSettings() if document is None else load_settings(document.data, document.path)


def _missing(trust: Trust) -> str:
    """That the protected branch, and so `ledger.yaml`, is not in this clone; empty where something is trusted."""
    if trust.target is not None or trust.document(LEDGER_PATH) is not None:
        return ""
    return (
        f"nothing of this repository is trusted here, {LEDGER_PATH} among it: {trust.target_reason}. A clone of a single branch"
        " fetches the protected one first (git fetch origin main:refs/remotes/origin/main)"
    )


def ledger_trust(settings: LedgerSettings, people: Vouched | None = None) -> LedgerTrust:
    """Who may have written it: whom Trust names, whom enrolled people name, and whose keys took the place of theirs."""
    return settings.trust(vouched=WritersInTurn(settings.writers, origin=settings.origin, people=people))


def _is_other(anchor: Anchor, settings: LedgerSettings) -> bool:
    """Another repository may hold the anchors of many ledgers; those of others say nothing of this one."""
    try:
        origin = read_checkpoint(anchor.note).checkpoint.origin
    except MalformedError:
        return False  # whoever reads it says so
    return settings.origin is not None and origin != settings.origin and "refs/weighbridge/anchors/" in anchor.place


@contextmanager
def ledger_files(repository: GitRepository, environment: Mapping[str, str] = os.environ) -> Iterator[LedgerFiles]:
    """Where the ledger of a repository is kept, before it is asked whom to believe. Raises `LedgerFilesError`."""
    address, _, name = environment.get(DATABASE, "").partition("#")
    if not address:
        yield GitLedgerFiles(repository)
        return
    try:
        from weighbridge.adapters.ledger.database import (  # noqa: PLC0415 - half a second, for whoever keeps ledgers so
            DatabaseFiles,
            open_database,
        )
    except ModuleNotFoundError as problem:
        raise LedgerPlaceError(
            f"{DATABASE} names a database, and {problem.name} is not installed: pip install 'weighbridge[database]'"
        ) from problem
    database = open_database(address)
    try:
        yield DatabaseFiles(database, ledger=name or repository.name)
    finally:
        database.dispose()
