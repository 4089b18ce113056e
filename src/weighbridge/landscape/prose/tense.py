"""Whether a statement is about what is: not about what was, what is planned, what a reader is to make, or an example."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_OTHERWISE: Final = LatePattern(
    r"(?i)\b(?:removed?|removes|removing|no longer|renam\w+|previous\w*|former\w*|used to|was called|were called|deprecat\w+"
    r"|replac\w+|obsolete|legacy|old(?:er)?|earlier|before (?:version|v\d)|prior to|until (?:version|v\d)|instead of|histor\w+"
    r"|dropp?\w*|delet\w+|moved|mov(?:e|ing)|migrat\w+|superseded?|was|were|had|went|became|unlike|anymore|any more"
    r"|will|would|could|shall|plann?\w*|todo|future|upcoming|proposed?|proposal|eventually|not yet|someday"
    r"|creat\w+|add(?:ing)?|new|writ(?:e|ing)|generat\w+|produc\w+|output\w*|sav(?:e|ed|es|ing)|put|copy|copied|name it|call it"
    r"|touch|mkdir|example|e\.g\.?|for instance|such as|suppose|imagine|like|say|your|similar|something|hypothetical\w*"
    r"|fork|upstream|third[- ]party|external|another repo\w*|other repo\w*|if (?:it|they|this|you)|do(?:es)? not exist|doesn't exist"
    r"|there (?:is|are) no|without|never|optional\w*|download\w*|install\w*|clone\w*)\b|->|→|~~"
)
"""Words of statements that a name may be gone from and which stay true, or that were never of this tree."""

_TITLES: Final = LatePattern(
    r"(?i)\b(?:change ?log|changes|histor\w+|release(?: notes?|s)?|what'?s new|migrat\w+|upgrad\w+|deprecat\w+|removed?|legacy"
    r"|examples?|tutorial|future|roadmap|todo|plans?|planned|proposals?|alternatives|considered|archived?|obsolete|troubleshooting old"
    r"|background|motivation|creat\w+|add(?:ing)? an?|writ(?:e|ing) an?|new)\b|^\[?v?\d+\.\d+"
)
"""Headings under which another time, or another thing, is told of."""


def is_of_another_time(statement: str) -> bool:
    """Whether a statement may stay true although what it names is not there."""
    return _OTHERWISE.search(statement) is not None


def titles_another_time(title: str) -> bool:
    """Whether what stands under a heading may be about another time or thing."""
    return _TITLES.search(title) is not None
