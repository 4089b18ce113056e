"""Functions that say nothing else than before, in templates that say otherwise what holds for all of them (`Globals`)."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.cloudformation.declared import address
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.infrastructure.cloudformation.translated import translated
from weighbridge.landscape.infrastructure.processors import Unfit, by_name, of_function, with_shared

_SERVERLESS: Final = "AWS::Serverless::Function"


def unfit_by_shared(files: Iterable[TemplateFile]) -> Iterator[tuple[str, Place, Unfit]]:
    """What of such functions was made for another kind of processor than they run on from now on."""
    for file in files:
        before, after = file.before, file.after
        if before is None or after is None or before.shared == after.shared:
            continue
        for old, new in file.pairs():
            if old is None or new is None or new.type != _SERVERLESS or old.body != new.body:
                continue
            values = translated(new.type, new.body).values
            was, now = (with_shared(values, template) for template in (before, after))
            for found in of_function(was, now, kind_of_layer=lambda layer, _side: by_name(layer)):
                yield address(new.name, new.type), file.place(new.line, Side.HEAD), found
