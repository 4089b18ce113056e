"""A machine that runs what a job's file says: a clone of a hub, a home, and `weighbridge` on its path."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.acceptance.cli.deploying import Shop
from tests.acceptance.cli.program import SOURCE
from tests.integration.git.scratch import Scratch


class Runner:
    """A machine that deploys: a clone, the key of a writer, and `weighbridge` on its path."""

    def __init__(self, hub: Shop, place: Path) -> None:
        self.place = place
        self.home = place / "home"
        self.home.mkdir()
        self.hub = shutil.copytree(hub.scratch.folder.parent / "hub.git", place / "hub.git")
        self.writer = (hub.homes / "ci" / ".config" / "weighbridge" / "keys" / "writer").read_text()
        self.bin = place / "bin"
        self.bin.mkdir()
        self.put("weighbridge", f'exec {shlex.quote(sys.executable)} -P -m weighbridge.entrypoints.cli "$@"')

    def put(self, name: str, body: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def clone(self, commit: str) -> Scratch:
        folder = self.place / "clone"
        subprocess.run(["git", "clone", "-q", self.hub, folder], check=True)
        scratch = Scratch(folder)
        scratch.git("checkout", "-q", commit)
        return scratch

    def check_out(self, commit: str) -> Scratch:
        """A clone as actions/checkout makes it with `fetch-depth: 0`: every branch, no origin/HEAD, nothing on a branch."""
        scratch = Scratch.make(self.place / "checkout")
        scratch.git("remote", "add", "origin", str(self.hub))
        scratch.git(
            "fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"
        )
        scratch.git("checkout", "-q", "--force", "--detach", commit)
        return scratch

    def bash(self, script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "PYTHONPATH": str(SOURCE),
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            **variables,
        }
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @property
    def is_deployed(self) -> bool:
        return (self.place / "deployed").exists()
