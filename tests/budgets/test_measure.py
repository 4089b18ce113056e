"""The measure counts what the budgets mean, and nothing that only looks like it."""

from pathlib import Path
from textwrap import dedent

import pytest
from tests.budgets.measure import MeasuredFile, measure, median, percentile


def measured(folder: Path, source: str) -> MeasuredFile:
    path = folder / "module.py"
    path.write_text(dedent(source), "utf-8")
    return measure(path, folder)


def test_comments_documentation_and_blank_lines_are_not_code(tmp_path: Path) -> None:
    file = measured(tmp_path, '"""Why."""\n\n# because\nx = 1  # one\n"""What x is."""\n')

    assert file.code_lines == 1


def test_a_string_that_is_a_value_is_code_on_each_of_its_lines(tmp_path: Path) -> None:
    assert measured(tmp_path, 'x = """a\nb\nc"""\n').code_lines == 3


def test_self_is_not_a_parameter_but_a_star_is(tmp_path: Path) -> None:
    (function,) = measured(tmp_path, "class A:\n    def f(self, a, *b, c, **d): ...\n").functions

    assert (function.parameters, function.positional) == (4, 1)


def test_a_static_method_has_no_self_to_leave_out(tmp_path: Path) -> None:
    (function,) = measured(tmp_path, "class A:\n    @staticmethod\n    def f(a, b, c): ...\n").functions

    assert function.positional == 3


def test_a_missing_annotation_is_seen(tmp_path: Path) -> None:
    bare, whole = measured(tmp_path, "def f(a) -> int: ...\ndef g(a: int, *b: int) -> None: ...\n").functions

    assert (bare.annotated, whole.annotated) == (False, True)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# noqa: S603", ""),
        ("# noqa: S603, S607 - the program is git", "the program is git"),
        ("# type: ignore[arg-type]  # the stub is wrong", "the stub is wrong"),
        ("# pragma: no cover", ""),
    ],
)
def test_a_suppression_is_found_with_its_reason(tmp_path: Path, comment: str, reason: str) -> None:
    assert measured(tmp_path, f"x = 1  {comment}\n").suppressions == (("module.py:1", reason),)


def test_a_suppression_inside_a_string_is_only_text(tmp_path: Path) -> None:
    assert measured(tmp_path, 'x = "# noqa"\n').suppressions == ()


@pytest.mark.parametrize("clause", ["except:", "except Exception:", "except (OSError, Exception) as e:"])
def test_catching_everything_is_seen(tmp_path: Path, clause: str) -> None:
    assert measured(tmp_path, f"try:\n    f()\n{clause}\n    pass\n").broad_excepts == ("module.py:3",)


@pytest.mark.parametrize("clause", ["except OSError:", "except (ValueError, KeyError):", "except ExceptionGroup:"])
def test_catching_something_is_let_through(tmp_path: Path, clause: str) -> None:
    assert measured(tmp_path, f"try:\n    f()\n{clause}\n    pass\n").broad_excepts == ()


def test_putting_something_in_order_and_raising_on_is_let_through(tmp_path: Path) -> None:
    file = measured(tmp_path, "try:\n    f()\nexcept BaseException:\n    undo()\n    raise\n")

    assert file.broad_excepts == ()


def test_raising_something_else_instead_is_seen(tmp_path: Path) -> None:
    file = measured(tmp_path, "try:\n    f()\nexcept Exception:\n    raise ValueError\n")

    assert file.broad_excepts == ("module.py:3",)


def test_patching_an_object_counts_and_setting_the_environment_does_not(tmp_path: Path) -> None:
    file = measured(
        tmp_path,
        """
        def test_a(monkeypatch):
            monkeypatch.setattr(module, "name", 1)
            monkeypatch.setenv("NO_COLOR", "1")
            monkeypatch.chdir(folder)
            patch("a.b")
        """,
    )

    assert (file.patches, file.tests) == (("module.py:3", "module.py:6"), 1)


def test_percentiles_are_values_that_occur() -> None:
    assert [percentile(range(1, 11), share) for share in (0.5, 0.9, 1.0)] == [5, 9, 10]


def test_no_values_have_no_percentile_worth_naming() -> None:
    assert (percentile([], 0.9), median([])) == (0, 0)
