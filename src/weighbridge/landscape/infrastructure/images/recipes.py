"""What the instructions of a Dockerfile do, with where they stand."""

from collections.abc import Callable, Iterator

from weighbridge.domain.places import Place
from weighbridge.facts.dockerfile import filled
from weighbridge.landscape.infrastructure.commands import Command
from weighbridge.landscape.infrastructure.images.changed import Built

Look = Callable[[str], Iterator[Command]]


def commands_of(built: Built, look: Look) -> Iterator[tuple[Command, Place]]:
    """What `look` finds in what is run, and in the variables."""
    for stage in built.said.stages:
        for each in stage.instructions:
            if each.name in ("RUN", "CMD", "ENTRYPOINT"):
                below = each.line + 1 if each.document else each.line
                text = (
                    each.document or " ".join(each.words)
                    if each.text.startswith(("[", "<<"))
                    else f"{each.text}\n{each.document}"
                )
                for found in look(filled(text, stage.values)):
                    yield found, built.at(below + found.line if each.document else each.line)
            elif each.name in ("ENV", "ARG"):
                for name, value in each.pairs:
                    for found in look(f"{name}={value}"):
                        yield found, built.at(each.line)


def added_unchecked(built: Built) -> Iterator[tuple[Command, Place]]:
    """What is put in from an address without a checksum."""
    for stage in built.said.stages:
        for each in stage.of("ADD"):
            if "checksum" in each.flags:
                continue
            for word in each.words[:-1]:
                address = filled(word, stage.values)
                if address.startswith(("http://", "https://")) and not address.endswith(".git"):
                    key = "".join(sign for sign in address if not sign.isdigit() and sign != ".")
                    yield (
                        Command(line=0, key=key, words=address, is_grave=address.startswith("http://")),
                        built.at(each.line),
                    )
