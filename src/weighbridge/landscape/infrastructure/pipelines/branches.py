"""For which branches a job of GitLab runs, as far as its rules say: for some that are named, or for whatever anybody pushes.

Sources: https://docs.gitlab.com/ci/jobs/job_rules/, https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except.
"""

import re
from typing import Final

from weighbridge.landscape.infrastructure.pipelines.expressions import always

_BRANCH: Final = re.compile(r"\bci_(?:commit_(?:branch|ref_name|ref_slug)|merge_request_target_branch_name)\b")
_COMPARED: Final = re.compile(r"(==|!=|=~|!~)\s*(.*)", re.DOTALL)
_SOURCE: Final = re.compile(r"\bci_pipeline_source\b")
_PUSHED: Final = re.compile(r"['\"](?:push|merge_request_event|external_pull_request_event)['\"]")
_CLASS: Final = re.compile(r"\\[wsdWSD]|\[[^\]]*\]")
_LETTER: Final = re.compile(r"[a-zA-Z0-9]")
_REFS: Final = frozenset({"branches", "merge_requests", "external_pull_requests", "pushes"})
"""Words of `only` that stand for whatever is pushed or proposed."""
_BARS_OTHERS: Final = re.compile(
    r"\$CI_COMMIT_(?:BRANCH|TAG|REF_NAME|REF_SLUG)\s*(?:!=|!~|==\s*null)|\$CI_COMMIT_REF_PROTECTED\s*(?:!=\s*['\"]true|==\s*['\"]false)"
)


def is_open(condition: str) -> bool:
    """Whether what anybody pushes to a branch of their own meets a condition of `rules:if`, or a word of `only`."""
    if condition in _REFS:
        return True
    if condition.startswith("/"):
        return _takes_all(condition)
    return "$" in condition and not condition.startswith(("[", "{")) and not always(condition.replace('"', "'"), _bars)


def bars_others(condition: str) -> bool:
    """Whether a rule by which a job never runs keeps out all branches but some."""
    return "&&" not in condition and "||" not in condition and _BARS_OTHERS.search(condition) is not None


def is_pattern(condition: str) -> bool:
    """Whether it asks for a name that is not written out."""
    return condition.startswith("/") or "=~" in condition


def _bars(part: str) -> bool:
    """Whether a part of a condition is met by some branches only, or by what nothing here decides."""
    part = part.strip()
    compared = _COMPARED.search(part)
    if part.startswith("!("):
        return True
    if _BRANCH.search(part):
        if compared is None or compared[1] in ("!=", "!~"):
            return False
        return compared[1] == "==" or not _takes_all(compared[2])
    if _SOURCE.search(part):
        return compared is not None and compared[1] == "==" and _PUSHED.search(part) is None
    return True


def _takes_all(pattern: str) -> bool:
    """Whether a pattern names nothing, in one of its alternatives at least."""
    inner = pattern.strip().removeprefix("/").rpartition("/")[0] if "/" in pattern.strip()[1:] else pattern
    inner = re.sub(r"\(\?[a-z:]+\)?", "", inner)
    return any(_LETTER.search(_CLASS.sub("", each)) is None for each in inner.split("|"))
