"""What the commands about environments share: who asks for what, and what is said of it."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.admit import Admission
from weighbridge.app.admit_image import Built, built_of, provenance_in
from weighbridge.app.faults import FaultKind
from weighbridge.app.links import Link
from weighbridge.app.ports import RepositoryError
from weighbridge.app.what_is_there import AdmissionError
from weighbridge.assembly.admitting import Door, asked_for, open_door
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.entrypoints.cli.output import OutputError
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.trusted_ledger import NoticeKind


class Answer(Struct, frozen=True, kw_only=True):
    """What may enter, or why not: the name that was asked for, what was found, and what can be done."""

    asked: str
    environment: str
    commit: ObjectId | None = None
    image: Digest | None = None
    found: Admission | None = None
    missing: str = ""
    remarks: tuple[str, ...] = ()
    remedy: str = ""

    @property
    def is_admitted(self) -> bool:
        """Whether nothing is missing."""
        return self.found is not None and self.found.is_admitted and not self.missing

    @property
    def is_unanchored(self) -> bool:
        """Whether it was decided, and an anchor is what is missing."""
        return self.found is not None and _is_unanchored(self.found)

    @property
    def first_missing(self) -> str:
        """The first missing link in words; empty where there is none."""
        return self.missing or (self.found.missing if self.found else "")


def _is_unanchored(found: Admission) -> bool:
    return found.fault is not None and found.fault.kind is FaultKind.UNANCHORED


def refused(asked: str, words: str, *, environment: str) -> Answer:
    """An answer before anything could be looked at."""
    return Answer(asked=asked, environment=environment, missing=words)


class Wanted(Struct, frozen=True, kw_only=True):
    """What a command was asked: a commit or an image, where it is to go, and what is there."""

    environment: str
    commit: str = ""
    image: str = ""
    provenance: Path | None = None
    after: str = ""
    target: str = ""


def answer_to(folder: Path, wanted: Wanted, *, record: bool) -> tuple[Answer, int | None]:
    """Whether it may enter, and the entry that says so where that was to be put on record.

    Raises:
        LedgerFilesError, RepositoryError, ConfigurationError: something cannot be read.
        OutputError: the provenance cannot be.
        UnknownNameError: the policy has no such environment.
    """
    with open_repository(folder) as repository:
        asked = asked_for(repository, environment=wanted.environment, after=wanted.after, target=wanted.target)
        try:
            with open_door(repository, asked) as door:
                answer = _answer(door, wanted)
                if not (record and answer.is_admitted and answer.found and answer.commit):
                    return answer, None
                done = door.record(answer.found, answer.commit, image=answer.image)
                return answer, done.indexes[0]
        except (AdmissionError, LedgerError) as problem:
            return refused(wanted.commit or wanted.image, str(problem), environment=wanted.environment), None


def _answer(door: Door, wanted: Wanted) -> Answer:
    if wanted.image:
        return answer_for_image(door, wanted.image, provenance=wanted.provenance)
    return answer_for_commit(door, wanted.commit, commit=door.repository.commit_called(wanted.commit))


def answer_for_commit(door: Door, asked: str, *, commit: ObjectId, built: Built | None = None) -> Answer:
    """Whether a commit may enter, or an image that was built of it. Raises `LedgerError`."""
    found = door.admit(commit)
    doubts = [notice.brief for notice in door.ledger.notices if notice.kind is NoticeKind.UNANCHORED]
    by = (f"{built.signer} says that it was built of {commit[:12]}",) if built else ()
    return Answer(
        asked=asked,
        environment=door.terms.name,
        commit=commit,
        image=built.digest if built else None,
        found=found,
        remarks=(*by, door.footing.words, *found.remarks, *(doubts if found.is_admitted else ())),
        remedy="" if found.is_admitted else _remedy(door, commit, found=found),
    )


def _remedy(door: Door, commit: ObjectId, *, found: Admission) -> str:
    """What decides on a commit; where it is what is there already, what decides on the change that led to it.

    Where only an anchor is missing, what keeps one: the gate said yes, and asking it again would ask for a newer one still.
    """
    if _is_unanchored(found):
        return _anchoring(door.desk.settings)
    base = door.footing.last or door.footing.trust.target
    if base == commit:
        landed = door.repository.landed(commit, limit=1)
        base = landed[0][1] if landed else None
        if base is None:
            return f"ask the gate of the change that led to {commit[:12]}, which is there already"
    return f"weighbridge review {base[:12]}..{commit[:12]} --environment {door.terms.name} --record" if base else ""


def _anchoring(settings: LedgerSettings) -> str:
    """What keeps a newer anchor in the place that readers look into."""
    if settings.has_witnesses_alone:
        return "weighbridge ledger witness"
    places = settings.anchors
    if not places:
        return "weighbridge ledger anchor --ref refs/heads/ledger-anchor, and name it under `anchors` in .weighbridge/ledger.yaml"
    return f"weighbridge ledger anchor --{places[0].kind} {shlex.quote(places[0].name)}"


def answer_for_image(door: Door, reference: str, *, provenance: Path | None) -> Answer:
    """Whether an image may enter, by the provenance in a file or folder. Raises `LedgerError`, `OutputError`."""
    built = image_of(door, reference, provenance=provenance)
    if built.missing or built.commit is None:
        return refused(reference, built.missing, environment=door.terms.name)
    try:
        return answer_for_commit(door, reference, commit=built.commit, built=built)
    except RepositoryError as problem:
        words = f"it was built of {built.commit}, which is not here: {problem}"
        return refused(reference, words, environment=door.terms.name)


def image_of(door: Door, reference: str, *, provenance: Path | None) -> Built:
    """What an image was built of. Raises `OutputError`."""
    find = provenance_in(provenance) if provenance else lambda _: None
    try:
        return built_of(reference, find, builders=door.desk.settings.builders)
    except OSError as problem:
        raise OutputError(f"{provenance}: cannot be read: {problem.strerror}") from problem


def said(answer: Answer, *, recorded: int | None = None) -> str:
    """An answer as people read it."""
    verdict = "Admitted" if answer.is_admitted else "Not admitted"
    tree = f", tree {answer.found.tree[:12]}" if answer.found else ""
    return "\n".join([f"{verdict}: {answer.asked}{tree}, to {answer.environment}", *_lines(answer, recorded)]) + "\n"


def _lines(answer: Answer, recorded: int | None) -> Iterator[str]:
    for link in answer.found.links if answer.found else ():
        decision = link.decided.said
        over = f", carried over by entry {link.carried.entry}" if link.carried else ""
        yield (
            f"  entry {link.decided.entry}: {decision.state} for {link.about.head_tree[:12]} on "
            f"{link.about.base_tree[:12]}, at {decision.at:%Y-%m-%d %H:%M} UTC{over}, {link.decided.digest}"
        )
    if answer.first_missing:
        yield f"  missing: {answer.first_missing}"
    yield from (f"  {remark}" for remark in answer.remarks)
    if answer.remedy:
        yield f"  to {'anchor' if answer.is_unanchored else 'decide'} it: {answer.remedy}"
    if recorded is not None:
        yield f"  on record: entry {recorded}"


def as_json(answer: Answer, *, recorded: int | None = None) -> str:
    """An answer for programs."""
    return json.dumps(fields_of(answer) | {"recorded": recorded}, indent=2, ensure_ascii=True) + "\n"


def fields_of(answer: Answer) -> dict[str, object]:
    """The same as values."""
    return {
        "asked": answer.asked,
        "environment": answer.environment,
        "admitted": answer.is_admitted,
        "commit": answer.commit,
        "tree": answer.found.tree if answer.found else None,
        "image": answer.image,
        "links": [_link(link) for link in (answer.found.links if answer.found else ())],
        "missing": answer.first_missing or None,
        "remarks": list(answer.remarks),
        "remedy": answer.remedy or None,
    }


def _link(link: Link) -> dict[str, object]:
    return {
        "entry": link.decided.entry,
        "digest": link.decided.digest,
        "state": link.decided.said.state,
        "about": msgspec.to_builtins(link.about),
        "environment": link.decided.said.environment,
        "at": link.decided.said.at.isoformat(),
        "carriedOver": link.carried.entry if link.carried else None,
    }
