"""squawk is run apart from the repository, and what it does not say is no silence. A stand-in says what the real one does."""

import stat
import sys
from pathlib import Path

import pytest

from weighbridge.adapters.scanners.squawk import Squawk, squawk_of
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

PATH = RepoPath("db/--evil.sql")
STAND_IN = f"""#!{sys.executable}
import json, os, sys
names = [each for each in sys.argv[1:] if each.endswith(".sql")]
assert sys.argv[1:3] == ["--reporter", "json"] and open(".squawk.toml").read() == ""
assert not any(name.startswith("WEIGHBRIDGE") or name == "GITHUB_TOKEN" for name in os.environ)
found = []
for name in names:
    text = open(name).read()
    for number, line in enumerate(text.splitlines()):
        if "drop" in line and "squawk-ignore" not in text:
            found.append({{"file": name, "line": number, "column": 0, "level": "Warning", "message": "Gone.", "help": None,
              "rule_name": "ban-drop-table", "column_end": 4, "line_end": number}})
print(json.dumps(found))
sys.exit(1 if found else 0)
"""


def program(folder: Path, text: str = STAND_IN) -> str:
    file = folder / "squawk"
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_each_set_of_files_gets_what_was_found_in_it_whatever_a_script_says_to_silence_it(tmp_path: Path) -> None:
    run = Squawk(program(tmp_path))

    found = run([{PATH: b"select 1;\n"}, {PATH: b"-- squawk-ignore-file\ndrop table a;\n", RepoPath("b.sql"): b"drop"}])

    assert not isinstance(found, CouldNotLook)
    assert [[(each.path, each.line, each.name) for each in one] for one in found] == [
        [],
        [(PATH, 2, "ban-drop-table"), ("b.sql", 1, "ban-drop-table")],
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"#!{sys.executable}\nimport sys\nsys.exit(3)\n", Reason.FAILED),
        (f"#!{sys.executable}\nprint('no json')\n", Reason.FAILED),
        (f"#!{sys.executable}\nimport time\ntime.sleep(30)\n", Reason.TIMED_OUT),
        ("#!/nowhere\n", Reason.FAILED),
    ],
)
def test_what_it_does_not_say_is_no_silence(tmp_path: Path, text: str, *, reason: Reason) -> None:
    found = Squawk(program(tmp_path, text), timeout=1.0)([{PATH: b"a"}])

    assert isinstance(found, CouldNotLook)
    assert found.reason is reason


def test_one_that_is_named_and_not_there_could_not_look(tmp_path: Path) -> None:
    named = squawk_of({"WEIGHBRIDGE_SQUAWK": str(tmp_path / "none")})

    assert named is not None
    found = named([{PATH: b"a"}])
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.TOOL_MISSING


def test_without_a_word_only_one_that_is_installed_is_run(tmp_path: Path) -> None:
    assert squawk_of({"PATH": str(tmp_path)}) is None
    program(tmp_path)
    assert squawk_of({"PATH": str(tmp_path)}) is not None
    assert squawk_of({"PATH": str(tmp_path), "WEIGHBRIDGE_SQUAWK": "off"}) is None
