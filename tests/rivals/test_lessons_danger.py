"""Lessons about danger: each part of the scripted change is named for what it is, and nothing else is."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.rivals.repository import Parcels, copy, run_git
from tests.rivals.weighing import Scales, Weighed

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RuleId
from weighbridge.domain.impact import ChangeDepth, ReachedKind
from weighbridge.domain.system import SurfaceKind


def test_the_dropped_column_is_named_with_a_reader_that_is_left(dangerous: Weighed) -> None:
    found = [f for f in dangerous.about("db/migrations/0300_zones.sql") if "legacy_zone" in f.message]

    assert found


def test_the_replacement_of_the_production_database_is_named_for_what_it_is(dangerous: Weighed) -> None:
    found = {finding.rule: finding for finding in dangerous.about("infra/main.tf")}

    assert "infra/main.tf" not in dangerous.unread
    assert dangerous.kinds_of_surface("infra/main.tf") == {SurfaceKind.INFRASTRUCTURE}
    assert "`aws_db_instance.parcels` is to be replaced" in found[RuleId("infrastructure/data-replaced")].message
    assert RuleId("infrastructure/protection-removed") in found


def test_the_removed_check_is_named(dangerous: Weighed) -> None:
    words = " ".join(finding.message for finding in dangerous.new)

    assert "check_can_refund" in words


def test_the_definition_that_now_builds_its_sql_is_named_with_the_table_it_reads(dangerous: Weighed) -> None:
    """That the SQL is built from what a caller gives is not said yet; what changed, and what it reads, is."""
    changed = {str(c.symbol): c.depth for c in dangerous.decision.impact.changed}
    tables = {r.name for r in dangerous.decision.impact.reached if r.kind is ReachedKind.TABLE}

    assert changed["parcels/billing/invoices.py#find"] is ChangeDepth.BODY
    assert "invoices" in tables


@pytest.mark.parametrize("file", ["requirements/base.in", "requirements/base.txt"])
def test_the_file_of_the_invented_package_is_listed_as_not_examined_and_stops_the_change(
    parcels: Parcels, scales: Scales, file: str
) -> None:
    """On its own, with no other danger beside it: nothing says that a package is invented, and nothing is silent."""
    was = parcels.read(file)
    change = parcels.propose(f"invented-{file[-3:]}", {file: f"{was}exact-invoice-rounding==1.0\n"})

    weighed = scales.weigh(parcels, change)

    assert weighed.unread == {file}
    assert weighed.kinds_of_surface(file) == {SurfaceKind.BUILD_AND_DEPLOY}
    assert weighed.needs_a_look(file)
    assert (weighed.decision.gate.state, weighed.status) == (GateState.UNSATISFIED, 1), "until a person read it"
    assert "0 of 1 file" in weighed.terminal


def test_the_new_required_parameter_is_named_with_the_calls_that_lack_it(dangerous: Weighed) -> None:
    found = [f for f in dangerous.new if "to_cents" in f.message]

    assert found
    assert {related.place.path for finding in found for related in finding.related} >= {"parcels/billing/invoices.py"}


def test_the_smaller_pool_is_a_sensitive_surface(dangerous: Weighed) -> None:
    assert SurfaceKind.RESOURCES in {s.kind for s in dangerous.decision.surfaces if s.path == "parcels/core/db.py"}


def test_the_dangerous_change_does_not_pass(dangerous: Weighed) -> None:
    assert dangerous.decision.gate.state in (GateState.UNSATISFIED, GateState.ERROR)
    assert dangerous.status in (1, 3)


def test_removing_the_last_caller_of_a_check_says_something(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit(
        "last-caller", ("parcels/billing/routes.py", "    auth.check_can_refund(money.to_cents(amount))\n", "")
    )

    weighed = scales.weigh(parcels, change)

    assert [finding for finding in weighed.new if "check_can_refund" in finding.message]
    assert SurfaceKind.AUTHENTICATION in {surface.kind for surface in weighed.decision.surfaces}


def test_a_dangerous_line_that_the_base_has_too_is_not_new(parcels: Parcels, scales: Scales) -> None:
    """`search` builds SQL from what a user types, on main already; the change is two definitions away."""
    change = parcels.edit("beside-old-danger", ("parcels/tracking/places.py", '"not seen yet"', '"not scanned yet"'))

    weighed = scales.weigh(parcels, change)

    assert [finding for finding in weighed.new if "SQL" in finding.message] == []


def test_findings_that_the_base_has_too_are_not_new(
    parcels: Parcels, scales: Scales, dangerous: Weighed, tmp_path: Path
) -> None:
    """The dangerous change is on the base already; what comes on top is another definition of one of its files."""
    own = copy(parcels, tmp_path / "own")
    run_git(own.path, "switch", "--quiet", "--create", "on-top", "dangerous")
    money = own.path / "parcels/core/money.py"
    money.write_text(money.read_text("utf-8").replace("Decimal(cents) / 100", "Decimal(cents) / Decimal(100)"), "utf-8")
    person = ("-c", "user.name=Bo", "-c", "user.email=bo@parcels.example")
    run_git(own.path, *person, "commit", "--quiet", "--all", "--message", "Divide by an exact hundred")

    weighed = scales.weigh(own, "dangerous..on-top")

    assert dangerous.new
    assert "parcels/core/money.py#from_cents" in weighed.changed
    assert weighed.new == []


def test_an_effect_that_a_function_gains_through_what_it_calls_is_named(parcels: Parcels, scales: Scales) -> None:
    change = parcels.edit(
        "gains-network",
        ("parcels/billing/prices.py", "from parcels.core import money\n", "from parcels.core import events, money\n"),
        (
            "parcels/billing/prices.py",
            "    steps = max(",
            '    events.publish("price-asked", {"zone": zone})\n    steps = max(',
        ),
    )

    weighed = scales.weigh(parcels, change)

    found = [f for f in weighed.about("parcels/billing/prices.py") if "network" in f.message]
    assert found
    assert "price_of" in " ".join(f.message + f.place.symbol for f in found)


HARMLESS: Mapping[str, tuple[str, str, str]] = {
    "page": ("README.md", "billing for parcels.", "billing for parcels, worldwide."),
    "comment": ("parcels/billing/prices.py", "BASE_CENTS = {", "# By zone.\nBASE_CENTS = {"),
    "renamed-local": (
        "parcels/tracking/places.py",
        '    depot = last_seen(parcel)\n    return f"in {depot}" if depot else',
        '    place = last_seen(parcel)\n    return f"in {place}" if place else',
    ),
    "test": ("tests/billing/test_prices.py", "price_of(800,", "price_of(900,"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_brings_no_finding(parcels: Parcels, scales: Scales, name: str) -> None:
    weighed = scales.weigh(parcels, parcels.edit(f"harmless-{name}", HARMLESS[name]))

    assert weighed.new == []


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        (".claude/settings.json", '"deny": ["Bash(terraform:*)"]', '"deny": []'),
        ("AGENTS.md", "Never touch `infra/`", "Feel free to touch `infra/`"),
        (".weighbridge/system.yaml", "    tier: 1\n  web:", "    tier: 3\n  web:"),
        (".github/CODEOWNERS", "/infra/  @parcels/operations\n", ""),
    ],
)
def test_what_decides_about_changes_and_agents_is_a_sensitive_surface(
    parcels: Parcels, scales: Scales, file: str, was: str, now: str
) -> None:
    branch = "governance-" + file.strip(".").replace("/", "-").lower()

    weighed = scales.weigh(parcels, parcels.edit(branch, (file, was, now)))

    assert SurfaceKind.GOVERNANCE in {surface.kind for surface in weighed.decision.surfaces if surface.path == file}
