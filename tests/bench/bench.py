"""How long it takes, printed: `python tests/bench/bench.py`. Not a test: a figure depends on the machine.

Ratios are taken in one run, against what anybody would write first: docxtpl on the same template with the same
body, and zipping the same parts again, which is the least a .docx can cost.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from statistics import median

from docxtpl import DocxTemplate
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from drafter.draft.blocks import Document  # noqa: E402
from drafter.draft.compose import compose  # noqa: E402
from drafter.explain import explain  # noqa: E402
from drafter.library import load_library  # noqa: E402
from drafter.paths import CLAUSE_LIBRARY  # noqa: E402
from drafter.pipeline import run  # noqa: E402
from drafter.word import HOUSE_TEMPLATE, render_docx  # noqa: E402
from drafter.word.bundle import render_pieces  # noqa: E402
from drafter.word.package import read_parts, write_parts  # noqa: E402
from drafter.word.templates import load_template  # noqa: E402
from drafter.word.writer import write_body  # noqa: E402

EXAMPLES = CLAUSE_LIBRARY / "examples"
MARKETS = ("nettoyage-mediatheque", "reel-trois-lots", "renovation-avancee", "ordinateurs-avance", "voirie-programme")
COLD_AIM, SET_AIM = 600, 150
"""Milliseconds: one cold explain, one warm set of six pieces."""


def timed(work: Callable[[], object], times: int) -> float:
    """The median, in milliseconds of processor time: what else the machine does is not counted."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return median(spent)


def started(*command: str) -> tuple[str, str]:
    """Median of five starts of a program, in milliseconds: processor, then clock."""
    processor, clock = [], []
    for _ in range(5):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock.append((time.perf_counter() - start) * 1000)
        processor.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    return ms(median(processor)), ms(median(clock))


def naive(document: Document) -> bytes:
    """The first program that comes to mind: open the template, render, save."""
    body = write_body(document, load_template(HOUSE_TEMPLATE).styles)
    template = DocxTemplate(HOUSE_TEMPLATE)
    words = dict.fromkeys(
        ("titre", "titre_document", "sous_titre", "acheteur", "objet", "rappel_objet"), document.title
    )
    more = {"separateur": "", "piece": document.piece, "version_bibliotheque": "", "corps": str(body.blocks)}
    template.render(words | more)
    buffer = BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def show(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def ms(value: float) -> str:
    return f"{value:.1f}"


def main() -> None:
    market = str(EXAMPLES / f"{MARKETS[0]}.yaml")
    drafter = ("-m", "drafter")
    show(
        f"À froid, médiane de 5 (but : {COLD_AIM} ms)",
        ("commande", "processeur, ms", "horloge, ms"),
        [
            ("python -c pass", *started("-c", "pass")),
            ("drafter --help", *started(*drafter, "--help")),
            ("drafter explain", *started(*drafter, "explain", market)),
            ("drafter explain --json", *started(*drafter, "explain", market, "--json")),
        ],
    )

    library = load_library()
    stages, sets = [], []
    for name in MARKETS:
        example = library.examples[name]
        result = run(example, library)
        render_pieces(result)  # templates and clauses are compiled once
        stages.append(
            (
                name,
                ms(timed(lambda example=example: run(example, library), 20)),  # type: ignore[misc]
                ms(timed(lambda result=result: explain(result), 20)),  # type: ignore[misc]
                ms(timed(lambda result=result: compose(result.context), 10)),  # type: ignore[misc]
                ms(timed(lambda example=example: render_pieces(run(example, library)), 5)),  # type: ignore[misc]
            )
        )
    loading = ms(timed(load_library, 3))
    columns = ("marché", "run", "explain", "rédaction", f"tout le jeu (but : {SET_AIM})")
    show(f"À chaud, ms de processeur (bibliothèque lue en {loading} ms)", columns, stages)

    result = run(library.examples[MARKETS[2]], library)
    totals = [0.0, 0.0, 0.0]
    for piece, document in result.documents.items():

        def ours(document: Document = document) -> bytes:
            return render_docx(document, dossier="{}", created=result.on, library_version="x", obj=document.title)

        parts = read_parts(ours())
        figures = (
            timed(ours, 10),
            timed(lambda document=document: naive(document), 5),  # type: ignore[misc]
            timed(lambda parts=parts: write_parts(parts), 10),  # type: ignore[misc]
        )
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        sets.append((piece, *map(ms, figures), f"{figures[1] / figures[0]:.1f}", f"{figures[0] / figures[2]:.1f}"))
    sets.append(("total", *map(ms, totals), f"{totals[1] / totals[0]:.1f}", f"{totals[0] / totals[2]:.1f}"))
    columns = ("pièce", "nous, ms", "docxtpl, ms", "zip seul, ms", "docxtpl / nous", "nous / zip")
    show(f"Écriture Word, {MARKETS[2]}", columns, sets)


if __name__ == "__main__":
    main()
