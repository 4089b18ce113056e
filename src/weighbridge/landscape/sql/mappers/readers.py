"""Which statements of a file ask an object mapper, and what."""

from typing import Final

from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import FileFacts, Step
from weighbridge.landscape.sql.chains import Chain
from weighbridge.landscape.sql.mappers.alchemy import asked_of_alchemy
from weighbridge.landscape.sql.mappers.call import REPOSITORY, MapperCall
from weighbridge.landscape.sql.mappers.django import asked_of_django
from weighbridge.landscape.sql.mappers.gorm import ENDS, asked_of_gorm
from weighbridge.landscape.sql.mappers.jpa import MANAGERS, asked_of_jpa
from weighbridge.landscape.sql.mappers.scripts import ONE, PRISMA_ONE, asked_of_scripts

_PYTHON: Final = frozenset({"objects", "query", "select", "get_object_or_404", "aget_object_or_404"})
_SCRIPTS: Final = PRISMA_ONE | ONE | {"findMany", "find", "findBy", "findAndCount"}


def asked(chain: Chain, language: str) -> MapperCall | None:
    """What a chain asks, in a file of a language; None where it asks no mapper that is known."""
    match language:
        case "python":
            return asked_of_django(chain) or asked_of_alchemy(chain)
        case "go":
            return asked_of_gorm(chain)
        case "java":
            return asked_of_jpa(chain)
    return asked_of_scripts(chain)


def may_ask(facts: FileFacts) -> list[Step]:
    """The statements that may ask a mapper, by the names in them: most files have none."""
    if facts.language == "go" and not any("gorm" in each.module for each in facts.imports):
        return []
    mentions = mentions_in(facts)
    names = [name for name in mentions if _is_sign(name, facts.language)]
    units = {unit for name in names for unit in mentions[name] if unit >= 0}
    return [facts.steps[unit] for unit in sorted(units) if unit < len(facts.steps)]


def _is_sign(name: str, language: str) -> bool:
    match language:
        case "python":
            return name in _PYTHON or name[-7:].lower() == "session"
        case "go":
            return name in ENDS
        case "java":
            return name in MANAGERS or REPOSITORY.search(name) is not None
    return name in _SCRIPTS
