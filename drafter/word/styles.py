"""What the writer must know of a template: the ids of its styles, its lists, its text width.

Style ids are localised and LibreOffice rewrites them, so a role is looked up by style name, never by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from drafter.errors import Fault, LibraryError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Built-in styles bear their English names in every file; ours bear the French name seen in Word.
_NAMES = {
    "heading1": "heading 1",
    "heading2": "heading 2",
    "heading3": "heading 3",
    "body": "Body Text",
    "intro": "Chapeau",
    "note": "Note au rédacteur",
    "note_item": "Note au rédacteur (liste)",
    "note_label": "Étiquette de note",
    "bullet": "List Bullet",
    "number": "List Number",
    "caption": "caption",
    "table": "Tableau maison",
    "cell": "Texte de tableau",
    "header_cell": "En-tête de tableau",
    "total_cell": "Total de tableau",
    "blank": "Champ à compléter",
    "link": "Hyperlink",
    "comment": "annotation text",
    "comment_mark": "annotation reference",
}


@dataclass(frozen=True, slots=True)
class HouseStyles:
    """Style ids by role, plus the two numbers a restarted list needs. Widths in twentieths of a point."""

    heading1: str
    heading2: str
    heading3: str
    body: str
    intro: str
    note: str
    note_item: str
    note_label: str
    bullet: str
    number: str
    caption: str
    table: str
    cell: str
    header_cell: str
    total_cell: str
    blank: str
    link: str
    comment: str
    comment_mark: str
    heading_abstract: str  # the w:abstractNum of the titles
    number_abstract: str  # the w:abstractNum that numbered lists share
    next_num: int  # the first w:num the template leaves free
    text_width: int
    text_height: int

    def heading(self, level: int) -> str:
        return (self.heading1, self.heading2, self.heading3)[level - 1]


def read_styles(parts: Mapping[str, bytes], where: str) -> HouseStyles:
    """The styles of a template. `where` names it in the errors; all missing styles are listed at once."""
    styles = etree.fromstring(parts["word/styles.xml"])
    ids = {
        name.get(W + "val").lower(): style.get(W + "styleId")
        for style in styles.iter(W + "style")
        if (name := style.find(W + "name")) is not None
    }
    missing = [name for name in _NAMES.values() if name.lower() not in ids]
    if missing:
        raise LibraryError(
            Fault(where, f"le style « {name} » manque dans le modèle Word ; créez-le sous ce nom exact.")
            for name in missing
        )
    found = {role: ids[name.lower()] for role, name in _NAMES.items()}

    numbering = etree.fromstring(parts["word/numbering.xml"])
    abstracts = {role: _abstract_of(numbering, found[role]) for role in ("heading1", "number")}
    unlinked = [_NAMES[role] for role, abstract in abstracts.items() if abstract is None]
    if unlinked:
        raise LibraryError(
            Fault(where, f"le style « {name} » n'est lié à aucune numérotation ; liez-le dans Word.")
            for name in unlinked
        )
    nums = [int(num.get(W + "numId")) for num in numbering.iter(W + "num")]

    section = next(etree.fromstring(parts["word/document.xml"]).iter(W + "sectPr"))
    size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
    width = int(size.get(W + "w")) - int(margins.get(W + "left")) - int(margins.get(W + "right"))
    height = int(size.get(W + "h")) - abs(int(margins.get(W + "top"))) - abs(int(margins.get(W + "bottom")))
    return HouseStyles(
        **found,
        heading_abstract=abstracts["heading1"] or "",
        number_abstract=abstracts["number"] or "",
        next_num=max(nums) + 1,
        text_width=width,
        text_height=height,
    )


def _abstract_of(numbering: etree._Element, style: str) -> str | None:
    """Id of the w:abstractNum that a paragraph style is linked to."""
    return next(
        (
            item.get(W + "abstractNumId")
            for item in numbering.iter(W + "abstractNum")
            if any(link.get(W + "val") == style for link in item.iter(W + "pStyle"))
        ),
        None,
    )
