"""TOML is read as ever, and what would take the machine down is refused at once."""

import tomllib

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.documents.toml import load_toml
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.texts import toml_table
from weighbridge.landscape.surfaces.settings import settings_of

BOMBS = {
    "a key": "a" + ".a" * 100_000 + " = 1\n",
    "a heading": "[a" + ".a" * 100_000 + "]\n",
    "an inline table": "x = {a" + ".a" * 100_000 + " = 1}\n",
    "quoted": '"$"' + '."$"' * 50_000 + " = 1\n",
    "spaced": "a" + " . a" * 50_000 + " = 1\n",
    "many keys": "".join(f"b{n}{'.a' * 39} = 1\n" for n in range(20_000)),
    "after a string of many lines": 'x = {a = """\n""", "$"' + '."$"' * 5_000 + " = 1}\n",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_key_of_very_many_parts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="parts"):
        load_toml(text)
    with pytest.raises(ManifestError, match="parts"):
        toml_table(text.encode())
    assert settings_of(RepoPath("pyproject.toml"), text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.ruff.lint.isort]\nx = 1.5\n",
        'versions = ["' + '", "'.join(f"1.{n}.0" for n in range(300)) + '"]\n',
        "# " + "." * 200 + "\nx = 1\n",
        'x = "' + "a." * 1000 + '"\n',
        "a" + ".a" * 38 + " = 1\n",
        "x = [" + ", ".join(f"{n}.5" for n in range(500)) + "]\n",
    ],
)
def test_what_people_write_is_read_as_ever(text: str) -> None:
    assert load_toml(text) == tomllib.loads(text)
