"""Names of a language itself are told from those that only were not resolved."""

import pytest

from weighbridge.landscape.plain_names import is_plain


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "builtins.len"),
        ("python", "builtins.collection.append"),
        ("typescript", "builtins.Object.keys"),
        ("typescript", "builtins.string().trim"),
        ("go", "builtins.append"),
        ("java", "builtins.String().trim"),
        ("java", "builtins.collection.add"),
    ],
)
def test_what_the_language_brings_is_plain(language: str, name: str) -> None:
    assert is_plain(name, "", language=language)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "builtins.Client().post"),
        ("python", "builtins.collection.post"),
        ("typescript", "builtins.T().post"),
        ("typescript", "builtins.undeclared.go"),
        ("typescript", "builtins.Record().call"),
        ("go", "builtins.Store().Save"),
        ("java", "builtins.Events().publish"),
        ("java", "builtins.T().run"),
    ],
)
def test_what_was_not_resolved_is_not(language: str, name: str) -> None:
    assert not is_plain(name, "", language=language)


def test_pythons_own_modules_are_plain_where_they_are_written_as_such() -> None:
    assert is_plain("json.dumps", "json.dumps", language="python")
    assert not is_plain("json.dumps", "tools.dumps", language="python")
