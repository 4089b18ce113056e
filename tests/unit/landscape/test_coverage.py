"""Coverage: what nothing reads is listed, what is well-formed is not called broken, and prose is prose."""

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.outcomes import Reason
from weighbridge.domain.system import SurfaceKind

PACKAGE = '{"name": "a", "version": "1.0.0", "dependencies": {"left": "1"}, "scripts": {"test": "x"}}\n'
PYPROJECT = """[project]
name = "a"
version = "1"
dependencies = ["left"]

[tool.mypy]
strict = true

[[tool.mypy.overrides]]
module = "x"
"""


def reason(path: str, before: str | None, *, after: str) -> Reason | None:
    """Why the one changed file could not be looked at; None where it was examined."""
    (file,) = Touched({path: (before, after)}).coverage().files
    assert file.examined is (file.missing is None)
    return file.missing.reason if file.missing else None


def surfaces(path: str, before: str, *, after: str) -> set[SurfaceKind]:
    return {surface.kind for surface in Touched({path: (before, after)}).surfaces()}


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "dev-requirements.txt",
        "docs/requirements.txt",
        "requirements/environments/production.txt",
        "requirements/environments/production.in",
        "constraints.txt",
        "CMakeLists.txt",
        "src/CMakeLists.txt",
        "go.mod",
        "go.sum",
        "uv.lock",
        "package-lock.json",
        "pnpm-lock.yaml",
        "Gemfile",
        "pom.xml",
        "build.gradle.kts",
    ],
)
def test_what_is_installed_or_built_is_unread_on_its_surface(path: str) -> None:
    before, after = "one==1\n", "one==2\n"

    assert reason(path, before, after=after) is Reason.UNSUPPORTED
    assert surfaces(path, before, after=after) == {SurfaceKind.BUILD_AND_DEPLOY}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "one==1\n", "one==2\n"),
        ("go.mod", "module a\n\ngo 1.22\n", "module a\n\ngo 1.23\n\nrequire b v1.0.0\n"),
        ("go.sum", "a v1 h1:x=\n", "a v2 h1:y=\n"),
        ("uv.lock", "version = 1\n", "version = 2\n"),
        ("Gemfile", "gem 'a'\n", "gem 'b'\n"),
        ("web/package-lock.json", "{}\n", '{"packages": {}}\n'),
    ],
)
def test_of_a_listing_of_packages_it_is_said_what_is_not_checked_and_what_to_do(
    path: str, before: str, after: str
) -> None:
    (file,) = Touched({path: (before, after)}).coverage().files

    assert file.missing is not None
    assert file.missing.detail == "the packages it names changed, and Weighbridge does not check packages yet"
    assert file.missing.remedy == "check by hand which packages it adds and which versions it moves to"


@pytest.mark.parametrize("path", ["build.gradle", "go.mod", "CMakeLists.txt", "notes.xyz"])
def test_of_a_file_of_which_nothing_is_read_it_is_said_what_to_do(path: str) -> None:
    (file,) = Touched({path: ("go 1.22\n", "go 1.23\n")}).coverage().files

    assert file.missing is not None
    assert file.missing.detail == "Weighbridge cannot read this kind of file yet"
    assert "by hand" in file.missing.remedy


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "one==1\n", "# why\none==1\n"),
        ("requirements/dev.in", "one==1\n# old\n", "one==1\n"),
        ("go.mod", "module a\n", "// a\n\nmodule a\n"),
    ],
)
def test_a_listing_in_which_comments_alone_differ_is_examined(path: str, before: str, after: str) -> None:
    assert reason(path, before, after=after) is None


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("FROM a:1\n", "FROM a:2\n", Reason.UNSUPPORTED),
        ("FROM a:1\nRUN make\n", "FROM a:1\nRUN apt-get install -y b\n", Reason.UNSUPPORTED),
        ("FROM a:1\nCOPY --from=b:1 /b /b\n", "FROM a:1\nCOPY --from=b:2 /b /b\n", Reason.UNSUPPORTED),
        ("FROM a:1\nUSER b\n", "FROM a:1\nUSER c\nEXPOSE 80\n", None),
        ("one==1\n", "one==2\n", Reason.UNPARSED),
    ],
)
def test_a_dockerfile_is_examined_but_for_what_it_installs(before: str, after: str, why: Reason | None) -> None:
    assert reason("Dockerfile", before, after=after) is why
    assert surfaces("Dockerfile", before, after=after) == {SurfaceKind.BUILD_AND_DEPLOY}


