"""How long an insertion takes, in process: `python tests/bench/insertion.py`. Not a test: it depends on the machine.

Hosts of about 10 and 100 pages, comments included; the floor is what nobody can avoid: parsing the body and deflating
it again.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from lxml import etree
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from drafter.word.host import Options, Revision, insert  # noqa: E402
from drafter.word.host.package import Package  # noqa: E402
from drafter.word.host.safety import check_package  # noqa: E402
from tests.hosts.builder import ARTICLES, COVER, docx, p, pieces  # noqa: E402
from tests.hosts.habits import word_french  # noqa: E402
from tests.hosts.sample import documents  # noqa: E402

AIMS = {10: 5, 100: 50}
REVISION = Revision("Service des marchés (outil)", date(2026, 11, 22))
TRACKED = Options(revision=REVISION, comments=REVISION.day)


def host(pages: int) -> bytes:
    """About 24 paragraphs of two lines a page, titles typed."""
    each = pages * 24 // len(ARTICLES)
    filler = tuple(
        f"Stipulation {n} : " + "le titulaire exécute la prestation selon le CCTP. " * 3 for n in range(each)
    )
    articles = [(name, texts if name.startswith("Dérog") else (*texts, *filler)) for name, texts in ARTICLES]
    return docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=articles))


def timed(work: Callable[[], object], times: int = 30) -> float:
    """The median, in milliseconds of processor time: what else the machine does is not counted."""
    work()
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return median(spent)


def main() -> None:
    table = Table(title="Insertion, ms de processeur, médiane de 30", title_justify="left")
    for column in ("pièce", "plancher", "insérer", "en suivi", "contrôles", "but"):
        table.add_column(column, justify="left" if column == "pièce" else "right")
    hosts = {"1 page, styles de Word": (word_french(), None)} | {
        f"{pages} pages, tapée": (host(pages), aim) for pages, aim in AIMS.items()
    }
    for name, (data, aim) in hosts.items():
        content = Package(data).read("word/document.xml")

        def floor(content: bytes = content) -> None:
            etree.fromstring(content)
            zlib.compress(content, 6)

        figures = (
            timed(floor),
            timed(lambda data=data: insert(data, documents(), Options(comments=REVISION.day))),  # type: ignore[misc]
            timed(lambda data=data: insert(data, documents(), TRACKED)),  # type: ignore[misc]
            timed(lambda data=data: check_package(data)),  # type: ignore[misc]
        )
        table.add_row(name, *(f"{figure:.1f}" for figure in figures), "" if aim is None else f"{aim}")
    Console().print(table)


if __name__ == "__main__":
    main()
