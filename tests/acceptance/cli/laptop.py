"""A clone, a home and a key, as somebody who keeps a ledger has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.acceptance.cli.program import Program, Ran
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN, about

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.keys.disk import own_key
from weighbridge.domain.record import Verdict
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.personal import personal_values
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.statement import change_subject, statement_payload
from weighbridge.ledger.trusted_ledger import LedgerTrust

LEDGER = "refs/weighbridge/ledger"
PEOPLE = "refs/weighbridge/people"


@dataclass(frozen=True)
class Laptop:
    """Somebody's clone, home and key."""

    scratch: Scratch
    program: Program

    def ledger(self, *arguments: str) -> Ran:
        return self.program.run(self.scratch.folder, "ledger", *arguments)

    @property
    def key_file(self) -> Path:
        return self.program.home / ".config" / "weighbridge" / "keys" / "writer"

    def say(self, number: int, *, writers: Sequence[Path] = ()) -> None:
        """Append an approval, with a reason that names somebody."""
        key = own_key(self.key_file)
        personal = personal_values({"reason": f"Ada read it {number}"})
        subject = about(number)
        said = Approval(
            about=subject,
            at=datetime(2026, 3, 9, 14, number, tzinfo=UTC),
            verdict=Verdict.APPROVE,
            personal=personal.commitment,
        )
        envelope = bytes(sign_as_writer(statement_payload(said, change_subject(subject)), key))
        trust = LedgerTrust(origin=ORIGIN, writers=(key.verifier, *(own_key(each).verifier for each in writers)))
        with self.scratch.open() as repository:
            addition = Addition(envelope=envelope, personal=bytes(personal))
            append(GitLedgerFiles(repository), [addition], writer=key, trust=trust)


def settings(*keys: str, anchors: str = "[]") -> str:
    writers = "".join(f"  - {key}\n" for key in keys)
    return f"version: 1\norigin: {ORIGIN}\nwriters:\n{writers}anchors: {anchors}\n"


def laptop_of(folder: Path) -> Laptop:
    """Ada's, whose ledger is named on the protected branch and not begun yet."""
    laptop = Laptop(Scratch.make(folder / "ada" / "shop"), Program(folder / "ada"))
    key = laptop.program.run(folder, "ledger", "key")
    assert key.status == 0, key
    laptop.scratch.commit(**{".weighbridge/ledger.yaml": settings(key.out.strip())})
    return laptop


def unwrapped(text: str) -> str:
    """What a terminal of any width would say."""
    return " ".join(text.split())


def swap_people(ada: Laptop, path: str, *, data: bytes = b"rubbish") -> None:
    """A people's ref whose tree holds something else at one path, pushed by whoever may."""
    index = str(ada.scratch.folder / ".git/forging-people")
    blob = ada.scratch.git("hash-object", "-w", "--stdin", given=data)
    ada.scratch.git("read-tree", PEOPLE, GIT_INDEX_FILE=index)
    ada.scratch.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", GIT_INDEX_FILE=index)
    tree = ada.scratch.git("write-tree", GIT_INDEX_FILE=index)
    ada.scratch.git("update-ref", PEOPLE, ada.scratch.git("commit-tree", "-m", "forged", tree))
