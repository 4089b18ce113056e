"""Shows how a change passes: two people approve it from clones of their own, it is admitted, and one changed bit is refused.

Everything goes through git alone: each person and the build machine have a clone, and share `refs/weighbridge/*`.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from examples.build_demo import ISOLATED, ROOT, build, git
from examples.say_outcome import outcome

CHANGE = "origin/main..origin/fix-shares"
HEAD = "origin/fix-shares"
APPROVERS = ("maeve.walsh@storefront.example", "tomasz.zielinski@storefront.example")
POLICY = """\
version: 1
name: storefront
extends: starter
people:
  teams:
    "@storefront/finance-tools":
      - aiko.sato@storefront.example
      - maeve.walsh@storefront.example
      - tomasz.zielinski@storefront.example
rules:
  - name: two-people
    when: touches("services/**") || touches("libs/**")
    because: nothing that runs passes on the word of one
    require:
      - approval: {count: 2, by: anyone}
environments:
  production:
    level: production
"""


class Place(msgspec.Struct, frozen=True):
    """A clone, and whoever works in it: their keys and settings lie beside it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What their programs are started with."""
        home = self.folder.parent / f"{self.folder.name}-home"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "WEIGHBRIDGE_"))}
        own = {"WEIGHBRIDGE_CONFIG": str(home / "config"), "WEIGHBRIDGE_STATE": str(home / "state")}
        return {**kept, **ISOLATED, **own}

    def says(self, *arguments: str, expected: Sequence[int] = (0,)) -> str:
        """Run `weighbridge` as they would, show what it says, and what it printed. Exits when it ends otherwise."""
        print(f"\n{self.folder.name}$ {shlex.join(('weighbridge', *arguments))}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "weighbridge.entrypoints.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        print("\n".join(f"  {line}" for line in (done.stdout + done.stderr).splitlines()), flush=True)
        if done.returncode not in expected:
            sys.exit(f"expected exit code {expected}, got {done.returncode}")
        return done.stdout


def set_up(target: Path) -> tuple[Place, Place, Place]:
    """The hub, the clones of two people and of the build machine, and on main what decides: keys, ledger, policy."""
    if target.exists():
        shutil.rmtree(target)
    build(target / "work")
    work, hub = target / "work", target / "hub.git"
    git(target, "clone", "--quiet", "--bare", str(work), str(hub))
    git(work, "remote", "add", "origin", str(hub))
    maeve, tomasz, ci = (Place(target / name) for name in ("maeve", "tomasz", "ci"))
    signers = []
    for address, place in zip(APPROVERS, (maeve, tomasz), strict=True):
        key = key_of(place)
        key.parent.mkdir(parents=True)
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", address, "-f", str(key)]
        subprocess.run(made, check=True)
        kind, public, *_ = key.with_suffix(".pub").read_text("utf-8").split()
        signers.append(f"{address} {kind} {public}\n")
    (target / "ci").mkdir()
    git(target / "ci", "init", "--quiet")
    writer = ci.says("ledger", "key").split()[-1]
    shutil.rmtree(target / "ci")
    configuration = work / ".weighbridge"
    (configuration / "allowed_signers").write_text("".join(signers), "utf-8")
    (configuration / "policy.yaml").write_text(POLICY, "utf-8")
    ledger = f"version: 1\norigin: storefront/5e70f3d0c0ffee11\nwriters:\n  - {writer}\n"
    (configuration / "ledger.yaml").write_text(ledger, "utf-8")
    git(work, "add", ".weighbridge")
    git(work, "-c", "user.name=Ines Marchetti", "-c", "user.email=ines.marchetti@storefront.example", "commit", "--quiet", "--message", "Say who may pass what")  # fmt: skip
    git(work, "-c", "user.name=Aiko Sato", "-c", "user.email=aiko.sato@storefront.example", "rebase", "--quiet", "main", "fix-shares")  # fmt: skip
    git(work, "push", "--quiet", "--force", "origin", "main", "fix-shares")
    for place in (maeve, tomasz, ci):
        git(target, "clone", "--quiet", str(hub), str(place.folder))
    return maeve, tomasz, ci


def key_of(place: Place) -> Path:
    """A person's own SSH key."""
    return place.folder.parent / f"{place.folder.name}-home" / "id_ed25519"


def flip_a_bit(repository: Path) -> None:
    """Change one bit of the newest entry, as somebody would who may push to the ledger's ref."""
    ref = "refs/weighbridge/ledger"
    path = next(
        name for name in git(repository, "ls-tree", "-r", "--name-only", ref).splitlines() if "tile/entries" in name
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | ISOLATED
    data = bytearray(
        subprocess.run(
            ["git", "cat-file", "blob", f"{ref}:{path}"], cwd=repository, env=kept, check=True, stdout=subprocess.PIPE
        ).stdout
    )
    data[len(data) // 2] ^= 1
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=repository,
        env=kept,
        input=data,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout.decode()
    index = {"GIT_INDEX_FILE": str(repository / ".git" / "tampering-index")}
    git(repository, "read-tree", ref, environment=index)
    git(repository, "update-index", "--cacheinfo", f"100644,{blob.strip()},{path}", environment=index)
    tree = git(repository, "write-tree", environment=index).strip()
    made = git(repository, "-c", "user.name=M", "-c", "user.email=m@example.org", "commit-tree", tree, "-p", ref, "-m", "x")  # fmt: skip
    git(repository, "update-ref", ref, made.strip())


def show(target: Path) -> None:
    """The whole way, step by step."""
    maeve, tomasz, ci = set_up(target)
    for place in (maeve, tomasz):
        place.says("review", CHANGE, "--keep", "--quiet", expected=(1,))
        place.says("ledger", "sync", "origin")  # what others said by now
        place.says("approve", HEAD, "--yes", "--key", str(key_of(place)), "--reason", "The shares add up now")
        place.says("ledger", "sync", "origin")
    git(ci.folder, "fetch", "--quiet", "origin")
    ci.says("ledger", "sync", "origin")
    ci.says("review", CHANGE, "--record", "--environment", "production")
    ci.says("admit", "--environment", "production", "--commit", HEAD)
    ci.says("ledger", "verify", expected=(0,))
    print("\nNow somebody changes one bit of the ledger.")
    flip_a_bit(ci.folder)
    ci.says("admit", "--environment", "production", "--commit", HEAD, expected=(1, 3))


def main(arguments: Sequence[str]) -> int:
    """Show it below `demo/`; 0 when all went as it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, default=ROOT / "demo" / "approval")
    asked = parser.parse_args(arguments)
    target = asked.target.resolve()
    is_shown = shutil.which("ssh-keygen") is not None
    if is_shown:
        show(target)
    else:
        print("People approve with SSH keys, and ssh-keygen is not installed: install OpenSSH to see this part.")
    alone = "\nTwo people approved exactly this tree, it was admitted, and the changed ledger was refused."
    print(outcome(target.parent, is_approved=is_shown) or (alone if is_shown else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
