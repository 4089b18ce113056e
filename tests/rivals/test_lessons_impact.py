"""Lessons about what a change reaches: from definitions and bindings, never from hunk headers, names of files or prose."""

from tests.rivals.repository import ENTITIES, Parcels, run_git
from tests.rivals.weighing import Scales, Weighed

from weighbridge.domain.impact import Certainty, ChangeDepth


def test_a_word_in_a_much_imported_files_documentation_weighs_less_than_the_dangerous_change(
    harmless: Weighed, dangerous: Weighed
) -> None:
    light, heavy = harmless.presentation.risk.percentile, dangerous.presentation.risk.percentile
    assert light is not None
    assert heavy is not None
    assert light < heavy
    assert dangerous.decision.gate.level == "high"
    assert harmless.decision.gate.level == "low"
    assert harmless.dependents == set()
    assert len(dangerous.dependents) > 80


def test_a_word_of_documentation_is_a_change_of_text_only(harmless: Weighed) -> None:
    assert {changed.depth for changed in harmless.decision.impact.changed} <= {ChangeDepth.TEXT}


def test_a_call_through_a_module_imported_from_its_package_is_followed(dangerous: Weighed) -> None:
    """`from parcels.core import money` and then `money.to_cents(…)`."""
    expected = {f"parcels/entities/{name}/service.py#fee" for name in ENTITIES}

    assert expected | {"parcels/billing/invoices.py#credit"} <= dangerous.dependents


def test_direct_callers_are_seen_and_not_guessed(dangerous: Weighed) -> None:
    callers = {
        dependent.symbol: dependent.certainty
        for dependent in dangerous.decision.impact.dependents
        if dependent.distance == 1 and dependent.symbol.endswith("service.py#fee")
    }

    assert len(callers) == len(ENTITIES)
    assert set(callers.values()) == {Certainty.SEEN}


def test_the_changed_definition_is_named_where_a_hunk_header_names_the_one_before(
    parcels: Parcels, scales: Scales
) -> None:
    edit = (
        "parcels/core/money.py",
        "    return Decimal(cents) / 100\n\n\n",
        "    return Decimal(cents) / Decimal(100)\n\n\n",
    )
    change = parcels.edit("second-definition", edit)
    header = run_git(parcels.path, "diff", "-U1", change).decode()

    weighed = scales.weigh(parcels, change)

    assert "def from_cents" in header
    deeper = [c.symbol for c in weighed.decision.impact.changed if c.depth is not ChangeDepth.TEXT]
    assert deeper == ["parcels/core/money.py#from_cents"]


def test_prose_is_read_neither_as_calls_nor_as_tables(parcels: Parcels, scales: Scales) -> None:
    prose = '"""Amounts in cents.\n\nNever call db.run("DELETE FROM invoices") or refund(invoice) from here; see `scans`.\n"""'
    change = parcels.edit("prose", ("parcels/core/money.py", '"""Amounts in cents."""', prose))

    weighed = scales.weigh(parcels, change)

    assert weighed.dependents == set()
    assert weighed.decision.impact.dependencies == ()
    assert weighed.decision.impact.reached == ()


def test_a_terraform_file_has_no_dependents_among_the_python_files_of_its_name(
    parcels: Parcels, scales: Scales
) -> None:
    change = parcels.edit(
        "queue", ("infra/main.tf", "visibility_timeout_seconds = 30", "visibility_timeout_seconds = 300")
    )

    weighed = scales.weigh(parcels, change)

    assert not [symbol for symbol in weighed.dependents if symbol.endswith((".py", ".py#")) or ".py#" in symbol]


def test_a_terraform_file_that_changes_is_never_said_to_affect_nothing(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit(
        "queue-time", ("infra/main.tf", "visibility_timeout_seconds = 30", "visibility_timeout_seconds = 3")
    )

    weighed = scales.weigh(parcels, change)

    assert "infra/main.tf" in weighed.unread or {surface.path for surface in weighed.decision.surfaces} == {
        "infra/main.tf"
    }
    assert weighed.decision.gate.level != "low"


def test_what_no_test_reaches_is_called_unguarded(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit("unguarded", ("parcels/tracking/places.py", '"not seen yet"', '"nowhere yet"'))

    weighed = scales.weigh(parcels, change)

    assert not any(dependent.is_test for dependent in weighed.decision.impact.dependents)
    assert "unguarded" in weighed.terminal + weighed.markdown


def test_the_tests_to_run_are_those_that_reach_the_change(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit("guarded", ("parcels/billing/prices.py", "steps * 80", "steps * 85"))

    weighed = scales.weigh(parcels, change)

    assert set(weighed.decision.impact.test_files) == {"tests/billing/test_prices.py"}


def test_an_entry_point_that_the_change_reaches_is_named(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit("entry-point", ("parcels/billing/prices.py", "steps * 80", "steps * 90"))

    weighed = scales.weigh(parcels, change)

    assert "GET /prices" in {reached.name for reached in weighed.decision.impact.reached}
