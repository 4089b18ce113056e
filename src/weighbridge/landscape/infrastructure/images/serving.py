"""Whether a file of Docker Compose is for what serves others, or for whoever develops."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.images.changed import is_for_oneself
from weighbridge.landscape.infrastructure.images.composed import Composed, Service
from weighbridge.landscape.manifests.images import kind_of_image
from weighbridge.landscape.manifests.keys import image_name

COMES_BACK: Final = frozenset({"always", "unless-stopped", "on-failure", "any"})
_FOR_OTHERS: Final = LatePattern(
    r"(?:^|[/._-])(?:prod|production|prd|live|deploy|deployments?)(?:[/._-]|$)|[._-](?:server|swarm|stack)\.[^/]*$"
)
"""In a path; a folder called `server` most often holds a program, which its file is for developing."""
_TOOLS: Final = frozenset(
    {
        *(
            "adminer",
            "pgadmin4",
            "pgadmin",
            "phpmyadmin",
            "redis-commander",
            "redisinsight",
            "mongo-express",
            "kafka-ui",
        ),
        *("mailhog", "mailpit", "maildev", "mailcatcher", "localstack", "azurite", "kafdrop", "cerebro", "kibana"),
    }
)
"""What looks into a store, or stands for a service of others, at the desk of whoever develops."""
_SOURCES: Final = LatePattern(
    r"/(?:app|code|src|usr/src(?:/\w+)?|workspaces?|var/www(?:/html)?|opt/app|srv(?:/app)?)/?"
)
"""Where the code of a program lies in its container."""
_HTTPS: Final = 443


def serves_others(composed: Composed) -> bool:
    """Whether its name says so, or what is no store comes made and back after a restart, and nobody's folder lies in it."""
    if is_for_oneself(composed.path):
        return False
    if _FOR_OTHERS.search(composed.path.lower()):
        return True
    own = [each for each in composed.services.values() if _is_own(each)]
    if any("build" in each.settings or _has_sources(each) for each in own):
        return any(_is_front(each) for each in own)
    return any(map(_comes_back, own))


def _is_own(service: Service) -> bool:
    name = image_name(service.image).rpartition("/")[2].lower()
    return kind_of_image(service.image) is None and name not in _TOOLS and "profiles" not in service.settings


def _has_sources(service: Service) -> bool:
    return any(not each.is_volume and _SOURCES.fullmatch(each.target) for each in service.mounts)


def _is_front(service: Service) -> bool:
    """Whether it answers for HTTPS, and does so again after the machine was started anew."""
    return _comes_back(service) and any(port.is_for_all and port.is_at(_HTTPS) for port in service.ports)


def _comes_back(service: Service) -> bool:
    return service.restart.partition(":")[0] in COMES_BACK
