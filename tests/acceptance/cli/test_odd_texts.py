"""Code in whatever bytes is reviewed, or said to be unread; a file that git takes for binary is never clear for that."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

CODE = {
    "py": "def f(x):\n    return g(x)\n\n\ndef h():\n    return 1\n",
    "js": "function f(x) {\n  return g(x);\n}\nfunction h() { return 1; }\n",
    "ts": "function f(x: number) {\n  return g(x);\n}\nfunction h() { return 1; }\n",
    "go": "package p\n\nfunc f(x int) int {\n\treturn g(x)\n}\n",
    "java": "class A {\n  int f(int x) {\n    return g(x);\n  }\n}\n",
}
NOT_TEXT: dict[str, Callable[[str], bytes]] = {
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "utf-32": lambda text: b"\xff\xfe\0\0" + text.encode("utf-32-le"),
    "a null byte": lambda text: text.encode().replace(b"x", b"\0", 1),
}
TEXT: dict[str, Callable[[str], bytes]] = {
    "carriage returns": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of both kinds": lambda text: text.replace("\n", "\r\n", 2).encode(),
    "form feeds": lambda text: text.replace("\n\n", "\n\x0c\n").encode(),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "nothing but a byte order mark": lambda text: b"\xef\xbb\xbf" + text[:0].encode(),
    "nothing": lambda text: text[:0].encode(),
    "no line end": lambda text: text.rstrip().encode(),
}


def examined(program: Program, scratch: Scratch, *, files: dict[str, bytes]) -> dict[str, str]:
    """Each file's reason for not having been examined, empty where it was."""
    scratch.write("README.md", "# Here\n")
    scratch.commit("Begin")
    scratch.write_all({**files})
    scratch.commit("Add code")
    ran = program.run(scratch.folder, "review", "HEAD", "--json", "-")
    found = json.loads(ran.out)["decision"]["coverage"]["files"]
    assert ran.status == (3 if any(not file["examined"] for file in found) else ran.status)
    return {file["path"]: (file.get("missing") or {}).get("reason", "") for file in found}


def test_code_that_is_no_text_to_git_is_unparsed_in_every_language(program: Program, tmp_path: Path) -> None:
    files = {f"c{n}.{e}": make(t) for n, make in enumerate(NOT_TEXT.values()) for e, t in CODE.items()}

    found = examined(program, Scratch.make(tmp_path / "odd"), files=files)

    assert found == dict.fromkeys(sorted(files), "unparsed")


def test_code_in_any_form_of_text_is_read_in_every_language(program: Program, tmp_path: Path) -> None:
    files = {f"c{n}.{e}": make(t) for n, make in enumerate(TEXT.values()) for e, t in CODE.items()}

    found = examined(program, Scratch.make(tmp_path / "even"), files=files)

    assert found == dict.fromkeys(sorted(files), "")


@pytest.mark.parametrize(
    ("ending", "reason"), [("py", ""), ("js", "unparsed"), ("go", "unparsed"), ("java", "unparsed")]
)
def test_latin_1_is_read_where_the_language_knows_a_cookie_for_it(
    program: Program, tmp_path: Path, ending: str, reason: str
) -> None:
    mark = "#" if ending == "py" else "//"
    text = f"{mark} -*- coding: latin-1 -*-\n{mark} gr\xfc\xdfe\n{CODE[ending]}"

    found = examined(program, Scratch.make(tmp_path / "old"), files={f"c.{ending}": text.encode("latin-1")})

    assert found == {f"c.{ending}": reason}
