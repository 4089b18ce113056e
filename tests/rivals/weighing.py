"""Reviews a proposed change through the command line, as a user does, and reads the package it wrote."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from tests.rivals.repository import Parcels

from weighbridge.domain.findings import Finding, FindingState
from weighbridge.domain.package import Decision, Presentation
from weighbridge.domain.system import SurfaceKind


class _Document(msgspec.Struct, frozen=True):
    """The package's JSON, as far as the lessons read it."""

    decision: Decision
    presentation: Presentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one command did."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One review: the exit code, the page in the terminal, the comment, and the package."""

    status: int
    terminal: str
    markdown: str
    decision: Decision
    presentation: Presentation

    @property
    def new(self) -> list[Finding]:
        """The findings that the change brings."""
        return [weighed.finding for weighed in self.decision.findings if weighed.state is FindingState.NEW]

    @property
    def rules(self) -> set[str]:
        """The rules that found something new."""
        return {finding.rule for finding in self.new}

    @property
    def changed(self) -> set[str]:
        """The names of the changed symbols."""
        return {changed.symbol for changed in self.decision.impact.changed}

    @property
    def dependents(self) -> set[str]:
        """Everything that can notice the change."""
        return {dependent.symbol for dependent in self.decision.impact.dependents}

    @property
    def unread(self) -> set[str]:
        """The changed files that nobody fully understood."""
        return {file.path for file in self.decision.coverage.files if not file.examined}

    def kinds_of_surface(self, path: str) -> set[SurfaceKind]:
        """The kinds of sensitive surface that one file is."""
        return {surface.kind for surface in self.decision.surfaces if surface.path == path}

    def needs_a_look(self, path: str) -> bool:
        """Whether the gate cannot be passed before somebody looked at this file."""
        read = [need for need in self.decision.gate.open if need.rule == "unread-file"]
        return any(f"{path}: " in " ".join(need.because) for need in read)

    def about(self, path: str) -> list[Finding]:
        """The new findings in one file."""
        return [finding for finding in self.new if finding.place.path == path]


@dataclass(frozen=True, slots=True)
class Scales:
    """The command, with a home and a cache of its own."""

    home: Path

    def run(self, repository: Path, *arguments: str) -> Ran:
        """Run `weighbridge` in a repository."""
        done = subprocess.run(
            [sys.executable, "-m", "weighbridge.entrypoints.cli", *arguments],
            cwd=repository,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Ran(status=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def environment(self) -> Mapping[str, str]:
        """What the command sees of the world: no configuration of whoever runs the tests."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TMPDIR") if name in os.environ}
        source = str(Path(__file__).resolve().parents[2] / "src")
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join(filter(None, (source, kept.get("PYTHONPATH")))),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "LINES": "24",
        }

    def weigh(self, parcels: Parcels, change: str) -> Weighed:
        """Review a change."""
        folder = self.home / "out" / change.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        package, comment = folder / "package.json", folder / "comment.md"
        ran = self.run(parcels.path, "review", change, "--json", str(package), "--markdown", str(comment))
        assert package.is_file(), f"exit code {ran.status}\n{ran.err}"
        document = msgspec.json.decode(package.read_bytes(), type=_Document)
        return Weighed(
            status=ran.status,
            terminal=ran.out,
            markdown=comment.read_text("utf-8"),
            decision=document.decision,
            presentation=document.presentation,
        )
