"""How much each component counts, who answers for it, and what it hands out: drafts made into components."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from weighbridge.domain.system import Component, Stated
from weighbridge.landscape.components.drafts import Draft
from weighbridge.landscape.components.model import ComponentMap, ManifestDependency
from weighbridge.landscape.criticality import Signs, area_from, tier_from
from weighbridge.landscape.manifests.keys import is_global
from weighbridge.landscape.owners.model import CodeOwners


def weigh(
    drafts: Sequence[Draft], dependencies: Sequence[ManifestDependency], *, owners: CodeOwners | None
) -> Mapping[int, Component]:
    """The component each draft (by its identity) amounts to."""
    dependents: defaultdict[str, set[str]] = defaultdict(set)
    for dependency in dependencies:
        dependents[dependency.target].add(dependency.source)
    return {id(d): _owned(_component(d, dependents=len(dependents[d.name]), count=len(drafts)), owners) for d in drafts}


def weigh_by_use(components: ComponentMap, dependents: Mapping[str, int]) -> ComponentMap:
    """The same components once it is known, from code, how many others lean on each (by name).

    What people declared and what a name already tells stays; use only lifts a component of which nothing was known.
    """
    count = len(components.components)
    lifted = {c.name: _lifted(c, dependents.get(c.name, 0), count=count) for c in components.components}
    return replace(components, components=tuple(lifted.values()), fallback=lifted[components.fallback.name])


def _lifted(component: Component, dependents: int, *, count: int) -> Component:
    if component.tier.declared or component.tier.value != 2:
        return component
    names = () if component.roots == ("",) else (_without_scope(component.name), *component.roots)
    signs = Signs(names=names, kind=component.kind, dependents=dependents, of=count, requires=component.requires)
    return replace(component, tier=tier_from(signs))


def _owned(component: Component, owners: CodeOwners | None) -> Component:
    """With the owners of its first root where nobody declared any."""
    if component.owners or owners is None or not component.roots:
        return component
    return replace(component, owners=owners.owners_of_folder(component.roots[0]))


def _component(draft: Draft, *, dependents: int, count: int) -> Component:
    declared = draft.declared
    names = () if draft.roots == ("",) else (_without_scope(draft.name), *draft.roots)
    lifecycle = next((c.lifecycle for c in draft.claims if c.lifecycle), "")
    requires = tuple(key for key in draft.requires if is_global(key))
    signs = Signs(names=names, kind=draft.kind, lifecycle=lifecycle, dependents=dependents, of=count, requires=requires)
    return Component(
        name=draft.name,
        kind=draft.kind,
        roots=draft.roots,
        tier=_declared_tier(draft) or tier_from(signs),
        area=Stated(value=declared.area, reason="declared", declared=True)
        if declared and declared.area
        else area_from(signs),
        owners=(declared.owners if declared else ()) or next((c.owners for c in draft.claims if c.owners), ()),
        source=draft.source,
        provides=tuple(key for key in draft.provides if is_global(key)),
        requires=requires,
    )


def _without_scope(name: str) -> str:
    """An npm scope names an organisation: it says nothing of the one package."""
    return name.partition("/")[2] if name.startswith("@") else name


def _declared_tier(draft: Draft) -> Stated[int] | None:
    if draft.declared and draft.declared.tier:
        return Stated(value=draft.declared.tier, reason=f"declared in {draft.source}", declared=True)
    claim = next((c for c in draft.claims if c.tier), None)
    if claim is None or claim.tier is None:
        return None
    return Stated(value=claim.tier, reason=f"declared in {claim.source}", declared=True)
