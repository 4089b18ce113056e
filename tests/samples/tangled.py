"""A package as a dense code base gives it: components that use one another in circles, long names, a long sequence."""

from itertools import pairwise

from msgspec.structs import replace
from tests.samples.packages import usual_decision, usual_risk
from tests.samples.parts import MADE_AT

from weighbridge.domain.impact import Certainty, ComponentEdge
from weighbridge.domain.package import Message, ReviewPackage, Sequence
from weighbridge.review.compose import compose

CHANGED = ("hugolib", "resources/page/pagemeta", "ALL_CAPS_CONFIGURATION_AND_MORE")
SIDE = (
    "internal/warpc",
    "resources/resource_transformers/templates/htmlescape",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "identity",
    *(f"part-{n}" for n in range(24)),
)
LEANED = ("bufferpool", "deps", "common/very/deep/folder/that/nobody/would/name/like/this/twice")


def tangled() -> ReviewPackage:
    """Twenty-eight components use three that changed, and one another; some are used by them too."""
    edges = [
        ComponentEdge(source=s, target=CHANGED[n % 3], count=n + 1, certainty=_sure(n)) for n, s in enumerate(SIDE)
    ]
    edges += [ComponentEdge(source=CHANGED[0], target=s, count=1, certainty=Certainty.SEEN) for s in SIDE[:3]]
    edges += [ComponentEdge(source=a, target=b, count=2, certainty=_sure(0)) for a, b in pairwise(SIDE)]
    edges += [
        ComponentEdge(source=CHANGED[0], target=s, count=2, certainty=_sure(n), is_new=n == 1)
        for n, s in enumerate(LEANED)
    ]
    usual = usual_decision()
    impact = replace(
        usual.impact, components=tuple(edges), changed_components=CHANGED, dependents=(), dependencies=(), reached=()
    )
    return compose(replace(usual, impact=impact), usual_risk(), sequences=(_sequence(),), made_at=MADE_AT)


def _sure(n: int) -> Certainty:
    return Certainty.INFERRED if n % 4 == 1 else Certainty.SEEN


def _sequence() -> Sequence:
    names = ("caller", *CHANGED, *SIDE[:8])
    words = ("AllProvider.GetConfigSectionOfEveryLanguageThatIsConfigured", "New", "POST {}/payments/authorisations")
    after = tuple(
        Message(source=names[n % 5], target=names[(n * 7 + 1) % 12], words=words[n % 3], mark="added" if n == 3 else "")
        for n in range(30)
    )
    repeated = (Message(source=names[2], target=names[2], words="Provider.Set"),) * 8
    return Sequence(entry_point="main of main.go", participants=names, before=after[:3], after=(*after, *repeated))
