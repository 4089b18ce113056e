"""squawk is run apart from the repository, and what it does not say is no silence. A stand-in says what the real one does."""

import stat
import sys
from pathlib import Path

from weighbridge.adapters.scanners.on_copies import Scanner
from weighbridge.adapters.scanners.squawk import SQUAWK
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook

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
    run = Scanner(SQUAWK, program(tmp_path))

    found = run([{PATH: b"select 1;\n"}, {PATH: b"-- squawk-ignore-file\ndrop table a;\n", RepoPath("b.sql"): b"drop"}])

    assert not isinstance(found, CouldNotLook)
    assert [[(each.path, each.line, each.name) for each in one] for one in found] == [
        [],
        [(PATH, 2, "ban-drop-table"), ("b.sql", 1, "ban-drop-table")],
    ]
