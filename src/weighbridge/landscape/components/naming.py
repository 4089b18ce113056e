"""One name for each component, the same on every machine, told apart by path where two would share one."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from weighbridge.landscape.components.drafts import Draft
from weighbridge.landscape.manifests.claims import Authority

_UNFIT = re.compile(r"\s+")
_MAX_NAME = 100


def tidy(name: str) -> str:
    """`name` fit to be shown: no control or invisible characters, single spaces, at most 100 characters."""
    visible = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return _UNFIT.sub(" ", visible).strip()[:_MAX_NAME]


def name_all(drafts: Sequence[Draft], repository: str) -> None:
    """Give every draft its name; a declared one keeps its own."""
    is_alone = sum(1 for draft in drafts if draft.roots) == 1
    gathering = [d for d in drafts if not is_alone and "" in d.roots and _is_workspace(d)]
    for draft in drafts:
        if draft.declared is None:
            draft.name = repository if draft in gathering else _wanted(draft, repository)
    _yield_root(drafts, repository)
    shared = Counter(draft.name for draft in drafts)
    for draft in drafts:
        if shared[draft.name] > 1 and draft.declared is None:
            draft.name = f"{draft.name} ({_where(draft)})"
    _number_the_rest(drafts)


def _wanted(draft: Draft, repository: str) -> str:
    claim = draft.leading
    folder = draft.roots[0].rpartition("/")[2] if draft.roots else ""
    if claim is None or claim.authority in (Authority.PIECE, Authority.FOLDER):
        return tidy(draft.roots[0] if draft.roots else "") or repository
    runs_as = {c.name for c in draft.claims if c.authority == Authority.ORCHESTRATION}
    if claim.authority <= Authority.PACKAGE and (folder in runs_as or (claim.name in runs_as and len(runs_as) > 1)):
        return tidy(folder) or repository
    return tidy(claim.name) or tidy(folder) or repository


def _is_workspace(draft: Draft) -> bool:
    return any(claim.authority == Authority.WORKSPACE for claim in draft.claims)


def _yield_root(drafts: Sequence[Draft], repository: str) -> None:
    """The repository's own root gives way to a component inside it that goes by the same name."""
    for draft in drafts:
        if draft.declared is None and "" in draft.roots and any(d.name == draft.name for d in drafts if d is not draft):
            draft.name = repository


def _where(draft: Draft) -> str:
    if draft.roots:
        return draft.roots[0] or "root"
    return draft.leading.source if draft.leading else "nowhere"


def _number_the_rest(drafts: Sequence[Draft]) -> None:
    alike: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        alike[draft.name].append(draft)
    for name, group in alike.items():
        for number, draft in enumerate((d for d in group if d.declared is None), start=1):
            if len(group) > 1:
                draft.name = f"{name} #{number}"
