"""zizmor is run apart from the repository, and what it does not say is no silence. A stand-in says what the real one does."""

import stat
import sys
from pathlib import Path

from weighbridge.adapters.scanners.on_copies import Scanner
from weighbridge.adapters.scanners.zizmor import ZIZMOR
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook

PATH = RepoPath(".github/workflows/--evil.yml")
STAND_IN = f"""#!{sys.executable}
import json, os, sys
names = [each for each in sys.argv[1:] if each.endswith(".yml")]
assert "--offline" in sys.argv and "--no-config" in sys.argv and "--no-ignores" in sys.argv
assert not any(name.startswith("GITHUB") or name == "GH_TOKEN" for name in os.environ)
found = []
for name in names:
    for number, line in enumerate(open(name)):
        if "GITHUB_ENV" in line:
            found.append({{"ident": "github-env", "desc": "dangerous use", "determinations": {{"confidence": "High", "severity": "High"}},
              "locations": [{{"symbolic": {{"key": {{"Local": {{"verbatim_path": name}}}}, "annotation": "", "route": {{"route": []}}, "kind": "Primary"}},
                "concrete": {{"location": {{"start_point": {{"row": number, "column": 0}}}}, "feature": line}}}}]}})
print(json.dumps(found))
sys.exit(14 if found else 0)
"""


def program(folder: Path, text: str = STAND_IN) -> str:
    file = folder / "zizmor"
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_each_set_of_files_gets_what_was_found_in_it(tmp_path: Path) -> None:
    run = Scanner(ZIZMOR, program(tmp_path))

    found = run([{PATH: b"a\n"}, {PATH: b"a\nb >> $GITHUB_ENV\n", RepoPath("x/action.yml"): b"GITHUB_ENV"}])

    assert not isinstance(found, CouldNotLook)
    assert [[(each.path, each.line, each.name) for each in one] for one in found] == [
        [],
        [(PATH, 2, "github-env"), ("x/action.yml", 1, "github-env")],
    ]


def test_files_that_it_cannot_read_are_left_to_coverage(tmp_path: Path) -> None:
    text = f"#!{sys.executable}\nimport sys\nsys.stderr.write('fatal: no audit was performed')\nsys.exit(1)\n"

    assert Scanner(ZIZMOR, program(tmp_path, text))([{}, {PATH: b"a: ["}]) == [(), ()]
