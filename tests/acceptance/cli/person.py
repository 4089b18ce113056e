"""Somebody who uses the program: with a home, a key that `ssh-keygen` made, and a folder in front of them."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.cli.program import Program, Ran


@dataclass(frozen=True)
class Person:
    """One person; `folder` is the repository, or the clone of their own, in which they run the program."""

    program: Program
    folder: Path
    key: Path

    @classmethod
    def make(cls, home: Path, folder: Path) -> "Person":
        """Somebody new, whose `home` is made, with the key in it."""
        home.mkdir()
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / "id"], check=True)
        return cls(Program(home), folder, home / "id")

    def sign_by_default(self) -> None:
        """Their own git signs with the key from now on."""
        configuration = f"[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {self.key.with_suffix('.pub')}\n"
        (self.program.home / ".gitconfig").write_text(configuration)

    def run(self, *arguments: str) -> Ran:
        """Run the program."""
        return self.program.run(self.folder, *arguments)

    def approve(self, change: str = "fix", *options: str) -> Ran:
        """Approve a change with the key, unasked."""
        return self.run("approve", change, "--yes", "--key", str(self.key), *options)

    @property
    def public(self) -> str:
        """The key as `allowed_signers` states it."""
        return " ".join(self.key.with_suffix(".pub").read_text().split()[:2])

    @property
    def keyid(self) -> str:
        """The key's fingerprint, as `ssh-keygen` says it."""
        done = subprocess.run(["ssh-keygen", "-l", "-f", self.key], check=True, capture_output=True, text=True)
        return done.stdout.split()[1]
