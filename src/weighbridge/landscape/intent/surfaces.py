"""What a changed file is a part of, by its path: code, tests, documents, what is installed, what is made by a program."""

from enum import StrEnum
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.test_files import is_test, stands_aside


class Surface(StrEnum):
    """What a file is a part of."""

    CODE = "code"
    TESTS = "tests"
    DOCUMENTS = "documents"
    MANIFEST = "dependencies"
    LOCK = "lock file"
    PIPELINE = "pipeline"
    INFRASTRUCTURE = "infrastructure"
    SCHEMA = "schema"
    CONFIGURATION = "configuration"
    GENERATED = "generated"
    OTHER = "other"


LOCKS: Final = frozenset(
    {
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "Pipfile.lock",
        "Cargo.lock",
        "go.sum",
        "Gemfile.lock",
        "composer.lock",
        "bun.lock",
        "bun.lockb",
        "flake.lock",
        "mix.lock",
        ".terraform.lock.hcl",
    }
)
MANIFESTS: Final = frozenset(
    {
        "package.json",
        "pnpm-workspace.yaml",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "Pipfile",
        "Cargo.toml",
        "go.mod",
        "Gemfile",
        "composer.json",
        "build.gradle",
        "build.gradle.kts",
        "pom.xml",
        "libs.versions.toml",
    }
)
_REQUIREMENTS: Final = LatePattern(
    r"(^|/)([^/]*requirements[^/]*|constraints[^/]*)\.(txt|in)$|(^|/)requirements/[^/]+\.(txt|in)$|\.gemspec$|\.csproj$"
)
_GENERATED: Final = LatePattern(
    r"(^|/)(dist|vendor|node_modules|generated|__generated__|_generated|gen)/|\.(min\.js|min\.css|map|snap|pb\.go)$|_pb2(_grpc)?\.pyi?$"
    r"|[._](gen|generated)\.[a-z]+$|(^|/)(zz_generated|mock_)[^/]*\.go$"
)
_PIPELINE: Final = LatePattern(
    r"(^|/)(\.github/(workflows|actions)/|\.gitlab-ci|\.circleci/|Jenkinsfile|azure-pipelines|\.travis\.yml)"
)
_DOCUMENTS: Final = LatePattern(
    r"(^|/)(docs?|documentation|man|website|changelog\.d|changes|newsfragments|\.changeset)/|\.(md|mdx|rst|adoc|txt|png|jpe?g|svg|gif)$|(^|/)(LICEN[CS]E|CODEOWNERS)"
)
_CONFIGURATION: Final = LatePattern(r"\.(ya?ml|toml|ini|cfg|conf|json|env|properties|xml)$|(^|/)\.env")


def surface_of(path: RepoPath) -> Surface:
    """What a file is a part of."""
    name, role = path.rpartition("/")[2], role_of(path)
    parts = (
        (Surface.LOCK, name in LOCKS),
        (Surface.MANIFEST, name in MANIFESTS or bool(_REQUIREMENTS.search(path))),
        (Surface.GENERATED, bool(_GENERATED.search(path))),
        (Surface.TESTS, is_test(path)),
        (Surface.CODE, role in CODE),
        (Surface.PIPELINE, bool(_PIPELINE.search(path))),
        (Surface.DOCUMENTS, role == "prose" or bool(_DOCUMENTS.search(path))),
        (Surface.INFRASTRUCTURE, role.startswith("terraform") or role == "dockerfile"),
        (Surface.SCHEMA, role == "sql"),
        (Surface.CONFIGURATION, bool(_CONFIGURATION.search(path))),
    )
    return next((surface for surface, is_so in parts if is_so), Surface.OTHER)


def is_shipped(path: RepoPath) -> bool:
    """Whether a file is code that runs for users: neither a test, a script, an example nor made by a program."""
    return surface_of(path) is Surface.CODE and not stands_aside(path)
