"""The wheel holds what a user needs, and works in an environment that has never seen the sources."""

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from examples.build_demo import build

from weighbridge import __version__
from weighbridge.domain.tables import MADE
from weighbridge.engine.discover import INDEX_NAME, find_rules, make_index, rules_folder

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment; the dependencies, already at hand, are lent to it as they are."""
    home = tmp_path_factory.mktemp("fresh environment")
    venv.create(home, with_pip=True, symlinks=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    done = run(home / "bin" / "python", "-m", "pip", "install", "--no-index", "--no-deps", wheel, cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "bin" / "weighbridge"


def test_the_wheel_holds_the_index_of_the_rules_it_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        index = archive.read(f"weighbridge/rules/{INDEX_NAME}").decode()
        names = set(archive.namelist())

    assert index == make_index(rules_folder())
    assert {f"weighbridge/rules/{r['family']}/{r['stem']}.md" for r in json.loads(index)["rules"]} <= names


def test_the_wheel_holds_only_the_package_and_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
        licences = [name for name in archive.namelist() if name.endswith("/LICENSE")]

    assert tops == {"weighbridge", f"weighbridge-{__version__}.dist-info"}
    assert licences


def test_a_source_checkout_has_no_index_that_could_be_out_of_date() -> None:
    assert not (rules_folder() / INDEX_NAME).exists()


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "--version", cwd=tmp_path)

    assert (done.returncode, done.stdout.strip()) == (0, f"weighbridge {__version__}")


def test_the_installed_command_reviews_a_change(installed: Path, tmp_path: Path) -> None:
    change = build(tmp_path / "storefront")

    done = run(installed, "review", change, "--json", tmp_path / "package.json", cwd=tmp_path / "storefront")

    assert done.returncode in (1, 3), done.stderr
    package = json.loads((tmp_path / "package.json").read_text("utf-8"))
    assert package["decision"]["tool"] == f"weighbridge {__version__}"


def test_the_index_finds_the_rules_that_a_scan_finds(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)

    indexed = find_rules(tmp_path / "weighbridge" / "rules")

    assert [place.id for place in indexed] == sorted(place.id for place in find_rules())
    assert all(place.page.is_file() for place in indexed)


def test_the_wheel_holds_each_table_as_it_is_read_fastest(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        tables = sorted(name for name in names if name.endswith(".toml"))
        made = {name: archive.read(name.removesuffix(".toml") + MADE) for name in tables}
        sources = {name: tomllib.loads(archive.read(name).decode()) for name in tables}

    assert len(tables) >= 5
    assert {name: json.loads(data) for name, data in made.items()} == sources
