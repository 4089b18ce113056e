"""A repository, its ledger and one environment, ready to be asked what may enter."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from msgspec import Struct

from weighbridge.adapters.git.repository import GitRepository
from weighbridge.app.admit import Admission, admit
from weighbridge.app.admit_image import Built
from weighbridge.app.audit_deployed import Auditor
from weighbridge.app.build_trust import trust_at_target
from weighbridge.app.deeds import Deeds
from weighbridge.app.held_against import Doubts
from weighbridge.app.ledger_desk import LedgerDesk, OpenLedger
from weighbridge.app.links import Terms
from weighbridge.app.recall_case import Desk, case_of_exceptions
from weighbridge.app.record_admission import Recorder, ends_of, record_admission
from weighbridge.app.what_is_there import (
    AdmissionError,
    Asked,
    Footing,
    admissions,
    footing,
    refuse_held,
)
from weighbridge.assembly.bench import SystemClock, organisation_folder
from weighbridge.assembly.desks import desk_of
from weighbridge.assembly.ledgers import finder_in, ledger_files, settings_of
from weighbridge.assembly.policies import policy_in_force
from weighbridge.assembly.standing import environment_of
from weighbridge.assembly.writers import own_writer
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.ledger.append import Appended
from weighbridge.ledger.settings_file import AnchorPlace


class Door(Struct, frozen=True, kw_only=True):
    """Where it is asked what may enter one environment."""

    repository: GitRepository
    footing: Footing
    terms: Terms
    desk: LedgerDesk
    ledger: OpenLedger
    deeds: Deeds

    def admit(self, commit: ObjectId) -> Admission:
        """Whether a commit may enter. Raises `AdmissionError`, `LedgerError`."""
        refuse_held(self.repository, self.footing, commit=commit, environment=self.terms.name)
        return admit(self.doubts, self.repository.tree_of(commit), ground=self.footing.ground)

    @property
    def doubts(self) -> Doubts:
        """What can be held against whatever is to enter, as of now."""
        now = SystemClock().now()
        desk = Desk(repository=self.repository, trust=self.footing.trust, policy=self.terms.policy, ledger=self.desk)
        return Doubts(
            ledger=self.ledger,
            deeds=self.deeds,
            terms=self.terms,
            now=now,
            exceptions=cache(lambda: case_of_exceptions(desk, self.ledger, now=now)),
        )

    def auditor(self, built_of: Callable[[str], Built]) -> Auditor:
        """What is deployed can be held against it; `built_of` tells the source of an image."""
        return Auditor(
            doubts=self.doubts,
            admitted=self.footing.ground.admitted,
            tree_of=self.repository.tree_of,
            built_of=built_of,
        )

    @property
    def recorder(self) -> Recorder:
        """What puts things on record in the name of the machine at hand. Raises `SigningError`."""
        return Recorder(desk=self.desk, writer=own_writer(), origin=self.ledger.origin)

    def record(self, found: Admission, commit: ObjectId, *, image: Digest | None = None) -> Appended:
        """Put on record that the commit was let in. Raises `AdmissionError`, `LedgerError`, `LedgerFilesError`."""
        ends = ends_of(found, self.ledger, deeds=self.deeds, lasts=self.terms.lasts)
        return record_admission(self.recorder, found, commit=commit, footing=self.footing, image=image, expires=ends)


@contextmanager
def open_door(
    repository: GitRepository, asked: Asked, *, environment: Mapping[str, str] = os.environ
) -> Iterator[Door]:
    """What is needed to admit `asked`.

    Raises:
        AdmissionError: nobody can tell what decides, or what is there.
        UnknownNameError: the policy has no such environment.
        LedgerError: the ledger cannot be believed.
        LedgerFilesError, RepositoryError: something cannot be read.
        ConfigurationError: what decides is wrong.
    """
    with ledger_files(repository, environment) as files:
        base = footing(repository, files, asked=asked, finder=finder_in(repository, files, environment=environment))
    policy = policy_in_force(base.trust)
    place = environment_of(policy, asked.environment)
    if place is None:
        raise AdmissionError("say with --environment where it is to go")
    anchors = _named_now(repository, asked)
    with desk_of(repository, base.trust, policy=policy, more_anchors=anchors, environment=environment) as desk:
        ledger = desk.open_to_decide()
        if ledger is None:
            raise AdmissionError(f"there is no ledger here, so nothing is proven: {desk.way}")
        deeds = Deeds(ledger=ledger.origin, find=ledger.find)
        _refuse_movement(deeds, base, asked=asked, repository=repository)
        yield Door(
            repository=repository,
            footing=base,
            terms=Terms(policy=policy, environment=place),
            desk=desk,
            ledger=ledger,
            deeds=deeds,
        )


def _named_now(repository: GitRepository, asked: Asked) -> tuple[AnchorPlace, ...]:
    """The anchors that the protected branch names by now: what decides is older, and an anchor only ever refuses."""
    return settings_of(trust_at_target(repository, target=asked.target, organisation=asked.organisation)).anchors


def asked_for(repository: GitRepository, *, environment: str, after: str = "", target: str = "") -> Asked:
    """What the caller of a command asks."""
    return Asked(
        environment=environment,
        after=repository.commit_called(after) if after else None,
        target=target,
        organisation=organisation_folder(),
    )


def _refuse_movement(deeds: Deeds, base: Footing, *, asked: Asked, repository: GitRepository) -> None:
    """What is there was read before it was known whom to believe: what is believed must say the same."""
    now = admissions(repository, asked, claimed=deeds.admitted(asked.environment))
    if [each.digest for each in now] != [each.digest for each in base.ground.admitted]:
        raise AdmissionError("somebody admitted something meanwhile: run this again")
