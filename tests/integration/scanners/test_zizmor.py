"""zizmor is run apart from the repository, and what it does not say is no silence. A stand-in says what the real one does."""

import stat
import sys
from pathlib import Path

import pytest

from weighbridge.adapters.scanners.zizmor import Zizmor, zizmor_of
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

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
    run = Zizmor(program(tmp_path))

    found = run([{PATH: b"a\n"}, {PATH: b"a\nb >> $GITHUB_ENV\n", RepoPath("x/action.yml"): b"GITHUB_ENV"}])

    assert not isinstance(found, CouldNotLook)
    assert [[(each.path, each.line, each.name) for each in one] for one in found] == [
        [],
        [(PATH, 2, "github-env"), ("x/action.yml", 1, "github-env")],
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
    found = Zizmor(program(tmp_path, text), timeout=1.0)([{PATH: b"a"}])

    assert isinstance(found, CouldNotLook)
    assert found.reason is reason


def test_one_that_is_named_and_not_there_could_not_look(tmp_path: Path) -> None:
    named = zizmor_of({"WEIGHBRIDGE_ZIZMOR": str(tmp_path / "none")})

    assert named is not None
    found = named([{PATH: b"a"}])
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.TOOL_MISSING


def test_without_a_word_only_one_that_is_installed_is_run(tmp_path: Path) -> None:
    assert zizmor_of({"PATH": str(tmp_path)}) is None
    program(tmp_path)
    assert zizmor_of({"PATH": str(tmp_path)}) is not None
    assert zizmor_of({"PATH": str(tmp_path), "WEIGHBRIDGE_ZIZMOR": "off"}) is None


def test_files_that_it_cannot_read_are_left_to_coverage(tmp_path: Path) -> None:
    text = f"#!{sys.executable}\nimport sys\nsys.stderr.write('fatal: no audit was performed')\nsys.exit(1)\n"

    assert Zizmor(program(tmp_path, text))([{}, {PATH: b"a: ["}]) == [(), ()]
