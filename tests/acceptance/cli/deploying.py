"""A shop with two approvers, a CI job that decides and deploys, and a policy that asks for one approval."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from tests.acceptance.cli.program import Program, Ran
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.keys.disk import own_key
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import LedgerTrust
from weighbridge.ledger.verifier_keys import WriterKey

ORIGIN = "shop/0123456789abcdef"
PEOPLE = ("ana", "ben")
POLICY = """\
version: 1
name: shop
rules:
  - name: somebody-else
    because: code of the shop
    require:
      - approval: {count: 1}
environments:
  production: {level: production}
  staging: {level: staging}
"""


@dataclass(frozen=True)
class Shop:
    """One clone that everybody works in, each with a home of their own."""

    scratch: Scratch
    homes: Path

    def program(self, who: str) -> Program:
        home = self.homes / who
        home.mkdir(parents=True, exist_ok=True)
        return Program(home)

    def run(self, who: str, *arguments: str, given: bytes | None = None) -> Ran:
        return self.program(who).run(self.scratch.folder, *arguments, given=given)

    def writer(self, who: str) -> str:
        """The key by which somebody's machine writes."""
        return str(self.machine(who).verifier)

    def key(self, who: str) -> Path:
        """Somebody's SSH key."""
        file = self.homes / who / "key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            make_key(file, f"{who}@example.org")
        return file

    def signers(self, *people: str) -> str:
        lines = [f"{who}@example.org {' '.join(public(self.key(who)).split()[:2])}" for who in people]
        return "\n".join(lines) + "\n"

    def settings(self, *writers: str, more: str = "") -> str:
        keys = "".join(f"  - {self.writer(who)}\n" for who in writers)
        return f"version: 1\norigin: {ORIGIN}\nwriters:\n{keys}{more}"

    def change(self, branch: str, *, on: str = "main", **files: str) -> str:
        """A commit on a new branch; its id."""
        self.scratch.git("switch", "-q", "-c", branch, on)
        commit = self.scratch.commit(f"Change {', '.join(files)}", **files)
        self.scratch.git("switch", "-q", "main")
        return commit

    def approve(self, change: str, *more: str, who: str = "ana") -> None:
        kept = self.run("ci", "review", change, "--keep", "-q", *more)
        assert kept.status in (0, 1), kept
        ran = self.run(who, "approve", change.rpartition("..")[2], "--key", str(self.key(who)), "--yes")
        assert ran.status == 0, ran

    def decide(self, change: str, *more: str, who: str = "ci") -> Ran:
        return self.run(who, "review", change, "--record", "-q", *more)

    def passed(self, change: str, *more: str) -> None:
        """Approved and decided."""
        self.approve(change)
        ran = self.decide(change, *more)
        assert ran.status == 0, ran

    def admit(self, *arguments: str, environment: str = "production", who: str = "ci") -> Ran:
        return self.run(who, "admit", "--environment", environment, *arguments)

    def land(self, branch: str) -> str:
        """Merge a branch into main by a merge commit; its id."""
        self.scratch.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        return self.scratch.git("rev-parse", "HEAD")

    def forge(self, said: Struct, *, by: str, laptop: str = "ana") -> None:
        """Append what somebody's machine signs, from the laptop of an approver, which the ledger's readers believe."""
        about = getattr(said, "about", None)
        subject = change_subject(about) if isinstance(about, Subject) else ledger_subject(ORIGIN)
        self.append(bytes(sign_as_writer(statement_payload(said, subject), self.machine(by))), laptop=laptop)

    def append(self, envelope: bytes, *, laptop: str = "ana") -> None:
        """Append an envelope from somebody's laptop, whatever it holds."""
        key = self.machine(laptop)
        trust = LedgerTrust(
            origin=ORIGIN, writers=(key.verifier, *(self.machine(who).verifier for who in ("ci", *PEOPLE)))
        )
        with self.scratch.open() as repository:
            append(GitLedgerFiles(repository), [Addition(envelope=envelope)], writer=key, trust=trust)

    def machine(self, who: str) -> WriterKey:
        """The key of somebody's machine."""
        return own_key(self.homes / who / ".config" / "weighbridge" / "keys" / "writer")

    def subject(self, base: str, head: str) -> Subject:
        """A change, whose decision nobody knows."""
        trees = [ObjectId(self.scratch.git("rev-parse", f"{name}^{{tree}}")) for name in (base, head)]
        return Subject(
            ledger=ORIGIN,
            base_tree=trees[0],
            head_tree=trees[1],
            head_commit=ObjectId(self.scratch.git("rev-parse", head)),
            decision=Digest("sha256:" + "e" * 64),
        )

    def copy(self, place: Path) -> "Shop":
        shutil.copytree(self.scratch.folder, place / "shop", symlinks=True)
        shutil.copytree(self.homes, place / "homes", symlinks=True)
        return Shop(Scratch(place / "shop"), place / "homes")


def make_key(file: Path, name: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)], check=True)


def public(file: Path) -> str:
    return file.with_suffix(".pub").read_text()


def open_shop(place: Path, *, policy: str = POLICY, settings: str = "") -> Shop:
    """The shop with its first commit on main."""
    shop = Shop(Scratch.make(place / "shop"), place / "homes")
    shop.scratch.commit(
        "Open the shop",
        **{
            ".weighbridge/policy.yaml": policy,
            ".weighbridge/ledger.yaml": shop.settings("ci", more=settings),
            ".weighbridge/allowed_signers": shop.signers(*PEOPLE),
            "src/cart.py": "def total(x):\n    return x\n",
        },
    )
    return shop
