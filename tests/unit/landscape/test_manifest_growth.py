"""A manifest of very many lines is read in time that grows with their number."""

from collections.abc import Callable

import pytest
from tests.unit.growing import MOST, growth

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.manifests.readers import manifests_among


def lines(form: str, count: int, *, between: str = "\n") -> str:
    """A line for each number."""
    return between.join(form.format(n=n) for n in range(count))


MANIFESTS: dict[str, tuple[str, Callable[[int], str]]] = {
    "dependencies of npm": (
        "package.json",
        lambda n: '{"name": "a", "dependencies": {' + lines('"d{n}": "1"', n, between=",\n") + "}}",
    ),
    "dependencies of npm whose names are escaped": (
        "package.json",
        lambda n: '{"name": "a", "dependencies": {' + lines('"\\u0064{n}": "1"', n, between=",") + "}}",
    ),
    "requirements of Python": (
        "pyproject.toml",
        lambda n: '[project]\nname = "a"\ndependencies = [\n' + lines('"d{n}>=1",', n) + "\n]\n",
    ),
    "empty lines": ("pyproject.toml", lambda n: '[project]\nname="a"\ndependencies=["x"]\n' + "\n" * n + "y=1\n"),
    "sources of uv": (
        "pyproject.toml",
        lambda n: '[project]\nname = "a"\n[tool.uv.sources]\n' + lines('d{n} = {{path="../d{n}"}}', n) + "\n",
    ),
    "crates": ("Cargo.toml", lambda n: '[package]\nname = "a"\n[dependencies]\n' + lines('d{n} = "1"', n) + "\n"),
    "requirements of setuptools": (
        "setup.cfg",
        lambda n: "[metadata]\nname = a\n[options]\ninstall_requires =\n" + lines(" d{n}>1", n) + "\n",
    ),
    "modules of Go": ("go.mod", lambda n: "module e.example/a\n" + lines("require e.example/b{n} v1.0.0", n) + "\n"),
    "coordinates of Gradle": ("build.gradle", lambda n: lines('api "g:a{n}:1"', n) + "\n"),
    "projects of Gradle": ("settings.gradle", lambda n: lines('include ":a{n}"', n) + "\n"),
    "labels of Bazel": ("x/BUILD", lambda n: "py_library(\ndeps = [\n" + lines('"//a{n}:b",', n) + "\n])\n"),
    "dependencies of Maven": (
        "pom.xml",
        lambda n: (
            "<project><artifactId>a</artifactId><dependencies>"
            + lines("<dependency><artifactId>d{n}</artifactId></dependency>", n)
            + "</dependencies></project>"
        ),
    ),
    "services of Compose": ("compose.yml", lambda n: "services:\n" + lines(" s{n}:\n  build: ./s{n}", n // 4) + "\n"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_reading_a_manifest_takes_time_that_grows_with_its_lines(name: str) -> None:
    path, made = MANIFESTS[name]
    ((_, reader), *_) = manifests_among([RepoPath(path)])

    def read(count: int) -> None:
        reader.read(RepoPath(path), made(count).encode())

    assert growth(read, 1_000) < MOST


NAMED = {
    "pyproject.toml": '[project]\nname = "a"\ndependencies = [\n  "b.c>=1",\n  "bb",\n  "b",\n]\n',
    "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nbb = "1"\n"b" = "1"\n[dependencies.c-d]\nversion = "1"\n',
    "setup.cfg": "[metadata]\nname = a\n[options]\ninstall_requires =\n  b-c\n  b>2\n  c\n",
    "package.json": '{"name": "a",\n"scripts": {"b": "\\"c\\":"},\n"dependencies": {"c": "b",\n"\\u0062": "1"}}',
}
LINES = {
    "pyproject.toml": {"b-c": 4, "bb": 5, "b": 6},
    "Cargo.toml": {"bb": 4, "b": 5, "c-d": 6},
    "setup.cfg": {"b-c": 5, "b": 6, "c": 7},
    "package.json": {"c": 3, "b": 4},
}


@pytest.mark.parametrize("path", NAMED)
def test_each_need_stands_at_the_line_that_names_it(path: str) -> None:
    ((_, reader), *_) = manifests_among([RepoPath(path)])

    (claim,) = reader.read(RepoPath(path), NAMED[path].encode())

    assert {need.key.rpartition("/")[2]: need.line for need in claim.requires} == LINES[path]
