"""Which file a Python import means, seen from where it stands."""

import pytest
from tests.unit.landscape.called import called, view_of

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.modules.python import PythonModules
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Symbol, Value


def tree(*paths: str) -> Tree:
    return view_of(dict.fromkeys(paths, "x = 1\n")).landscape.tree


def found(module: str, importer: str, *paths: str) -> Value:
    return PythonModules(tree(importer, *paths)).find(module, RepoPath(importer))


@pytest.mark.parametrize(
    ("module", "importer", "paths", "expected"),
    [
        ("acme.tools", "main.py", ["acme/tools/saw.py"], "acme/tools"),
        ("acme", "main.py", ["acme/tools/saw.py"], "acme"),
        ("acme.tools.hand", "tests/test_saw.py", ["src/acme/tools/hand/saw.py"], "src/acme/tools/hand"),
        (
            "acme.tools",
            "one/src/acme/shop/till.py",
            ["one/src/acme/tools/saw.py", "two/src/acme/tools/axe.py"],
            "one/src/acme/tools",
        ),
        ("acme.tools", "services/till/main.py", ["services/till/acme/tools/saw.py"], "services/till/acme/tools"),
    ],
)
def test_a_namespace_of_any_length_is_its_folder(module: str, importer: str, paths: list[str], expected: str) -> None:
    assert found(module, importer, *paths) == Package(expected, "python")


@pytest.mark.parametrize(
    ("module", "importer", "paths"),
    [
        ("requests.models", "main.py", ["tests/requests/models/one.py"]),
        ("yaml", "main.py", ["docs/yaml/readme.md"]),
        ("acme.tools", "main.py", ["acme/tools/readme.md"]),
        ("json.tools", "main.py", ["json/tools/one.py"]),
        ("acme.tools", "one/main.py", ["two/acme/tools/saw.py"]),
        ("tools", "acme/shop/till.py", ["acme/__init__.py", "acme/shop/__init__.py", "acme/tools/saw.py"]),
    ],
)
def test_a_folder_of_the_same_name_elsewhere_is_none(module: str, importer: str, paths: list[str]) -> None:
    assert found(module, importer, *paths) == External(module)


def test_a_module_goes_before_a_namespace() -> None:
    assert found("acme.tools", "main.py", "acme/tools.py", "src/acme/tools/saw.py") == Symbol(
        RepoPath("acme/tools.py"), 0
    )


@pytest.mark.parametrize(
    "text",
    [
        "from acme.tools.hand import saw\nsaw.cut()\n",
        "from acme.tools import hand\nhand.saw.cut()\n",
        "import acme.tools.hand.saw\nacme.tools.hand.saw.cut()\n",
        "import acme.tools.hand.saw as tool\ntool.cut()\n",
        "from acme.tools.hand.saw import cut\ncut()\n",
    ],
)
def test_what_stands_in_a_namespace_is_found_however_it_is_imported(text: str) -> None:
    files = {"src/acme/tools/hand/saw.py": "def cut(): pass\n", "app/main.py": text}

    assert called(files, "app/main.py") == {"cut"}
