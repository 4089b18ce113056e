"""What all routes of a router ask before anything else: `APIRouter(dependencies=[Depends(caller)])`, as FastAPI reads it.

`app.include_router(items, dependencies=[…])` and `FastAPI(dependencies=[…])` say the same of what is put below. The
functions behind the routes name none of it.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import Attribute, Call, FileFacts, Step
from weighbridge.landscape.dependencies import DEPENDING, depended_on
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.sites import Site
from weighbridge.landscape.values import Symbol

_MOST_FILES: Final = 200
_DEEPEST: Final = 5


def of_dependency(view: View, function: Symbol, *, name: str) -> Iterator[Reference]:
    """The handlers of the routes whose router, or one around it, depends on a function."""
    named = view.landscape.files_with("m:" + name)
    asking = {path for each in DEPENDING for path in view.landscape.files_with("m:" + each) if path in named}
    for path in sorted(asking)[:_MOST_FILES]:
        facts = view.landscape.facts(path)
        for step, call in _asked(facts, name) if facts is not None else ():
            if any(function in view.evaluator.evaluate(path, step.scope, expr=each) for each in depended_on(call)):
                yield from _behind(view, _guarded(view, path, step=step, call=call))


def _asked(facts: FileFacts, name: str) -> Iterator[tuple[Step, Call]]:
    """The calls with `dependencies` in statements that mention a name."""
    for unit in mentions_in(facts).get(name, ()):
        step = facts.steps[unit] if unit >= 0 else None
        for part in walk(step.value) if step is not None else ():
            if step is not None and isinstance(part, Call) and any(True for _ in depended_on(part)):
                yield step, part


def _guarded(view: View, path: RepoPath, *, step: Step, call: Call) -> frozenset[Site]:
    """The routers that a call gives its dependencies to, with all that is put below them in the same file."""
    sites = view.references.sites
    is_mounting = isinstance(call.function, Attribute) and call.function.name == "include_router"
    router = call.arguments[0].value if is_mounting and call.arguments else step.target
    found = sites.of(path, step.scope, expr=router) if router is not None else frozenset[Site]()
    facts = view.landscape.facts(path)
    for _ in range(_DEEPEST):
        below = [
            sites.of(path, mount.scope, expr=mount.router)
            for mount in (facts.mounts if facts is not None else ())
            if found & sites.of(path, mount.onto.scope, expr=mount.onto.router)
        ]
        wider = found.union(*below)
        if wider == found:
            break
        found = wider
    return found


def _behind(view: View, routers: frozenset[Site]) -> Iterator[Reference]:
    for path in sorted({site[0] for site in routers}):
        facts = view.landscape.facts(path)
        for entry in facts.entry_points if facts is not None else ():
            place = entry.place
            if place is None or not routers & view.references.sites.of(path, place.scope, expr=place.router):
                continue
            for handler in view.evaluator.evaluate(path, entry.scope, expr=entry.handler):
                if isinstance(handler, Symbol):
                    yield Reference(handler, EdgeKind.CALLS, Certainty.SEEN, entry.line)