@pytest.mark.parametrize(
    "path",
    [
        "notes.txt",
        "docs/requirements.md",
        "docs/constraints-of-the-design.rst",
        "robots.txt",
        "LICENSE",
        "LICENSE-MIT",
        "README",
        "CHANGELOG",
        "AUTHORS",
    ],
)
def test_prose_stays_prose(path: str) -> None:
    assert reason(path, "one\n", after="two\n") is None
    assert surfaces(path, "one\n", after="two\n") == set()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("package.json", PACKAGE, PACKAGE.replace('"left": "1"', '"left": "2"')),
        ("package.json", PACKAGE, PACKAGE.replace('"left": "1"', '"left": "1", "lodash.get": "4"')),
        ("package.json", PACKAGE, PACKAGE.replace('"scripts": {', '"scripts": {"postinstall": "node x.js", ')),
        ("web/package.json", PACKAGE, PACKAGE.replace('"dependencies"', '"devDependencies"')),
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace('"left"', '"left", "right"')),
        ("pyproject.toml", PYPROJECT, f"{PYPROJECT}[tool.uv.sources]\nleft = {{ git = 'x' }}\n"),
        ("pyproject.toml", PYPROJECT, f"{PYPROJECT}[dependency-groups]\ntest = ['pytest']\n"),
        ("Cargo.toml", "[package]\nname='a'\n", "[package]\nname='a'\n[dev-dependencies]\nrand='1'\n"),
        ("Cargo.toml", "[package]\nname='a'\n", "[package]\nname='a'\n[target.x.dependencies]\nrand='1'\n"),
        ("setup.cfg", "[metadata]\nname=a\n", "[metadata]\nname=a\n[options]\ninstall_requires =\n  b\n"),
        ("composer.json", '{"require": {"a/b": "1"}}', '{"require": {"a/b": "2"}}'),
        ("package.json", '{"imports": {"#a": "./a.js"}}', '{"imports": {"#a": "left-pad"}}'),
    ],
)
def test_a_manifest_that_names_other_packages_is_unread(path: str, before: str, after: str) -> None:
    assert reason(path, before, after=after) is Reason.UNSUPPORTED
    assert SurfaceKind.BUILD_AND_DEPLOY in surfaces(path, before, after=after)


def test_a_new_manifest_with_packages_is_unread() -> None:
    assert reason("package.json", None, after=PACKAGE) is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("package.json", PACKAGE, PACKAGE.replace('"test": "x"', '"test": "y"')),
        ("package.json", '{"imports": {"#a": "./a.js"}}', '{"imports": {"#a": "./b.js", "#c": {"node": "./c.js"}}}'),
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace("strict = true", "strict = false")),
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace('module = "x"', 'module = "y"')),
    ],
)
def test_a_manifest_with_the_same_packages_is_examined(path: str, before: str, after: str) -> None:
    assert reason(path, before, after=after) is None


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("package.json", PACKAGE, PACKAGE.replace("1.0.0", "1.0.1")),
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace('version = "1"', 'version = "2"')),
        ("Cargo.toml", "[package]\nversion='1'\n", "[package]\nversion='2'\n"),
    ],
)
def test_a_new_version_number_installs_nothing_else(path: str, before: str, after: str) -> None:
    assert surfaces(path, before, after=after) == set()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tsconfig.json", '{\n  // how strict\n  "compilerOptions": {"strict": true,}, /* all */\n}\n'),
        ("a.json", '{"url": "http://x/*y*/", "list": [1, 2,]}'),
        ("a.json", "{}"),
        ("a.yaml", "# only words\n"),
        (".env", "# only words\n"),
        (".env", "A=1\n"),
    ],
)
def test_well_formed_settings_are_examined(path: str, text: str) -> None:
    assert reason(path, None, after=text) is None


@pytest.mark.parametrize(("path", "text"), [("a.json", '{"a": '), ("a.yaml", "a: [1\n"), ("a.toml", "a = \n")])
def test_settings_that_are_broken_are_unparsed(path: str, text: str) -> None:
    assert reason(path, None, after=text) is Reason.UNPARSED


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("chart/templates/a.yaml", "kind: Service\n{{- if .Values.x }}\nname: {{ .Name }}\n{{- end }}\n"),
        ("web/nginx.conf", "server {\n  listen 80;\n}\n"),
        ("Dockerfile", "FROM python:3.12\nRUN make\n"),
    ],
)
def test_a_form_that_holds_no_settings_is_unsupported_and_not_broken(path: str, text: str) -> None:
    assert reason(path, None, after=text) is Reason.UNSUPPORTED


@pytest.mark.parametrize("text", ['"' * 200_001, "/*" * 100_000, '{"a": "' + "\\" * 200_001, "," + " " * 200_000])
def test_hostile_text_in_place_of_json_costs_no_more_than_its_length(text: str) -> None:
    assert reason("a.json", None, after=text) is Reason.UNPARSED


LIST = 'resource "aws_iam_policy" "a" {\n  x = [\n    "one"%s\n%s  ]\n}\n'


def test_terraform_that_a_change_breaks_beside_its_own_lines_is_unread_there() -> None:
    """A comma is missing behind the line before the one that was added."""
    (file,) = Touched({"main.tf": (LIST % ("", ""), LIST % ("", '    "two"\n'))}).coverage().files

    assert not file.examined
    assert file.missing is not None
    assert file.missing.reason is Reason.UNPARSED
    assert "at lines 3-3" in file.missing.detail


def test_terraform_that_could_not_be_parsed_elsewhere_before_is_read_where_it_changed() -> None:
    broken = LIST % ("", '    "two"\n')

    assert reason("main.tf", f"# a\n{broken}", after=f"# b\n{broken}") is None


@pytest.mark.parametrize(
    "path", [".github/workflows/a.yml", ".gitlab-ci.yml", "docker-compose.yml", "k8s/a.yaml", "kustomization.yaml"]
)
def test_yaml_that_is_broken_is_unread_with_its_place(path: str) -> None:
    (file,) = Touched({path: ("a:\n  b: c\n", "a:\n  b: c\n d: e\n")}).coverage().files

    assert file.missing is not None
    assert file.missing.reason is Reason.UNPARSED
    assert "at line 3" in file.missing.detail
