import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.extract import extract
from weighbridge.facts.roles import role_of
from weighbridge.landscape.trials.changes import TrialSide
from weighbridge.landscape.trials.checker_settings import settings_of
from weighbridge.landscape.trials.comments import comments_of, uncommented
from weighbridge.landscape.trials.coverage_reports import UnknownReportError, merged, read_report
from weighbridge.landscape.trials.load_tests import UnknownMeasureError, read_measured


def side(path: str, text: str) -> TrialSide:
    at = RepoPath(path)
    return TrialSide(path=at, facts=extract(text.encode(), role_of(at)), lines=text.splitlines())


def test_the_name_of_a_test_holds_the_groups_around_it() -> None:
    text = 'describe("a", () => {\n  describe("b", () => {\n    it("c", () => {\n      expect(1).toBe(1);\n    });\n  });\n});\n'

    assert [trial.name for trial in side("src/x.test.ts", text).trials] == ["a > b > c"]


def test_what_only_is_called_like_a_test_is_none() -> None:
    text = "def make_test():\n    pass\n\n\n@pytest.fixture\ndef test_data():\n    return 1\n\n\ndef test_it():\n    assert 1 == x\n"

    assert [trial.name for trial in side("tests/test_x.py", text).trials] == ["test_it"]


def test_a_file_that_no_runner_collects_has_written_tests_alone() -> None:
    found = side("tests/checks.py", "def test_it():\n    assert x == 1\n")

    assert (len(found.trials), len(found.written)) == (0, 1)


@pytest.mark.parametrize("opened", ['"""', "'''", "/*", "`", '"', "'"])
@pytest.mark.parametrize("language", ["python", "typescript", "go", "java"])
def test_what_is_opened_and_never_closed_is_read_once(opened: str, language: str) -> None:
    text = (opened + " a\n") * 50_000

    assert len(uncommented(text, language)) == len(text)


def test_a_sign_of_a_comment_in_a_text_is_none() -> None:
    assert [each.line for each in comments_of('x = "# noqa"\ny = 1  # noqa\n', "python")] == [2]


def test_settings_that_are_half_written_cannot_be_read() -> None:
    assert settings_of(RepoPath("pyproject.toml"), "[tool.ruff\n") is None
    assert settings_of(RepoPath("tsconfig.json"), "{" * 10_000) is None


def test_a_line_ran_where_one_of_two_reports_says_so() -> None:
    one = read_report(b"TN:\nSF:src/a.ts\nDA:1,0\nDA:2,1\nend_of_record\n")
    other = read_report(b"TN:\nSF:/ci/src/a.ts\nDA:1,3\nend_of_record\n")

    report = merged([one, {"src/a.ts": other["/ci/src/a.ts"]}]).of(RepoPath("src/a.ts"))

    assert report is not None
    assert (sorted(report.run), sorted(report.missed)) == ([1, 2], [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}x",
        b"<a/>",
        b"<coverage><class><lines><line/></lines></class></coverage>",
        b"mode: set\nnothing",
        b"SF:a\nDA:x,y\n",
        b"{" * 5_000,
    ],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownReportError):
        read_report(data)


def test_a_report_whose_document_type_holds_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE report [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><report>&b;</report>'

    with pytest.raises(UnknownReportError):
        read_report(bomb)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'[{"a": 1}]', b"Type,Name,\nGET\n", b"hello"])
def test_what_is_no_load_test_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownMeasureError):
        read_measured(data)


def test_both_forms_of_k6_tell_which_threshold_was_crossed() -> None:
    handled = read_measured(b'{"metrics": {"x": {"thresholds": {"p(95)<1": {"ok": false}}}}}')
    exported = read_measured(b'{"metrics": {"x": {"thresholds": {"p(95)<1": true, "p(99)<9": false}}}}')

    assert handled.broken == exported.broken == ("its own threshold `x: p(95)<1` was crossed",)
