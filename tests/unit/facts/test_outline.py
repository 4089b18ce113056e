"""The outline of a file says what stands in it, and spares a recogniser only what it would find nothing in."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from weighbridge.facts.extract import extract, extractor_for
from weighbridge.facts.extractor import Recognised
from weighbridge.facts.mentions import Outline, outline_of
from weighbridge.facts.model import FileFacts
from weighbridge.facts.recognise import python_effects, python_models, route_requests, sql_text

_RECOGNISERS = (python_effects.RECOGNISER, python_models.RECOGNISER, route_requests.RECOGNISER, sql_text.RECOGNISER)
_OURS = Path(python_effects.__file__).parents[2]
_PYTHONS = Path(asyncio.__file__).parent.parent


def raw_facts(source: bytes) -> FileFacts:
    """The facts of a Python file before any recogniser has seen them."""
    extractor = extractor_for("python")
    assert extractor is not None
    return extractor.extract(source, "python", in_detail=True)


def outline(source: str) -> Outline:
    return outline_of(raw_facts(source.encode()))


def real_files() -> Iterator[Path]:
    for folder in (_OURS / "adapters", _OURS / "review", *(_PYTHONS / name for name in ("asyncio", "http", "logging"))):
        yield from sorted(folder.rglob("*.py"))


def test_a_recogniser_that_passes_a_file_over_would_find_nothing_in_it() -> None:
    passed_over = 0
    for path in real_files():
        facts = raw_facts(path.read_bytes())
        seen = outline_of(facts)
        for recogniser in _RECOGNISERS:
            if not recogniser.may_concern(facts, seen):
                passed_over += 1
                assert recogniser.recognise(facts) == Recognised(), path

    assert passed_over > 100


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n",
        "import asyncio as a\nasync def f():\n    await a.sleep(1)\n",
        "from asyncio import sleep as wait\nasync def f():\n    await wait(1)\n",
        "import os.path\ndef f(p):\n    return os.path.exists(p)\n",
        "from os import path\ndef f(p):\n    return path.exists(p)\n",
        "import shutil\ndef f(a, b):\n    shutil.copy(a, b)\n",
        "from pathlib import Path\ndef f(p: Path):\n    p.touch()\n",
        "def f(p):\n    return p.read_text()\n",
        "def f(p):\n    return open(p)\n",
        "def f(session):\n    session.commit()\n",
    ],
)
def test_whatever_leads_to_an_effect_is_looked_at(source: str) -> None:
    assert extract(source.encode(), "python").effects


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\ndef f():\n    return asyncio.gather()\n",
        "import requesting\ndef f():\n    requesting.get('/x')\n",
        "def f(values):\n    return values.get(1)\n",
        "def f(session):\n    return session.user\n",
    ],
)
def test_a_file_that_names_nothing_known_is_not_read_for_effects(source: str) -> None:
    facts = raw_facts(source.encode())

    assert not python_effects.RECOGNISER.may_concern(facts, outline_of(facts))


def test_an_outline_holds_names_texts_and_packages() -> None:
    seen = outline('import os.path\nfrom .near import far\nx = y(f"in {z}", "plain")\n@app("head")\ndef f(): ...\n')

    assert {"x", "y", "z", "app"} <= seen.mentions.keys()
    assert sorted(seen.texts) == ["head", "in {}", "plain"]
    assert seen.packages == {"os", ""}


def test_an_outline_tells_the_steps_that_hold_a_name_but_no_heads() -> None:
    seen = outline("@a\ndef f(b=c): ...\nc = a\nd = c\n")

    assert [*seen.steps("a", "d")] == [0, 1]
    assert [*seen.steps("b")] == []
