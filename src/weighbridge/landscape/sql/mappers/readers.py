"""What a chain of calls asks of an object mapper, whichever it is."""

from weighbridge.landscape.sql.chains import Chain
from weighbridge.landscape.sql.mappers.alchemy import asked_of_alchemy
from weighbridge.landscape.sql.mappers.call import MapperCall
from weighbridge.landscape.sql.mappers.django import asked_of_django
from weighbridge.landscape.sql.mappers.gorm import asked_of_gorm
from weighbridge.landscape.sql.mappers.jpa import asked_of_jpa
from weighbridge.landscape.sql.mappers.script_writes import written_by_scripts
from weighbridge.landscape.sql.mappers.scripts import asked_of_scripts


def asked(chain: Chain, language: str) -> MapperCall | None:
    """What a chain asks, in a file of a language; None where it asks no mapper that is known."""
    match language:
        case "python":
            return asked_of_django(chain) or asked_of_alchemy(chain)
        case "go":
            return asked_of_gorm(chain)
        case "java":
            return asked_of_jpa(chain)
    return written_by_scripts(chain) or asked_of_scripts(chain)
