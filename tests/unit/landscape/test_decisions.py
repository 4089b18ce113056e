"""Decision records are found by their place and shown where they name what a finding is about."""

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case
from weighbridge.landscape.decisions import DecisionRecords, decision_paths, read_decisions
from weighbridge.rules.architecture import new_dependency


def records(files: dict[str, str]) -> DecisionRecords:
    repository = MemoryRepository({}, files)
    blobs = repository.entries(repository.change(ChangeRequest()).head_tree).values()
    wanted = decision_paths(blob.path for blob in blobs)
    return read_decisions([blob for blob in blobs if blob.path in wanted], repository.read)


@pytest.mark.parametrize(
    "path", ["docs/decisions/0003-one-database.md", "adr/0001.md", "services/pay/doc/adr/0002-tokens.rst"]
)
def test_a_record_is_known_by_its_folder(path: str) -> None:
    assert decision_paths([RepoPath(path)]) == [path]


@pytest.mark.parametrize("path", ["docs/decisions/README.md", "docs/howto.md", "adr/template.md", "adr/picture.png"])
def test_what_is_no_record_is_left_alone(path: str) -> None:
    assert decision_paths([RepoPath(path)]) == []


def test_a_record_is_shown_where_it_names_both_components() -> None:
    known = records({"adr/0001.md": "# 1. Reports stay out of payments\n\nreports never call payments.\n"})

    (shown,) = known.naming("reports", "payments")

    assert shown.message == "a decision names it: 1. Reports stay out of payments"
    assert shown.place.path == "adr/0001.md"


@pytest.mark.parametrize("names", [("reports", "checkout"), ("report",), ("pay",), ()])
def test_a_record_is_not_shown_for_what_it_does_not_name(names: tuple[str, ...]) -> None:
    known = records({"adr/0001.md": "# 1. Reports stay out of payments\n"})

    assert known.naming(*names) == ()


def test_a_first_dependency_shows_the_decision_that_names_both_sides() -> None:
    files = {
        ".weighbridge/system.yaml": "version: 1\n",
        "reports/pyproject.toml": "[project]\nname = 'reports'\n",
        "payments/pyproject.toml": "[project]\nname = 'payments'\n",
        "reports/reports.py": "x = 1\n",
        "payments/ledger.py": "y = 1\n",
        "docs/decisions/0001-reports.md": "# 1. Reports stay out of payments\n",
    }
    seen = sight(files, {**files, "reports/reports.py": "from payments.ledger import y\nx = y\n"})

    found = new_dependency.check(Case({kind: seen.facts(Side.HEAD).get(kind) for kind in new_dependency.RULE.reads}))

    assert not isinstance(found, CouldNotLook)
    (finding,) = found
    assert [r.message for r in finding.related] == ["a decision names it: 1. Reports stay out of payments"]
