"""Our lines in the host's own list of derogations: rows of its table, items of its list, or sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from drafter.draft.blocks import Inlines, Ref, Text
from drafter.french import NBSP
from drafter.word.host.changes import Edit, deleted, removal
from drafter.word.host.exemplars import BULLET, cut
from drafter.word.host.outline import Outline, Para, Title
from drafter.word.host.sections import Derogation
from drafter.word.host.spots import block_of
from drafter.word.host.subjects import plain
from drafter.word.host.writer import HostWriter
from drafter.word.host.xml import BODY, TBL, TC, TR, Element, P, T, W, fragment

_NONE = re.compile(r"(?:neant|sans objet|aucune?\b.{0,60}|il n.est (?:pas|fait aucune) ?.{0,90}derog.{0,80})\.?$")
_LONGEST_ITEM = 300


@dataclass
class Written:
    """`lines` as printed, `reason` how they were written, `style` of the host they wear."""

    lines: list[str]
    reason: str
    style: str
    edits: list[Edit] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)


def write(outline: Outline, title: Title, items: Sequence[Derogation], writer: HostWriter) -> Written:
    """One line for each derogation, at the end of what the host lists."""
    paras = _own(outline, title)
    table = next((found for para in paras if (found := _table_of(para)) is not None), None)
    if table is not None:
        return _rows(outline, table, items, writer)
    filled = [para for para in paras if not para.empty and not para.nested]
    listed = _first_run(filled, outline)
    clean = [para for para in listed if len(para.text) <= _LONGEST_ITEM and "annexe" not in plain(para.text)[20:]]
    lines = [_sentence(item) for item in items]
    if listed and (clean or len(listed) > 1):
        return _items(outline, listed, clean, lines, writer)
    if not filled or not _NONE.match(plain(filled[0].text)):
        return _sentences(outline, title, filled, lines, writer)
    return _instead(outline, filled[0], lines, writer)


def _own(outline: Outline, title: Title) -> list[Para]:
    """The article, without the annexes that follow it under no title we know."""
    paras: list[Para] = []
    for para in outline.within(title):
        if para.section_end or plain(para.text).startswith("annexe"):
            break
        paras.append(para)
    return paras


def _first_run(filled: Sequence[Para], outline: Outline) -> list[Para]:
    """The first list of the article: its items follow each other."""
    run: list[Para] = []
    for para in filled:
        if _is_item(para, outline):
            run.append(para)
        elif run:
            break
    return run


def _sentence(item: Derogation) -> Inlines:
    ccag = item.ccag[:1].lower() + item.ccag[1:] if item.ccag.startswith("Article") else item.ccag
    joint = "à l’" if item.ccag.startswith("Article") else "au "
    subject = item.subject[:1].lower() + item.subject[1:]
    return (Text(f"L’article{NBSP}"), Ref(item.target), Text(f" déroge {joint}{ccag}{NBSP}: {subject.rstrip('.')}."))


def _shown(lines: Sequence[Inlines], writer: HostWriter) -> list[str]:
    return [
        "".join(
            part.text if isinstance(part, Text) else writer.targets[part.target].text if isinstance(part, Ref) else ""
            for part in line
        )
        for line in lines
    ]


def _is_item(para: Para, outline: Outline) -> bool:
    if BULLET.match(para.text):
        return True
    if para.num is None:
        return False
    return outline.numbering.level(para.num, para.ilvl) is not None


def _items(
    outline: Outline, listed: list[Para], clean: list[Para], lines: list[Inlines], writer: HostWriter
) -> Written:
    """After the last item that is nothing but an item: converted pieces glue the next page to the last one."""
    model = clean[-1] if clean else listed[0]
    look = cut(model, outline)
    mark = found[1] if (found := BULLET.match(model.text)) else ""
    _, end = outline.source.span(block_of(model.element))
    text = "".join(writer.line(look, line, mark) for line in lines)
    done = Written(_shown(lines, writer), "à la suite de votre liste", look.style, [Edit(end, end, text)])
    if model is not listed[-1]:
        done.checks.append(
            "La dernière ligne de votre liste des dérogations est collée à un autre texte : nos lignes sont avant elle."
        )
    return done


def _sentences(outline: Outline, title: Title, filled: list[Para], lines: list[Inlines], writer: HostWriter) -> Written:
    said = [para for para in filled if re.search(r"ccag|derog", plain(para.text))]
    after = (said or filled[:1] or [title.para])[-1]
    _, end = outline.source.span(block_of(after.element))
    text = "".join(writer.line(writer.looks.body, line) for line in lines)
    return Written(_shown(lines, writer), "à la fin de l’article", writer.looks.body.style, [Edit(end, end, text)])


def _instead(outline: Outline, none: Para, lines: list[Inlines], writer: HostWriter) -> Written:
    """In place of "Néant", which is true no longer."""
    start, end = outline.source.span(block_of(none.element))
    text = "".join(writer.line(writer.looks.body, line) for line in lines)
    gone = (
        deleted(none.element, writer.marker) if writer.marker.revision else removal(outline.source.content, start, end)
    )
    words = none.text.strip()
    return Written(
        _shown(lines, writer),
        f"à la place de « {words} »",
        writer.looks.body.style,
        [Edit(start, start, text), Edit(start, end, gone, 1)],
        [f"« {words} » a laissé la place à nos dérogations : vérifiez qu’il n’y en a pas d’autres."],
    )


# --- tables -------------------------------------------------------------------------------------------------


def _table_of(para: Para) -> Element | None:
    if para.nested != "tc":
        return None
    table = next(para.element.iterancestors(TBL))
    rows = list(table.iterchildren(TR))
    several = len(rows) >= 2 and all(len(list(row.iterchildren(TC))) >= 2 for row in rows)
    return table if several and table.getparent().tag == BODY else None


def _rows(outline: Outline, table: Element, items: Sequence[Derogation], writer: HostWriter) -> Written:
    rows = list(table.iterchildren(TR))
    heads = [plain("".join(cell.itertext(T))) for cell in rows[0].iterchildren(TC)]
    columns = _columns(heads)
    by_element = {para.element: para for para in outline.paras if para.nested == "tc"}
    model = rows[-1]
    texts = []
    for item in items:
        cells = []
        for kind, cell in zip(columns, model.iterchildren(TC), strict=False):
            para = by_element.get(next(cell.iter(P)))
            look = cut(para, outline) if para is not None else writer.looks.table.cell
            properties = cell.find(W + "tcPr")
            shape = fragment(properties) if properties is not None else ""
            cells.append(f"<w:tc>{shape}{writer.line(look, _content(kind, item, columns))}</w:tc>")
        shape = _row_shape(model, writer)
        texts.append(f"<w:tr>{shape}{''.join(cells)}</w:tr>")
    _, end = outline.source.span(model)
    lines = _shown([_sentence(item) for item in items], writer)
    style = outline.styles.name(None) or "Normal"
    done = Written(lines, "en lignes de votre tableau", style, [Edit(end, end, "".join(texts))])
    if "?" in columns:
        done.checks.append("Tableau des dérogations : une colonne n’a pas été comprise, complétez-la.")
    return done


def _row_shape(model: Element, writer: HostWriter) -> str:
    mark = writer.marker.mark()
    return f"<w:trPr><w:cantSplit/>{mark}</w:trPr>" if model is not None else ""


def _columns(heads: Sequence[str]) -> list[str]:
    """What each column holds, from its head: ccag, ours, subject; "?" for none of them."""
    found = []
    for head in heads:
        if re.search(r"c\.?c\.?a\.?g|cahier des clauses administratives generales", head) and "ccag" not in found:
            found.append("ccag")
        elif re.search(r"objet|nature|intitule|libelle|contenu|theme", head) and "subject" not in found:
            found.append("subject")
        elif (
            re.search(r"c\.?c\.?a\.?p|present|piece|cahier|marche|contrat|article|deroge", head) and "ours" not in found
        ):
            found.append("ours")
        else:
            found.append("?")
    if len(found) == 2 and "?" in found:
        other = found[1 - found.index("?")]
        found[found.index("?")] = "ours" if other == "ccag" else "ccag"
    return found


def _content(kind: str, item: Derogation, columns: Sequence[str]) -> Inlines:
    subject = "" if "subject" in columns else f" ({item.subject[:1].lower()}{item.subject[1:].rstrip('.')})"
    match kind:
        case "ccag":
            return (Text(item.ccag),)
        case "ours":
            return (Text(f"Article{NBSP}"), Ref(item.target), Text(subject))
        case "subject":
            return (Text(item.subject),)
    return ()
