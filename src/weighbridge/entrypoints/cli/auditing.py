"""A list of what is deployed, audited, and what is said of it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.audit_deployed import LARGEST, Audited, Standing, bypass_of, read_deployed
from weighbridge.app.record_admission import record_bypasses
from weighbridge.assembly.admitting import asked_for, open_door
from weighbridge.entrypoints.cli.admitting import Wanted, image_of
from weighbridge.entrypoints.cli.output import read_input
from weighbridge.review.render.text.blocks import Block, Paragraph, Table
from weighbridge.review.sentences import count


class AuditedList(Struct, frozen=True, kw_only=True):
    """Everything of a list, and where what decides was read."""

    audited: tuple[Audited, ...]
    footing: str

    @property
    def is_blind(self) -> bool:
        """Whether something could not be looked at."""
        return any(each.standing is Standing.UNKNOWN for each in self.audited)


def audit_list(folder: Path, wanted: Wanted, *, source: str, record: bool) -> tuple[AuditedList, tuple[int, ...]]:
    """Each thing of a list held against the ledger, and the entries that name those around the gate.

    Raises:
        DeployedListError, OutputError: the list or the provenance cannot be read.
        AdmissionError, LedgerError, LedgerFilesError, RepositoryError, ConfigurationError: nothing can be told.
    """
    called = "the standard input" if source == "-" else source
    deployed = read_deployed(read_input(source, limit=LARGEST + 1), called)
    with open_repository(folder) as repository:
        asked = asked_for(repository, environment=wanted.environment, after=wanted.after, target=wanted.target)
        with open_door(repository, asked) as door:
            auditor = door.auditor(lambda image: image_of(door, image, provenance=wanted.provenance))
            found = AuditedList(audited=tuple(map(auditor.audit, deployed)), footing=door.footing.words)
            around = [each for each in found.audited if each.is_bypass]
            if not (record and around):
                return found, ()
            recorder = door.recorder
            seen = [
                bypass_of(each, environment=wanted.environment, source=called, at=recorder.now()) for each in around
            ]
            done = record_bypasses(recorder, seen, deeds=door.deeds)
            return found, done.indexes if done else ()


def audit_blocks(found: AuditedList, environment: str, *, recorded: tuple[int, ...]) -> Iterator[Block]:
    """A table of them, what went around the gate first."""
    order = list(reversed(Standing))
    rows = sorted(found.audited, key=lambda each: order.index(each.standing))
    table = tuple((_shown(each.deployed.name), each.standing.value, each.words) for each in rows)
    yield Table(head=("deployed", "how it got there", "why"), rows=table)
    numbers = Counter(each.standing for each in found.audited)
    told = ", ".join(f"{numbers[each]} {each.value}" for each in Standing if numbers[each])
    yield Paragraph(text=f"{environment}: {told}. {found.footing[:1].upper()}{found.footing[1:]}.")
    if recorded:
        yield Paragraph(text=f"{count(len(recorded), 'statement')} put on record, from entry {recorded[0]} on.")


def audit_json(found: AuditedList, *, recorded: tuple[int, ...]) -> str:
    """The same for programs."""
    deployed = [
        {
            "commit": each.commit,
            "image": each.deployed.image or None,
            "tree": each.tree,
            "at": each.deployed.at.isoformat() if each.deployed.at else None,
            "standing": each.standing.value,
            "bypass": each.is_bypass,
            "why": each.words,
        }
        for each in found.audited
    ]
    body = {"deployed": deployed, "footing": found.footing, "recorded": list(recorded)}
    return json.dumps(body, indent=2, ensure_ascii=True) + "\n"


def _shown(name: str) -> str:
    """A commit's id cut short; an image as it is called, its digest cut short."""
    head, at, digest = name.partition("@")
    return f"{head}@{digest[:19]}" if at else name[:12]
