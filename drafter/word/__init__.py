"""Documents in Word. The only package that knows WordprocessingML."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from markupsafe import Markup

from drafter.draft.blocks import Document
from drafter.paths import TEMPLATES
from drafter.word.chart import chart_parts
from drafter.word.comments import comments_part
from drafter.word.dossier import dossier_parts, read_dossier
from drafter.word.package import write_parts
from drafter.word.package.addition import Addition, add
from drafter.word.templates import load_template
from drafter.word.text import attribute, clean, escape, one_line
from drafter.word.writer import write_body

__all__ = ["HOUSE_TEMPLATE", "read_dossier", "render_docx"]

HOUSE_TEMPLATE = TEMPLATES / "docx" / "maison.docx"

_CUSTOM_PROPERTIES = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_FREE_PROPERTY = 4  # the template holds 2 and 3


def render_docx(
    document: Document,
    *,
    dossier: str | None = None,
    created: date,
    library_version: str,
    buyer: str = "",
    obj: str = "",
    template: Path = HOUSE_TEMPLATE,
    comments: bool = True,
) -> bytes:
    """The piece as a .docx. Same arguments, same bytes.

    `dossier` is a JSON text carried inside the file, read back by `read_dossier`. `created` dates the
    file's properties and comments at midnight UTC. `buyer` and `obj` go to the heading of the first page and
    to the running header. `comments`: the notes of the titles as Word comments. Raises ValueError when the
    document contradicts itself (see writer.write_body).
    """
    house = load_template(template)
    body = write_body(document, house.styles, comments=comments)
    title, subtitle = one_line(document.title), one_line(document.subtitle)
    buyer, obj = one_line(buyer), one_line(obj)
    parts = house.render(
        {
            "titre": title,
            "titre_document": f"{title} – {obj}" if obj else title,
            "sous_titre": subtitle,
            "acheteur": buyer,
            "objet": obj,
            "rappel_objet": obj if obj.lower() != subtitle.lower() else "",
            "separateur": " – " if buyer and obj else "",
            "piece": one_line(document.piece),
            "version_bibliotheque": one_line(library_version),
            "cree_le": f"{created:%Y-%m-%d}T00:00:00Z",
            "proprietes": _properties(document.properties),
            "listes": body.nums,
        },
        body.blocks,
    )
    styles = house.styles
    return write_parts(
        add(
            parts,
            (
                chart_parts(body.charts, styles.text_width, styles.text_height, house.theme),
                comments_part(body.comments, styles, created),
                Addition() if dossier is None else dossier_parts(dossier),
            ),
        )
    )


def _properties(properties: dict[str, str]) -> Markup:
    """The document's own properties, after those of the template, in alphabetical order."""
    return Markup(
        "".join(
            f'<property fmtid="{_CUSTOM_PROPERTIES}" pid="{pid}" name="{attribute(name)}">'
            f"<vt:lpwstr>{escape(clean(value))}</vt:lpwstr></property>"
            for pid, (name, value) in enumerate(sorted(properties.items()), _FIRST_FREE_PROPERTY)
        )
    )
