"""The same change of the same repository is weighed the same on every run, whatever order texts are kept in."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

KINDS = [f"Kind{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
"""So many classes that what can be any of them is gone through in many orders."""


def many_kinds(folder: Path) -> Scratch:
    """A program in which one name may stand for any of twenty classes, and each class for functions of two modules."""
    repository = Scratch.make(folder)
    repository.write("pyproject.toml", "[project]\nname = 'kinds'\n")
    for name in KINDS:
        repository.write(
            f"kinds/{name.lower()}.py",
            f"from kinds.helpers import find\nfrom kinds.tools import give\n\n\nclass {name}:\n"
            f"    def run(self):\n        return find('{name}')\n\n"
            f"    def stop(self):\n        return give(self.run())\n",
        )
    imports = "".join(f"from kinds.{name.lower()} import {name}\n" for name in KINDS)
    repository.write("kinds/__init__.py", "")
    repository.write("kinds/helpers.py", "from kinds.tools import give\n\n\ndef find(name):\n    return give(name)\n")
    repository.write(
        "kinds/tools.py",
        "try:\n    from kinds.fast import give\nexcept ImportError:\n    from kinds.slow import give\n",
    )
    for name in ("fast", "slow"):
        repository.write(f"kinds/{name}.py", "def give(value):\n    return value\n")
    repository.write(
        "kinds/table.py",
        imports + f"\nTABLE = {{{', '.join(f'{name!r}: {name}' for name in KINDS)}}}\n\n\n"
        "def made(name):\n    return TABLE[name]()\n\n\n"
        "def started(names):\n    return [made(name).run() for name in names]\n\n\n"
        "def stopped(names):\n    return [made(name).stop() for name in names]\n",
    )
    repository.write(
        "kinds/main.py",
        "from flask import Flask\n\nfrom kinds.table import started, stopped\n\napp = Flask(__name__)\n\n\n"
        "@app.get('/start')\ndef start():\n    return started(['KindA'])\n\n\n"
        "@app.get('/stop')\ndef stop():\n    return stopped(['KindA'])\n",
    )
    repository.commit("all kinds")
    table = repository.folder / "kinds/table.py"
    table.write_text(table.read_text().replace("for name in names]", "for name in sorted(names)]"))
    for name in ("fast", "slow"):
        repository.write(f"kinds/{name}.py", "def give(value):\n    return value or None\n")
    repository.commit("in order")
    return repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return many_kinds(tmp_path_factory.mktemp("kinds") / "repository")


def test_the_package_is_the_same_whatever_hashes_texts_have(tmp_path: Path, repository: Scratch) -> None:
    weighed = []
    for seed in ("1", "2", "3", "4"):
        program = Program(tmp_path, {"PYTHONHASHSEED": seed})
        package = json.loads(program.run(repository.folder, "review", "HEAD", "--json", "-").out)
        weighed.append((package["digest"], package["decision"], package["presentation"]["sequences"]))

    assert all(each == weighed[0] for each in weighed[1:])
