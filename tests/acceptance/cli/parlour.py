"""A repository in which people speak of a change: an author, a senior and a colleague, each with a key of their own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from tests.acceptance.cli.at_terminal import Talk, talk
from tests.acceptance.cli.program import Program, Ran
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN

DEV, SUE, COL = "dev@example.org", "sue@example.org", "col@example.org"
POLICY = """\
version: 1
name: parlour
extends: starter
people:
  roles: {senior: [sue@example.org]}
rules:
  - name: second-person
    because: nobody reads their own
    require:
      - approval: {count: 1, words: "I ran it"}
  - name: kept
    when: touches("kept/**")
    require:
      - approval: {count: 1}
overrides:
  approval: {by: "role:senior"}
  longest: 2 days
  never: [kept]
waivers:
  approval: {by: "role:senior", not_by: []}
  longest: 4 weeks
break_glass:
  approval: {by: anyone, not_by: []}
  review_within: 1 day
"""


@dataclass(frozen=True)
class Parlour:
    """The repository, whose branch `fix` changes one file, and everybody's keys."""

    program: Program
    scratch: Scratch
    keys: Path
    more: ClassVar[str] = ""
    """What else `ledger.yaml` says."""

    @classmethod
    def open(
        cls, folder: Path, *, policy: str = POLICY, enrolled: tuple[str, ...] = (DEV, SUE, COL), author: str = ""
    ) -> Self:
        """Everything set up, and the change weighed and kept; `author` wrote what it begins with, where not somebody else."""
        home, keys = folder / "home", folder / "keys"
        home.mkdir(parents=True)
        keys.mkdir()
        made = cls(Program(home), Scratch.make(folder / "shop"), keys)
        for who in enrolled:
            made.make_key(who)
        writer = made.run("ledger", "key").out.strip()
        signers = "".join(f"{who} {made.public(who)}\n" for who in enrolled)
        made.scratch.commit(
            "Begin",
            **{
                ".weighbridge/policy.yaml": policy,
                ".weighbridge/ledger.yaml": f"version: 1\norigin: {ORIGIN}\nwriters: [{writer}]\n{cls.more}",
                ".weighbridge/allowed_signers": signers,
                "src/cart.py": "def total(x):\n    return x\n",
            },
        )
        if author:
            made.scratch.git(
                "commit",
                "-q",
                "--amend",
                "--reset-author",
                "--no-edit",
                GIT_AUTHOR_EMAIL=author,
                GIT_COMMITTER_EMAIL=author,
            )
        made.scratch.git("switch", "-q", "-c", "fix")
        made.change("Round totals", "src/cart.py", text="def total(x):\n    return round(x, 2)\n")
        made.weigh()
        return made

    def make_key(self, who: str, passphrase: str = "") -> None:
        """A key of their own."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", self.key(who)], check=True)

    def key(self, who: str) -> Path:
        """The file that holds somebody's key."""
        return self.keys / who.partition("@")[0]

    def public(self, who: str) -> str:
        """The key as `allowed_signers` states it."""
        return " ".join(self.key(who).with_suffix(".pub").read_text().split()[:2])

    def change(self, message: str, path: str, *, text: str) -> str:
        """A commit of the author's."""
        self.scratch.write(path, text)
        self.scratch.git("add", "-A")
        self.scratch.git("commit", "-q", "-m", message, GIT_AUTHOR_EMAIL=DEV, GIT_COMMITTER_EMAIL=DEV)
        return self.scratch.git("rev-parse", "HEAD")

    def weigh(self, *arguments: str) -> Ran:
        """The change weighed, and its package kept."""
        return self.run("review", "main..fix", "--keep", "--target", "main", *arguments)

    def run(self, *arguments: str) -> Ran:
        """The program without a terminal."""
        return self.program.run(self.scratch.folder, *arguments)

    def says(self, who: str, *arguments: str) -> Ran:
        """What somebody says, of whom nothing is asked."""
        return self.run(*arguments, "--target", "main", "--key", str(self.key(who)), "--yes")

    def talks(
        self, who: str, *arguments: str, answers: tuple[tuple[str, str], ...] = (), columns: int = 80, **more: str
    ) -> Talk:
        """What somebody says at a terminal."""
        return talk(
            self.program.command(*arguments, "--target", "main", "--key", str(self.key(who))),
            folder=self.scratch.folder,
            environment={**self.program.environment(), "TERM": "xterm-256color", **more},
            answers=answers,
            columns=columns,
        )

    @property
    def entries(self) -> int:
        """How many statements are on record."""
        if not self.scratch.git("for-each-ref", "refs/weighbridge/ledger"):
            return 0
        return len(json.loads(self.run("ledger", "show", "--json", "-").out))
