"""In a repository that nobody configured and nobody attested, harmless changes pass alone and risky ones do not."""

from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

FILES: dict[str, bytes | str] = {
    "app/__init__.py": "",
    "app/auth/__init__.py": "",
    "app/auth/checks.py": (
        "from flask import abort\n\n\ndef require_admin(user):\n    if not user.is_admin:\n        abort(403)\n"
    ),
    "app/auth/labels.py": "def label(user):\n    return user.name.title()\n",
    "app/text.py": 'def slug(text):\n    """Make a slug."""\n    return text.lower()\n\n\ndef unused(x):\n    return x\n',
    "app/web.py": (
        "from flask import Flask, g\n\nfrom app.auth.checks import require_admin\nfrom app.text import slug\n\n"
        "app = Flask(__name__)\n\n\n"
        '@app.get("/pages/<name>")\ndef show(name):\n    return slug(name)\n\n\n'
        '@app.post("/pages/<name>")\ndef save(name):\n    require_admin(g.user)\n    return slug(name)\n'
    ),
    "tests/test_text.py": 'from app.text import slug\n\n\ndef test_slug():\n    assert slug("A") == "a"\n',
    "requirements.txt": "flask==3.0\n# what the site is made with\n",
    "README.md": "# Pages\n",
    ".github/workflows/tests.yml": "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: pytest\n",
}
HARMLESS = {
    "docstring": ("app/text.py", "Make a slug", "Makes a slug"),
    "prose": ("README.md", "# Pages", "# Our pages"),
    "behaviour": ("app/text.py", "text.lower()", "text.strip().lower()"),
    "unused": ("app/text.py", "\n\ndef unused(x):\n    return x\n", ""),
    "below-auth": ("app/auth/labels.py", "title()", "upper()"),
    "route": (
        "app/web.py",
        "app = Flask(__name__)\n",
        'app = Flask(__name__)\n\n\n@app.get("/")\ndef home():\n    return ""\n',
    ),
    "comment-of-a-manifest": ("requirements.txt", "# what the site", "# all the site"),
    "test": ("tests/test_text.py", '"A") == "a"', '"B") == "b"'),
}
RISKY: dict[str, tuple[str, str, str, int]] = {
    "check-removed": ("app/web.py", "    require_admin(g.user)\n", "", 1),
    "check-weakened": ("app/auth/checks.py", "not user.is_admin", "user.is_banned", 1),
    "signature": ("app/text.py", "slug(text)", "slug(text, separator)", 1),
    "removed": ("app/text.py", "def slug", "def slugs", 1),
    "workflow": (".github/workflows/tests.yml", "run: pytest", "run: 'true'", 1),
    "package": ("requirements.txt", "flask==3.0\n", "flask==3.0\nexact-invoice-rounding\n", 1),
    "broken-check": ("app/auth/checks.py", "abort(403)", "abort(403", 3),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    scratch = Scratch.make(tmp_path_factory.mktemp("pages") / "pages")
    scratch.write_all(FILES)
    scratch.commit("Start")
    return scratch


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("home"))


def proposed(pages: Scratch, branch: str, *, edit: tuple[str, str, str]) -> str:
    path, was, now = edit
    pages.git("switch", "-qc", branch, "main")
    text = (pages.folder / path).read_text("utf-8")
    assert text.count(was) == 1
    pages.commit(f"Change {path}", **{path: text.replace(was, now)})
    return f"main..{branch}"


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_passes_alone(pages: Scratch, shared: Program, name: str) -> None:
    ran = shared.run(pages.folder, "review", proposed(pages, f"harmless-{name}", edit=HARMLESS[name]))

    assert ran.status == 0, ran.out + ran.err


@pytest.mark.parametrize("name", RISKY)
def test_a_risky_change_does_not(pages: Scratch, shared: Program, name: str) -> None:
    path, was, now, status = RISKY[name]

    ran = shared.run(pages.folder, "review", proposed(pages, f"risky-{name}", edit=(path, was, now)))

    assert ran.status == status, ran.out + ran.err


def test_a_bare_clone_is_weighed_alike(pages: Scratch, shared: Program, tmp_path: Path) -> None:
    change = proposed(pages, "bare", edit=HARMLESS["behaviour"])
    pages.git("clone", "--quiet", "--bare", str(pages.folder), str(tmp_path / "bare.git"))

    assert shared.run(tmp_path / "bare.git", "review", change).status == 0
