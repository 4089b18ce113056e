"""A repository in which two people approve a change, with everybody before it."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.cli.person import Person
from tests.integration.git.scratch import Scratch

ADA, BOB, EVE = "ann@shop.example", "ben@shop.example", "eve@shop.example"
"""Nobody who wrote or committed anything: that is how scratch repositories begin."""
ORIGIN = "shop/0123456789abcdef"
POLICY = """
version: 1
name: shop
extends: starter
carry_over: nothing-added
rules:
  - name: two-people
    when: touches("src/**")
    because: code of the shop
    require:
      - approval: {count: 2}
environments:
  production: {level: production}
"""


@dataclass(frozen=True)
class Shop:
    """A repository with a change on the branch `fix`, two who are enrolled, one who is not, and a build machine."""

    scratch: Scratch
    ada: Person
    bob: Person
    eve: Person
    ci: Person

    def gate(self, change: str = "main..fix", *options: str) -> tuple[int, dict[str, object]]:
        """What the build machine's review exits with, and the gate as it stands."""
        ran = self.ci.run("review", change, "--json", "-", "-q", *options)
        return ran.status, json.loads(ran.out)["presentation"]["standing"]

    def words(self, change: str = "main..fix") -> str:
        """Everything that the gate says."""
        return json.dumps(self.gate(change)[1])

    def kept(self) -> None:
        assert self.ci.run("review", "main..fix", "--keep", "-q").status == 1


def open_shop(tmp_path: Path, *, policy: str = POLICY) -> Shop:
    """The shop, its change weighed and kept."""
    scratch = Scratch.make(tmp_path / "shop")

    ada, bob, eve, ci = (Person.make(tmp_path / name, scratch.folder) for name in ("ada", "bob", "eve", "ci"))
    writer = ci.program.run(tmp_path, "ledger", "key").out.strip()
    scratch.commit(
        "Begin",
        **{
            "src/cart.py": "def total(x):\n    return x\n",
            "README.md": "# Shop\n",
            ".weighbridge/policy.yaml": policy,
            ".weighbridge/ledger.yaml": f"version: 1\norigin: {ORIGIN}\nwriters: [{writer}]\n",
            ".weighbridge/allowed_signers": f"{ADA} {ada.public}\n{BOB} {bob.public}\n",
        },
    )
    scratch.git("switch", "-qc", "fix")
    scratch.commit("Round totals", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    scratch.git("switch", "-q", "main")
    made = Shop(scratch, ada, bob, eve, ci)
    made.kept()
    return made


def left_behind(shop: Shop, *options: str) -> list[str]:
    """What the build machine's review says of approvals that do not count."""
    ran = shop.ci.run("review", "main..fix", "--json", "-", "-q", *options)
    told = json.loads(ran.out)["presentation"]["left_behind"]
    assert isinstance(told, list)
    return told


def rebased(shop: Shop, **more: str) -> None:
    """Main moves on, and the branch `fix` is rebased upon it."""
    shop.scratch.commit("Elsewhere", **{"README.md": "# The shop\n"})
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.git("rebase", "-q", "main")
    if more:
        shop.scratch.commit("More", **more)
    shop.scratch.git("switch", "-q", "main")
