"""Users are counted for each changed definition by itself."""

from tests.unit.landscape.linked import sight

from weighbridge.domain.ids import SymbolId
from weighbridge.domain.impact import Impact
from weighbridge.landscape.dangling import dangling_uses
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.users import unchanged_users

BASE = {
    "money.py": "def net(x):\n    return x\n\ndef tax(x):\n    return x\n\ndef old():\n    return 1\n",
    "bill.py": "from money import net, old, tax\n\ndef total(x):\n    return net(x) + tax(x) + old()\n",
    "cart.py": "from money import tax\n\ndef sum_up(x):\n    return tax(x)\n\ndef show(x):\n    return x\n",
}


def users(changed: dict[str, str]) -> dict[SymbolId, list[SymbolId]]:
    seen = sight(BASE, {**BASE, **changed})
    assert isinstance(seen.landscapes, Landscapes)
    return {
        symbol: [user.symbol for user in found] for symbol, found in unchanged_users(seen.landscapes, seen.code).items()
    }


def test_who_uses_two_changed_definitions_counts_for_both() -> None:
    found = users({"money.py": BASE["money.py"].replace("net(x)", "net(x, r)").replace("tax(x)", "tax(x, r)")})

    assert found == {
        SymbolId("money.py#net"): ["bill.py#total"],
        SymbolId("money.py#tax"): ["bill.py#total", "cart.py#sum_up"],
    }


def test_who_was_changed_along_does_not_count() -> None:
    found = users(
        {
            "money.py": BASE["money.py"].replace("tax(x)", "tax(x, r)"),
            "cart.py": BASE["cart.py"].replace("tax(x)", "tax(x, 1)"),
        }
    )

    assert found == {SymbolId("money.py#tax"): ["bill.py#total"]}


def test_what_is_gone_counts_those_that_still_lead_to_it() -> None:
    found = users({"money.py": BASE["money.py"].replace("def old():\n    return 1\n", "")})

    assert found == {SymbolId("money.py#old"): ["bill.py#total"]}


def test_impact_names_everybody_who_uses_what_is_gone() -> None:
    base = BASE | {f"user{n}.py": f"from money import old\n\ndef u{n}():\n    return old()\n" for n in range(5)}
    impact = sight(base, {**base, "money.py": base["money.py"].replace("def old():\n    return 1\n", "")}).impact

    assert isinstance(impact, Impact)
    assert {d.symbol for d in impact.dependents} >= {f"user{n}.py#u{n}" for n in range(5)}
    assert impact.truncated == ""


def test_what_is_gone_is_looked_for_where_it_can_be_meant_however_many_files_have_a_member_of_its_name() -> None:
    base = BASE | {f"other{n}.py": "def use(x):\n    return x.old\n" for n in range(205)}
    seen = sight(base, {**base, "money.py": base["money.py"].replace("def old():\n    return 1\n", "")})

    assert isinstance(seen.landscapes, Landscapes)
    found = [*dangling_uses(seen.code, seen.landscapes)]
    assert [(removal.name, removal.uses[0].path) for removal in found] == [("old", "bill.py")]
