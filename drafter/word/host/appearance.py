"""The looks an insertion wears: those of the host's neighbours, or ours, bare or in the house style.

Titles keep the numbers of the host in every mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drafter.word.host.exemplars import (
    BORDERED,
    CELL_SPACING,
    blank_before,
    body_look,
    bullet_look,
    table_look,
    title_look,
)
from drafter.word.host.looks import Look, Looks, Properties, TableLook, TitleLook
from drafter.word.host.options import Style
from drafter.word.host.outline import Outline
from drafter.word.host.runs import BOLD, with_properties


def read_looks(outline: Outline, style: Style) -> Looks:
    """Every look but those of the titles, which depend on the place: see `with_titles`."""
    if style is not Style.HOST:
        return _our_looks(outline, style)
    body = body_look(outline)
    bullet, bullet_mark = bullet_look(outline, body)
    return Looks({}, body, bullet, bullet_mark, table_look(outline, body))


def with_titles(looks: Looks, outline: Outline, style: Style, levels: Sequence[int], near: int) -> Looks:
    """The looks plus those of titles of `levels`, the nearest before `near` first."""
    if style is not Style.HOST:
        return replace(looks, titles=_our_titles(outline, style, levels, near))
    titles = {level: title_look(outline, level, near) for level in levels}
    return replace(looks, titles=titles, spaced=frozenset(level for level in levels if blank_before(outline, level)))


_HOUSE_FONT = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'


def _our_titles(outline: Outline, style: Style, levels: Sequence[int], near: int) -> dict[int, TitleLook]:
    """Titles keep the numbers of the host: a document has one numbering."""
    font = _HOUSE_FONT if style is Style.HOUSE else ""
    outlined = any(title.source == "style" for title in outline.titles)  # else ours would be alone in the outline
    titles: dict[int, TitleLook] = {}
    for rank, level in enumerate(sorted(levels)):
        host = title_look(outline, level, near)
        size = (28, 24, 22)[min(rank, 2)]
        color = '<w:color w:val="1F3864"/>' if style is Style.HOUSE else ""
        run = f'{font}<w:b/>{color}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        look = Look(
            (
                ("w:keepNext", "<w:keepNext/>"),
                ("w:spacing", f'<w:spacing w:before="{280 - 60 * min(rank, 2)}" w:after="100"/>'),
                *([("w:outlineLvl", f'<w:outlineLvl w:val="{min(level - 1, 8)}"/>')] if outlined else []),
                *_number_of(host),
            ),
            run,
            run,
            style.value,
        )
        titles[level] = TitleLook(look, host.typed, host.auto, host.capitals)
    return titles


def _our_looks(outline: Outline, style: Style) -> Looks:
    """Plain or house formatting."""
    house = style is Style.HOUSE
    font = _HOUSE_FONT if house else ""
    spacing = ("w:spacing", '<w:spacing w:before="0" w:after="120" w:line="264" w:lineRule="auto"/>')
    body_run = font + ('<w:sz w:val="21"/><w:szCs w:val="21"/>' if house else "")
    body = Look((spacing, ("w:jc", '<w:jc w:val="both"/>')), body_run, body_run, style.value)
    bullet, mark = bullet_look(outline, body)
    number = tuple(item for item in bullet.properties if item[0] in ("w:numPr", "w:ind"))
    bullet = body.having(*number) if number else body
    if not any(name == "w:numPr" for name, _ in bullet.properties):
        bullet, mark = body, mark or "– "
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="DCE6F2"/>' if house else ""
    cell = Look((CELL_SPACING,), body_run, body_run, style.value)
    header = replace(cell, run=with_properties(cell.run, BOLD), mark=with_properties(cell.mark, BOLD))
    return Looks({}, body, bullet, mark, TableLook(BORDERED, shade, header, cell))


def _number_of(host: TitleLook) -> Properties:
    if host.auto is None:
        return ()
    num, ilvl = host.auto
    return (("w:numPr", f'<w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{num}"/></w:numPr>'),)
