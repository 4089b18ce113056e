"""Who the people of a repository are, for a policy that is about to be written."""

import os

from msgspec.structs import replace

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.app.acquaintances import people_of
from weighbridge.app.build_roster import build_roster
from weighbridge.app.find_knowledge import Around, History
from weighbridge.app.find_people import find_people
from weighbridge.app.sight import Sight
from weighbridge.assembly.bench import SystemClock
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import PLACES, read_owners
from weighbridge.policy.policy import machine_policy
from weighbridge.policy.population import Population
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.machines import is_machine


def population_of(sight: Sight) -> Population:
    """Owners, enrolled signers and recent committers, as of now."""
    people = people_of(sight.trust, machine_policy(), roster=build_roster(sight.trust, ledger="", machines=()))
    around = Around(
        components=sight.base_components,
        circle=people.circle,
        teams=people.teams,
        is_machine=lambda name: is_machine(name, built_in()),
    )
    history = History(cache=SqliteHistoryCache(cache_folder(os.environ)), progress=sight.progress)
    change = replace(sight.change, base_commit=sight.trust.target)  # a work tree has no commit that led to it
    return find_people(
        sight.repository, change, trust=sight.trust, around=around, at=SystemClock().now(), history=history
    )


def owners_of(sight: Sight) -> CodeOwners | CouldNotLook:
    """The CODEOWNERS that is trusted; one without rules where there is none."""
    document = sight.trust.document(*PLACES)
    return read_owners(document.data if document else b"", document.path if document else PLACES[0])
