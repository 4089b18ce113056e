"""What an author redraws in the head takes no component out of its tier."""

from msgspec.structs import replace
from tests.samples.packages import usual_change
from tests.samples.parts import changed_file

from weighbridge.app.review_change import no_lighter
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated
from weighbridge.landscape.components.model import ComponentMap

CHANGE = replace(usual_change(), files=(changed_file("pay/a.py"),))


def component(name: str, tier: int, *roots: str) -> Component:
    return Component(
        name=name,
        kind=ComponentKind.SERVICE,
        roots=tuple(map(RepoPath, roots)),
        tier=Stated(value=tier, reason=f"tier {tier}", declared=False),
        area=Stated(value=AreaLevel.LOW, reason="r", declared=False),
    )


def base(*components: Component) -> ComponentMap:
    return ComponentMap(components=components, fallback=component("rest", 3))


def tiers(*head: Component, before: ComponentMap) -> dict[str, int]:
    return {each.name: each.tier.value for each in no_lighter(head, before, change=CHANGE)}


def test_a_component_that_the_head_makes_lighter_keeps_its_tier() -> None:
    assert tiers(component("pay", 3, "pay"), before=base(component("pay", 1, "pay"))) == {"pay": 1}


def test_one_that_the_head_makes_graver_is() -> None:
    assert tiers(component("pay", 1, "pay"), before=base(component("pay", 3, "pay"))) == {"pay": 1}


def test_one_that_the_head_calls_otherwise_is_there_by_both_names() -> None:
    assert tiers(component("play", 3, "pay"), before=base(component("pay", 1, "pay"))) == {"pay": 1, "play": 3}


def test_one_that_is_only_reached_keeps_its_tier_too() -> None:
    before = base(component("pay", 2, "pay"), component("cart", 1, "cart"))

    assert tiers(component("cart", 2, "cart"), before=before) == {"pay": 2, "cart": 1}
