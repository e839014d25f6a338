"""Many markets on several processes, in order, few of them in flight: cost in proportion, memory nearly constant."""

from __future__ import annotations

import gc
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import drafter
from drafter.errors import RefusedError
from drafter.library import load_library
from drafter.programme.analysis import Analyst
from drafter.programme.entries import Entry
from drafter.programme.settings import Settings

CHUNK = 32
IN_FLIGHT = 4
"""Chunks waiting for each process: enough that none is idle, few enough that memory does not grow."""
WORTH_A_PROCESS = 400
"""Below that many markets, starting processes costs more than it saves."""

Chunk = Sequence[tuple[str, Entry]]
Lines = list[tuple[str, str]]
Elsewhere = Callable[[Iterable[Chunk]], Iterator[Lines]]
"""Whoever analyses chunks in place of the processes of this machine, in any order (see `jobs`)."""


def analyse_chunk(chunk: Chunk, analyst: Analyst) -> Lines:
    """Key and JSON text of each market: a pure function of its arguments, whoever calls it (a process, a job)."""
    return [(key, as_json(analyst.analyse(entry))) for key, entry in chunk]


def as_json(outcome: Any) -> str:
    return json.dumps(outcome, ensure_ascii=False, separators=(",", ":"))


def salt(library: Path, settings: Settings) -> str:
    """What every result depends on beside its rows: the library, the options and the program itself."""
    return hashlib.sha256(f"{release(library)} {as_json(settings.as_data())}".encode()).hexdigest()


def release(library: Path) -> str:
    """The program and the library as they are on this machine, to the last byte: two of the same one agree."""
    digest = hashlib.sha256()
    for root, pattern in ((library, "*"), (Path(drafter.__file__).parent, "*.py")):
        for path in sorted(path for path in root.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def run_chunks(
    work: Iterable[Sequence[Any]],
    task: Callable[[Sequence[Any]], Any],
    start: Callable[..., None],
    arguments: tuple[Any, ...],
    processes: int,
) -> Iterator[Any]:
    """What `task` answers to each chunk, in order. `start(*arguments)` sets a process up, once."""
    if processes <= 1:
        start(*arguments)
        yield from map(task, work)
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=start, initargs=arguments)
    waiting: deque[Future[Any]] = deque()
    try:
        for chunk in work:
            waiting.append(pool.submit(task, chunk))
            if len(waiting) >= processes * IN_FLIGHT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise RefusedError(
            "L'un des processus de calcul s'est arrêté (mémoire insuffisante, ou arrêt demandé) : ce qui est fait est "
            "gardé, relancez la même commande avec --resume"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_analyst: Analyst | None = None


def start_analysis(library: Path, settings: Settings) -> None:
    """In each process: the library is read once, and is no more looked at by the garbage collector."""
    global _analyst
    _analyst = Analyst(load_library(library), settings)
    gc.collect()
    gc.freeze()


def analysis_task(chunk: Chunk) -> Lines:
    assert _analyst is not None, "start_analysis comes first"
    return analyse_chunk(chunk, _analyst)
