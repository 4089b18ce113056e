"""What manifests, statements and variables lead to is compared before and after, whatever they hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.facts.python_facts import python

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.integrity.redirects import is_manifest, redirects
from weighbridge.landscape.integrity.search_paths import Weight, search_paths, variable_set
from weighbridge.landscape.manifests.claims import ManifestError

VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def keys(path: str, before: object, *, after: object) -> list[str]:
    sides = (json.dumps(before).encode(), json.dumps(after).encode())
    return [each.key for each in redirects(RepoPath(path), sides[0], after=sides[1])]


@given(
    st.dictionaries(st.sampled_from(["main", "exports", "imports", "dependencies", "overrides"]), VALUES),
    st.dictionaries(st.sampled_from(["main", "exports", "imports", "dependencies", "overrides"]), VALUES),
)
def test_any_package_can_be_compared(before: dict[str, object], after: dict[str, object]) -> None:
    keys("package.json", before, after=after)
    keys("tsconfig.json", {"compilerOptions": before}, after={"compilerOptions": after})

    assert keys("package.json", after, after=after) == []


@given(st.binary(max_size=60))
def test_what_is_no_manifest_is_said_to_be_none(data: bytes) -> None:
    for name in ("package.json", "tsconfig.json", "go.mod"):
        try:
            list(redirects(RepoPath(name), None, after=data))
        except ManifestError:
            continue


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("package.json", True),
        ("web/tsconfig.build.json", True),
        ("go.work", True),
        ("package-lock.json", False),
        ("tsconfig.json.bak", False),
    ],
)
def test_manifests_are_told_by_their_names(path: str, *, is_one: bool) -> None:
    assert is_manifest(RepoPath(path)) is is_one


def test_a_comment_and_a_text_that_looks_like_one_are_told_apart() -> None:
    after = b'{"compilerOptions": {"paths": {"a//b": ["x"], /* no */ "c": ["y",],}}} // end\n'

    found = redirects(RepoPath("tsconfig.json"), b"{}", after=after)

    assert {each.key: each.after for each in found} == {"paths a//b": '["x"]', "paths c": '["y"]'}


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        ("import sys\nsys.path.insert(0, 'x')\n", Weight.BEFORE),
        ("import sys as s\ns.path.append('x')\n", Weight.AFTER),
        ("from sys import path\npath.extend(['x'])\n", Weight.AFTER),
        ("import sys\nsys.path += ['x']\n", Weight.AFTER),
        ("import sys\nsys.path = ['x']\n", Weight.BEFORE),
        ("import sys\nsys.modules['x'] = y\n", Weight.INSTEAD),
        ("import sys\nsys.meta_path.insert(0, x)\n", Weight.BEFORE),
        ("import site\nsite.addsitedir('x')\n", Weight.AFTER),
        ("__path__.insert(0, 'x')\n", Weight.BEFORE),
        ("import sys\nprint(sys.path[0])\n", None),
        ("import sys\nsys.modules.pop('x')\n", None),
        ("import os\nos.path.join('x')\n", None),
        ("path = []\npath.insert(0, 'x')\n", None),
    ],
)
def test_statements_weigh_by_what_they_put_in_the_place_of_what(code: str, weight: Weight | None) -> None:
    assert [each.weight for each in search_paths(python(code))] == ([] if weight is None else [weight])


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ENV PYTHONPATH=/srv/x", "PYTHONPATH"),
        ("ENV PYTHONPATH /srv/x", "PYTHONPATH"),
        ("  PYTHONPATH: src", "PYTHONPATH"),
        ("export LD_PRELOAD=./x.so", "LD_PRELOAD"),
        ('os.environ["PYTHONPATH"] = "x"', "PYTHONPATH"),
        ("NODE_OPTIONS='--import ./x.mjs'", "NODE_OPTIONS"),
        ("GOFLAGS=-overlay=x.json", "GOFLAGS"),
        ("JAVA_TOOL_OPTIONS=-javaagent:x.jar", "JAVA_TOOL_OPTIONS"),
        ("NODE_OPTIONS=--max-old-space-size=1", ""),
        ("JAVA_TOOL_OPTIONS=-Xmx1g", ""),
        ("# PYTHONPATH=/srv/x", ""),
        ("echo $PYTHONPATH", ""),
        ("unset PYTHONPATH", ""),
        ('if env["PYTHONPATH"] == "x":', ""),
        ("MY_PYTHONPATH_NOTE=1", ""),
    ],
)
def test_a_variable_counts_where_a_line_sets_it(line: str, name: str) -> None:
    assert variable_set(line) == name
