"""Lessons about what was not looked at: it is listed, it reaches the gate, and it is never shown as clear."""

from tests.rivals.repository import Parcels
from tests.rivals.weighing import Scales, Weighed

from weighbridge.domain.gate import GateState
from weighbridge.domain.outcomes import Reason


def test_files_that_nothing_here_reads_are_listed_as_unread(parcels: Parcels, scales: Scales) -> None:
    change = parcels.propose(
        "unread",
        {
            "tools/rotate.rb": "puts 'rotate'\n",
            "tools/Depot.scala": "object Depot\n",
            "parcels/core/extra.py": "def one() -> int:\n    return 1\n",
        },
    )

    weighed = scales.weigh(parcels, change)

    assert weighed.unread == {"tools/rotate.rb", "tools/Depot.scala"}
    assert "1 of 3 files" in weighed.terminal
    assert "tools/rotate.rb" in weighed.markdown


def test_a_requirement_in_a_nested_file_is_found_or_the_file_is_listed(parcels: Parcels, scales: Scales) -> None:
    file = "requirements/environments/production.in"
    change = parcels.edit("nested-requirement", (file, "gunicorn>=22\n", "gunicorn>=22\nparcel-speedups\n"))

    weighed = scales.weigh(parcels, change)

    assert weighed.about(file) or file in weighed.unread
    assert "no new dependencies" not in (weighed.terminal + weighed.markdown).lower()


def test_a_file_with_a_syntax_error_blocks_where_it_is_sensitive(parcels: Parcels, scales: Scales) -> None:
    broken = ("parcels/core/auth.py", '    check_role("supervisor" if', '    check_role(("supervisor" if')
    change = parcels.edit("broken-auth", broken)

    weighed = scales.weigh(parcels, change)

    file = next(f for f in weighed.decision.coverage.files if f.path == "parcels/core/auth.py")
    assert file.missing is not None
    assert file.missing.reason is Reason.UNPARSED
    assert weighed.decision.gate.state is GateState.ERROR
    assert weighed.status == 3


def test_what_was_looked_at_whole_says_so(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit("whole", ("parcels/billing/prices.py", "steps * 80", "steps * 81"))

    weighed = scales.weigh(parcels, change)

    assert weighed.unread == set()
    assert "1 of 1 file" in weighed.terminal + weighed.markdown


def test_an_analysis_without_its_data_is_not_an_allowance(dangerous: Weighed) -> None:
    said = [o for o in dangerous.decision.outcomes if o.missing and o.missing.reason is Reason.NOT_CONFIGURED]

    assert all(outcome.state == "could-not-look" for outcome in said)
    assert all(outcome.missing and outcome.missing.remedy for outcome in said)


def test_no_score_is_given_on_too_little_history(scales: Scales, parcels: Parcels) -> None:
    weighed = scales.weigh(parcels, "main~97..main~96")

    risk = weighed.presentation.risk
    assert risk.percentile is None or risk.sample >= 10
    assert risk.percentile is not None or risk.refused
