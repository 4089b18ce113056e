"""The extracting process: requests on standard input, answers on standard output.

A request is the number of blobs and, for each, the lengths of its role and of its data, whether details are asked for, and both byte
strings; every number has 32 bits. All of it is read before anything is answered, so that neither side waits for the other's pipe. The answer is,
for each blob in turn, two lengths and byte strings: the sealed record, and the terms separated by newlines.
"""

import gc
import signal
import struct
import sys
from typing import BinaryIO, Final

from weighbridge.adapters.facts.records import FACTS, missing_record, seal
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.extract import extract
from weighbridge.facts.extractor import ExtractionError
from weighbridge.facts.model import FileFacts, encode
from weighbridge.landscape.terms import terms_of

COUNT: Final = struct.Struct("<I")
REQUEST: Final = struct.Struct("<II?")
ANSWER: Final = struct.Struct("<II")


def answer(role: str, data: bytes, *, in_detail: bool = False) -> tuple[bytes, bytes]:
    """The record and the packed terms for one blob."""
    try:
        facts = extract(data, role, in_detail=in_detail)
        return seal(FACTS, encode(facts)), packed_terms(facts).encode("utf-8")
    except ExtractionError as error:
        return missing_record(CouldNotLook(reason=Reason.UNPARSED, detail=str(error))), b""
    except MemoryError:
        return missing_record(CouldNotLook(reason=Reason.LIMIT, detail="reading it took too much memory")), b""
    except RecursionError:
        return missing_record(CouldNotLook(reason=Reason.LIMIT, detail="it is nested too deeply")), b""


def packed_terms(facts: FileFacts) -> str:
    """The terms that lead to a file, separated by newlines, in a form that every database takes."""
    return "\n".join(
        term if term.isascii() else term.encode("utf-8", "replace").decode("utf-8")
        for term in terms_of(facts)
        if "\n" not in term and "\0" not in term
    )


def limit_memory(most: int) -> None:
    """Let the system refuse this process more than `most` bytes of address space, or what it may have at all, where it can."""
    if sys.platform == "win32":
        return  # no such limits there: the parent's time limit alone holds
    import resource  # noqa: PLC0415 - Windows has no such module

    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_after(seconds: float) -> None:
    """Let the system end this process unless it says otherwise in time; 0 is to say otherwise.

    The parent's own limit is shorter. This one is for a parent that was killed while we read something that never ends.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def serve(requests: BinaryIO, answers: BinaryIO, *, seconds: float) -> None:
    """Answer until the requests end, each blob within a generous time."""
    while header := requests.read(COUNT.size):
        asked = [_asked(requests) for _ in range(COUNT.unpack(header)[0])]
        for role, data, in_detail in asked:
            end_after(seconds)
            record, terms = answer(role, data, in_detail=in_detail)
            end_after(0)
            answers.write(ANSWER.pack(len(record), len(terms)) + record + terms)
        answers.flush()


def _asked(requests: BinaryIO) -> tuple[str, bytes, bool]:
    """The role and the data of one blob, and whether details are asked for."""
    role_size, data_size, in_detail = REQUEST.unpack(requests.read(REQUEST.size))
    return requests.read(role_size).decode("utf-8"), requests.read(data_size), in_detail


def run(memory: int, seconds: float) -> None:
    """Answer on standard input and output within `memory` bytes of address space and `seconds` for each blob."""
    limit_memory(memory)
    gc.set_threshold(100_000, 20, 20)  # facts are trees without cycles: collecting often only costs
    with open(0, "rb", closefd=False) as requests, open(1, "wb", closefd=False) as answers:
        serve(requests, answers, seconds=seconds)


if __name__ == "__main__":
    run(int(sys.argv[1]), float(sys.argv[2]))
