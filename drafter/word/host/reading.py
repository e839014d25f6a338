"""From the bytes of a package to its outline."""

from __future__ import annotations

from drafter.word.host.numbering import Numbering, read_numbering
from drafter.word.host.outline import Outline, read_paragraphs
from drafter.word.host.package import Package
from drafter.word.host.safety import DOCUMENT
from drafter.word.host.styles import Styles, read_styles
from drafter.word.host.titles import find_titles
from drafter.word.host.xml import Source, parse


def read_host(package: Package) -> Outline:
    """Raises UnsafeFile when a part is damaged."""
    styles, numbering = Styles(), Numbering()
    if "word/styles.xml" in package:
        styles = read_styles(parse(package.read("word/styles.xml"), "word/styles.xml"))
    if "word/numbering.xml" in package:
        numbering = read_numbering(parse(package.read("word/numbering.xml"), "word/numbering.xml"))
    source = Source(package.read(DOCUMENT), DOCUMENT)
    paras = read_paragraphs(source, styles, numbering)
    return Outline(source, styles, numbering, paras, find_titles(paras, styles))
