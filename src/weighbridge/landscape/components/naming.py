"""One name for each component, the same in every clone, told apart by path where two would share one."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from weighbridge.landscape.components.drafts import Draft
from weighbridge.landscape.manifests.claims import Authority

_UNFIT = re.compile(r"\s+")
_MAX_NAME = 100
_ROOT = "root"
"""The repository's own root, where nothing in the tree names it: a clone's folder is called what its owner likes."""


def tidy(name: str) -> str:
    """`name` fit to be shown: no control or invisible characters, single spaces, at most 100 characters."""
    visible = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return _UNFIT.sub(" ", visible).strip()[:_MAX_NAME]


def name_all(drafts: Sequence[Draft]) -> None:
    """Give every draft its name; a declared one keeps its own."""
    is_alone = sum(1 for draft in drafts if draft.roots) == 1
    gathering = [d for d in drafts if not is_alone and "" in d.roots and _is_workspace(d)]
    for draft in drafts:
        if draft.declared is None:
            draft.name = _as_workspace(draft) if draft in gathering else _wanted(draft)
    _yield_root(drafts)
    shared = Counter(draft.name for draft in drafts)
    for draft in drafts:
        if shared[draft.name] > 1 and draft.declared is None:
            draft.name = f"{draft.name} ({_where(draft)})"
    _number_the_rest(drafts)


def _wanted(draft: Draft) -> str:
    claim = draft.leading
    folder = draft.roots[0].rpartition("/")[2] if draft.roots else ""
    if claim is None or claim.authority in (Authority.PIECE, Authority.FOLDER):
        return tidy(draft.roots[0] if draft.roots else "") or _ROOT
    runs_as = {c.name for c in draft.claims if c.authority == Authority.ORCHESTRATION}
    if claim.authority <= Authority.PACKAGE and (folder in runs_as or (claim.name in runs_as and len(runs_as) > 1)):
        return tidy(folder) or _ROOT
    return tidy(claim.name) or tidy(folder) or _ROOT


def _as_workspace(draft: Draft) -> str:
    """What the manifest that gathers the rest, or a package beside it, calls itself."""
    said = [c for c in draft.claims if c.root == "" and c.authority >= Authority.WORKSPACE and tidy(c.name)]
    leading = min(said, key=lambda c: (-c.authority, c.source, c.line), default=None)
    return tidy(leading.name) if leading else _ROOT


def _is_workspace(draft: Draft) -> bool:
    return any(claim.authority == Authority.WORKSPACE for claim in draft.claims)


def _yield_root(drafts: Sequence[Draft]) -> None:
    """The repository's own root gives way to a component inside it that goes by the same name."""
    for draft in drafts:
        if draft.declared is None and "" in draft.roots and any(d.name == draft.name for d in drafts if d is not draft):
            draft.name = _ROOT


def _where(draft: Draft) -> str:
    if draft.roots:
        return draft.roots[0] or "/"
    return draft.leading.source if draft.leading else "nowhere"


def _number_the_rest(drafts: Sequence[Draft]) -> None:
    alike: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        alike[draft.name].append(draft)
    for name, group in alike.items():
        for number, draft in enumerate((d for d in group if d.declared is None), start=1):
            if len(group) > 1:
                draft.name = f"{name} #{number}"
