"""Lessons about what was not looked at: it is listed, it reaches the gate, and it is never shown as clear."""

import shutil
from pathlib import Path

from tests.rivals.repository import Parcels, copy, run_git
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
    unread = [file for file in dangerous.decision.coverage.files if not file.examined]
    blind = [outcome for outcome in dangerous.decision.outcomes if outcome.missing]

    assert {file.path for file in unread} >= {"requirements/base.in"}
    assert all(file.missing and file.missing.detail for file in unread)
    assert all(outcome.state == "could-not-look" for outcome in blind)
    (read,) = (need for need in dangerous.decision.gate.open if need.rule == "unread-file")
    assert {"requirements/base.in"} <= {why.partition(":")[0] for why in read.because}
    assert read.state is GateState.UNSATISFIED, "a person who had no part in it must read them"


def test_a_source_of_data_that_does_not_answer_is_never_an_allowance(
    parcels: Parcels, scales: Scales, tmp_path: Path
) -> None:
    """A partial clone fetches what it lacks from a server; here that server is gone."""
    parcels.edit("silent-server", ("parcels/billing/prices.py", "steps * 80", "steps * 85"))
    source = copy(parcels, tmp_path / "source")
    run_git(source.path, "config", "uploadpack.allowFilter", "true")
    run_git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", source.path.as_uri(), "partial")
    shutil.rmtree(source.path)

    ran = scales.run(tmp_path / "partial", "review", "origin/main..origin/silent-server")

    assert ran.status in (2, 3), "what decides cannot be read either, so that there is not even a gate to ask"
    assert "cannot be read" in ran.err
    assert "Traceback" not in ran.err


def test_no_score_is_given_on_too_little_history(scales: Scales, parcels: Parcels) -> None:
    weighed = scales.weigh(parcels, "main~97..main~96")

    risk = weighed.presentation.risk
    assert risk.percentile is None or risk.sample >= 10
    assert risk.percentile is not None or risk.refused
