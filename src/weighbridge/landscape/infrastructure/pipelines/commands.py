"""What commands of a pipeline do: those that do whatever the files around them say, those that test, those that only say something."""

import re
from typing import Final

STARTS_BUILD: Final = re.compile(
    r"(?:^|[;&|({]|\b(?:then|do|else|sudo|time)\s)[ \t]*"
    r"((?:npm|pnpm|yarn)[ \t]+(?:ci|install|i|run|test|exec|build)\b|yarn(?=[ \t]*$)|npx[ \t]|make\b|just\b|rake\b"
    r"|(?:python3?[ \t]+-m[ \t]+)?pip3?[ \t]+install[ \t]+(?:-\S+[ \t]+){0,3}(?:-r|-e|\.)|(?:uv|poetry|pdm|hatch)[ \t]+(?:sync|install|run)\b"
    r"|(?:python3?[ \t]+-m[ \t]+)?(?:pytest|tox|nox)\b|go[ \t]+(?:run|build|test|generate|vet)\b|cargo[ \t]+(?:run|build|test|clippy)\b"
    r"|(?:\./)?gradlew?\b|(?:\./)?mvnw?\b|bundle[ \t]+(?:install|exec)\b|composer[ \t]+install\b|dotnet[ \t]+(?:build|test|run)\b"
    r"|docker[ \t]+(?:build|buildx|compose)\b|pre-commit[ \t]+run\b|(?:terraform|tofu)[ \t]+(?:init|plan|apply)\b)",
    re.MULTILINE,
)
"""An installer, a build, a test, a run: its first words."""

TESTS: Final = re.compile(
    r"(?<![\w/.-])(?:py\.?test|tox|nox|jest|vitest|mocha|rspec|phpunit|ctest|(?:playwright|cypress)[ \t]+(?:test|run)|(?:python3?[ \t]+-m[ \t]+)unittest"
    r"|(?:go|cargo|npm|pnpm|yarn|bun|deno|make|just|rake|mix|dotnet|bazel|mvnw?|(?:\./)?gradlew?|sbt|swift|composer|python3?[ \t]+manage\.py)"
    r"(?:[ \t]+(?:run|-\S+))*[ \t]+[\w:-]*tests?(?![\w./]))(?![\w/])",
    re.IGNORECASE,
)
"""A command that runs tests."""
CALLED_TESTS: Final = re.compile(
    r"(?:run |execute )?(?:the )?(?:(?:unit|integration|e2e|end-to-end|all|\w+) ){0,2}tests?", re.IGNORECASE
)
"""The whole name of a step that runs tests."""
_IDLE: Final = re.compile(r"\s*(?:(?:echo|printf|true|:|exit\s+0|sleep)\b[^\n]*|#[^\n]*|:)?")


def is_idle(script: str) -> bool:
    """Whether a script does nothing but say something."""
    return all(_IDLE.fullmatch(line) for line in script.splitlines())
