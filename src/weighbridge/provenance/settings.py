"""What provenance looks for, and what commits are asked to say of it."""

from msgspec import Struct, field

from weighbridge.provenance.disclosure import Disclosure
from weighbridge.provenance.forms import Forms, built_in


class Settings(Struct, frozen=True, kw_only=True):
    """The forms in force and the rule of disclosure."""

    forms: Forms = field(default_factory=built_in)
    disclosure: Disclosure = field(default_factory=Disclosure)
