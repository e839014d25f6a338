"""How long it takes, printed: `python tests/bench/bench.py`. Not a test: a figure depends on the machine.

Ratios are taken in one run, against what anybody would write first, docxtpl on the same template with the same
body, and against a floor: deflating with zlib 6 the parts that the document changes, and nothing else.

`python tests/bench/bench.py word` prints the Word figures only.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median

from docxtpl import DocxTemplate
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from drafter import dossier  # noqa: E402
from drafter.draft.blocks import Document  # noqa: E402
from drafter.draft.compose import compose  # noqa: E402
from drafter.explain import explain  # noqa: E402
from drafter.library import Library, load_library  # noqa: E402
from drafter.paths import CLAUSE_LIBRARY  # noqa: E402
from drafter.pipeline import run  # noqa: E402
from drafter.word import HOUSE_TEMPLATE, render_docx  # noqa: E402
from drafter.word.bundle import render_pieces  # noqa: E402
from drafter.word.package import read_parts  # noqa: E402
from drafter.word.package.deflate import COMPRESSOR  # noqa: E402
from drafter.word.runs import forget_texts  # noqa: E402
from drafter.word.templates import load_template  # noqa: E402
from drafter.word.writer import write_body  # noqa: E402

EXAMPLES = CLAUSE_LIBRARY / "examples"
MARKETS = ("nettoyage-mediatheque", "reel-trois-lots", "renovation-avancee", "ordinateurs-avance", "voirie-programme")
COLD_AIM, SET_AIM = 600, 150
"""Milliseconds: one cold explain, one warm set of six pieces."""
FLOOR_AIM, WORD_AIM, BATCH, BATCH_AIM = 1.3, 6, 5_000, 2.5
"""Ratio of a document to its floor; milliseconds for a set in Word; documents in a batch, and seconds for it."""


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
    more = {"separateur": "", "piece": document.piece, "version_bibliotheque": "", "corps": body.blocks.decode()}
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
    stages = []
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

    word(library)


def word(library: Library) -> None:
    """Each piece of one market, then its set, then a batch of many: what writing costs once the piece is composed."""
    result = run(library.examples[MARKETS[2]], library)
    carried = dossier.dump(result.market, result.library)
    template = read_parts(HOUSE_TEMPLATE.read_bytes())

    def written(document: Document, number: int = 0) -> bytes:
        obj = f"{result.market.object} {number}"
        return render_docx(document, dossier=carried, created=result.on, library_version="x", obj=obj)

    def whole_set() -> None:
        for document in result.documents.values():
            written(document)

    def cold_set() -> None:
        forget_texts()
        whole_set()

    rows, totals = [], [0.0, 0.0, 0.0]
    for piece, document in result.documents.items():
        parts = read_parts(written(document))
        changed = [content for name, content in parts.items() if template.get(name) != content]
        figures = (
            timed(lambda document=document: written(document), 60),  # type: ignore[misc]
            timed(lambda document=document: naive(document), 5),  # type: ignore[misc]
            timed(lambda changed=changed: [zlib.compress(content, 6) for content in changed], 30),  # type: ignore[misc]
        )
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        rows.append(_word_row(piece, figures, len(written(document))))
    rows.append(_word_row("total", totals, 0))
    columns = (
        "pièce",
        "nous, ms",
        "docxtpl, ms",
        "plancher, ms",
        "docxtpl / nous",
        f"nous / plancher (but : {FLOOR_AIM})",
    )
    show(f"Écriture Word, {MARKETS[2]}, compresseur {COMPRESSOR}", (*columns, "octets"), rows)

    warm, cold = timed(whole_set, 30), timed(cold_set, 30)
    documents = list(result.documents.values())
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with zipfile.ZipFile(Path(os.devnull), "w") as archive:
        for number in range(BATCH):
            document = documents[number % len(documents)]
            archive.writestr(zipfile.ZipInfo(f"{number}.docx"), written(document, number))
    spent, grown = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    show(
        "Jeu et lot, un cœur",
        ("mesure", "valeur", "but"),
        [
            ("jeu de six, textes déjà vus, ms", f"{warm:.2f}", str(WORD_AIM)),
            ("jeu de six, textes jamais vus, ms", f"{cold:.2f}", ""),
            (f"{BATCH} documents dans un zip, s", f"{spent:.2f}", str(BATCH_AIM)),
            ("mémoire prise pendant le lot, Mo", f"{grown / 1024:.1f}", "constante"),
        ],
    )


def _word_row(name: str, figures: Sequence[float], size: int) -> tuple[str, ...]:
    ours, theirs, floor = figures
    numbers = (f"{ours:.2f}", ms(theirs), f"{floor:.2f}", f"{theirs / ours:.0f}", f"{ours / floor:.2f}")
    return (name, *numbers, str(size) if size else "")


if __name__ == "__main__":
    if sys.argv[1:] == ["word"]:
        word(load_library())
    else:
        main()
