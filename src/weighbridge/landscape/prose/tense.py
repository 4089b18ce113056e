"""Whether a statement is about what is: not about what was or is planned, and not about what a reader makes or imagines."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_PAST: Final = LatePattern(
    r"(?i)\b(?:removed?|removes|removing|no longer|renam\w+|previous\w*|former\w*|used to|was called|were called|deprecat\w+"
    r"|replac\w+|obsolete|legacy|old(?:er)?|earlier|before (?:version|v\d)|prior to|until (?:version|v\d)|instead of|histor\w+"
    r"|dropp?(?:ed|ing|s)?|delet\w+|moved|moving|migrat\w+|superseded?|was|were|had|went|became|unlike|anymore|any more"
    r"|will be|would|plan(?:s|ned|ning)?|todo|fixme|future|upcoming|proposed?|proposal|eventually|not yet|someday"
    r"|upstream|third[- ]party|another repo\w*|other repo\w*|do(?:es)? not exist|doesn't exist|not exist"
    r"|there (?:is|are) no|don't need|not needed|not required)\b|(?<!-)->|→|~~"
)
"""Words of statements that stay true although what they name is gone."""

_MADE: Final = LatePattern(
    r"(?i)\b(?:creat\w+|add(?:s|ed|ing)?|new|writ(?:e|es|ing|ten)|generat\w+|produc(?:e|es|ed|ing)|outputs?|sav(?:e|ed|es|ing)|put|cop(?:y|ies|ied)|name it"
    r"|call it|touch|mkdir|example|e\.g\.?|for instance|such as|suppose|imagine|like|say|your|similar|something|hypothetical\w*|fork"
    r"|external|if (?:it|they|this|you)|without|optional\w*|download\w*|install\w*|clone\w*|could|can|may|might|will|should)\b"
)
"""Words of statements that a reader is to make something by, or that only imagine it: it need never have been there."""

_TITLES: Final = LatePattern(
    r"(?i)\b(?:change ?log|changes|histor\w+|release(?: notes?|s)?|what'?s new|migrat\w+|upgrad\w+|deprecat\w+|removed?|legacy"
    r"|future|roadmap|todo|plans?|planned|proposals?|alternatives|considered|archived?|obsolete|background|motivation)\b|^\[?v?\d+\.\d+"
)
"""Headings under which another time is told of."""


def is_of_another_time(statement: str) -> bool:
    """Whether a statement may stay true although what it names is gone."""
    return _PAST.search(statement) is not None


def is_made_by_reader(statement: str) -> bool:
    """Whether what a statement names need never have been there."""
    return _MADE.search(statement) is not None


def titles_another_time(title: str) -> bool:
    """Whether what stands under a heading may be about another time."""
    return _TITLES.search(title) is not None
