"""Which paragraphs of the host are titles, and of which level.

Four ways to make a title live side by side in real pieces: a style with an outline level, an automatic number,
a number typed in bold, bold alone. Each is tried in that order; a weaker one serves only where the stronger says
nothing.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable, Sequence

from drafter.word.host.outline import Para, Title
from drafter.word.host.styles import Styles
from drafter.word.host.typed import TypedNumber, read_number
from drafter.word.host.xml import BR, RPR, TAB, R, T, on, text_of

MAX_TITLE = 160
_ENOUGH = 3  # titles that a way must find to be the way of the document
_PAGE_END = re.compile(r"(?:[\s.…_·\t]*)(\d{1,3})\s*$")
_LEADERS = re.compile(r"(?:\.{4,}|…{2,}|_{4,}|\t)\s*\d{1,3}\s*$")
_SHORT = 110
_HEAD = re.compile(
    r"\s*(?:\d|§|[A-Z]{1,7}[\s\u00a0.):–—-]|[Aa][Rr][Tt]|[Cc][Hh][Aa]|[Tt][Ii][Tt]|[Ss][Ee][Cc]|[Pp][Aa][Rr])"
)


def find_titles(paras: Sequence[Para], styles: Styles) -> list[Title]:
    """The titles, in order. A table of contents, typed or not, holds none."""
    short = [para for para in paras if 0 < len(para.text) <= MAX_TITLE + 40 and not para.contents and not para.empty]
    levels = {style: styles.level(style) for style in {para.style for para in short}}
    styled: list[tuple[Para, int]] = []
    loose: list[tuple[Para, int]] = []
    for para in short:
        level = para.outline + 1 if para.outline is not None and para.outline < 9 else levels[para.style]
        if para.outline == 9:
            level = None
        (styled if level else loose).append((para, level or 0))
    letters = _prefer_letters([para.text for para, _ in (*styled, *loose)])
    titles = [_styled(para, level, letters) for para, level in styled if len(para.text) <= MAX_TITLE]
    numbered = _typed([para for para, _ in loose], styles, letters)
    if len(titles) < _ENOUGH:
        automatic = [
            Title(para, para.ilvl + 1, para.text.strip(), para.label, para.values, "auto")
            for para, _ in loose
            if para.values and not para.nested and len(para.text) <= _SHORT and is_bold(para, styles)
        ]
        if len(automatic) >= max(_ENOUGH, len(numbered)):
            titles = automatic
        elif len(numbered) >= _ENOUGH:
            titles = numbered
        else:
            titles += _bold_only([para for para, _ in loose], styles) or numbered
    elif not any(title.values for title in titles):
        # Styled and unnumbered, with numbers typed in paragraphs of no style: both are titles.
        titles += [title for title in numbered if len(numbered) > len(titles)]
    titles.sort(key=lambda title: title.place)
    return titles


def _prefer_letters(texts: Iterable[str]) -> bool:
    heads = {text.strip()[:2] for text in texts}
    return bool({"A.", "A ", "A)", "A-"} & heads) and bool({"B.", "B ", "B)", "B-"} & heads)


def _styled(para: Para, level: int, letters: bool) -> Title:
    if para.values:
        return Title(para, level, text_of(para.element).strip(), para.label, para.values, "style")
    text = text_of(para.element)
    typed = read_number(text, prefer_letters=letters)
    if typed is None:
        return Title(para, level, text.strip(), "", (), "style")
    return Title(para, level, typed.title.strip(), _label(typed), typed.values, "style", typed)


def _label(typed: TypedNumber) -> str:
    return (typed.lead + typed.number + typed.after).strip(" \t\u00a0–—-:")


def _typed(paras: Sequence[Para], styles: Styles, letters: bool) -> list[Title]:
    """Titles told by a number typed at their head, bold first; where no title is bold, short lines that count."""
    found: list[tuple[Para, TypedNumber, bool]] = []
    for para in paras:
        if para.num is not None and para.label:
            continue
        if len(para.text) > MAX_TITLE or not _HEAD.match(para.text):
            continue
        text = (
            para.text
            if para.element.find(".//" + TAB) is None and para.element.find(".//" + BR) is None
            else (text_of(para.element))
        )
        typed = read_number(text, prefer_letters=letters)
        if typed is None or len(text.strip()) > MAX_TITLE or _LEADERS.search(text):
            continue
        bold = is_bold(para, styles) or (typed.title.isupper() and len(typed.title) > 3)
        found.append((para, typed, bold))
    found = _without_contents(found)
    strong = [item for item in found if item[2]]
    sure = _chained([(para, typed) for para, typed, _ in strong])
    if len(sure) < _ENOUGH or sure[0][1].values[0] > 2:  # titles that begin at 7 have others before them
        strong = [
            item
            for item in found
            if len(item[0].text) <= _SHORT and item[0].text.rstrip()[-1:] not in ".;,:" and item[1].title[:1].isupper()
        ]
    chained = _chained([(para, typed) for para, typed, _ in strong])
    ranks = _ranks(chained)
    return [
        Title(para, ranks[typed.kind], typed.title.strip(), _label(typed), typed.values, "typed", typed)
        for para, typed in chained
    ]


def _without_contents(found: list[tuple[Para, TypedNumber, bool]]) -> list[tuple[Para, TypedNumber, bool]]:
    """Without the lines of a typed table of contents: the same title comes again, without a page."""
    heads = Tally(_key(typed.title) for _, typed, _ in found)
    return [
        (para, typed, strong)
        for para, typed, strong in found
        if not ((page := _PAGE_END.search(typed.title)) and heads[_key(typed.title[: page.start()])])
    ]


def _key(title: str) -> str:
    return re.sub(r"\W+", "", title).lower()


def _chained(found: list[tuple[Para, TypedNumber]]) -> list[tuple[Para, TypedNumber]]:
    """Those whose numbers follow each other. A list of 1., 2., 3. inside an article is not a run of articles.

    A run may begin again at one (a lot, a part): it is a run of its own only when the former never goes on.
    """
    kept: list[tuple[Para, TypedNumber]] = []
    by_kind: dict[str, list[int]] = {}
    for index, (_, typed) in enumerate(found):
        if len(typed.values) == 1:
            by_kind.setdefault(typed.kind, []).append(index)
    good: set[int] = set()
    for places in by_kind.values():
        counts = [found[index][1].values[0] for index in places]
        last = 0
        for rank, (index, count) in enumerate(zip(places, counts, strict=True)):
            if count == last + 1 or (not good & set(places) and count <= 2):
                good.add(index)
                last = count
            elif count == 1 and last + 1 not in counts[rank:]:
                good.add(index)
                last = 1
            elif last < count <= last + 2 and last + 1 not in counts[rank:]:
                good.add(index)  # one number is missing: a slip of the writer, or a title not told from the text
                last = count
    parent: tuple[int, ...] = ()
    singles = bool(good)
    for index, (para, typed) in enumerate(found):
        if len(typed.values) == 1:
            if index in good:
                kept.append((para, typed))
                parent = typed.values
        elif not singles or typed.values[0] == (parent[0] if parent else typed.values[0]):
            kept.append((para, typed))
    return kept


def _ranks(found: list[tuple[Para, TypedNumber]]) -> dict[str, int]:
    """The level of each kind: in the order they come, a deeper number always below a shorter one."""
    order: list[str] = []
    for _, typed in found:
        if typed.kind not in order:
            order.append(typed.kind)
    order.sort(key=lambda kind: 0 if kind == "chapitre" else 1 if not kind[-1].isdecimal() else int(kind[-1]) + 1)
    singles = [kind for kind in order if kind == "chapitre" or not kind[-1].isdecimal() or kind[-1] == "1"]
    deeper = sorted({int(kind[-1]) for kind in order if kind[-1].isdecimal() and kind[-1] != "1"})
    ranks = {kind: rank for rank, kind in enumerate(singles, 1)}
    base = len(singles)
    return ranks | {
        kind: base + deeper.index(int(kind[-1])) + 1 for kind in order if kind[-1].isdecimal() and kind[-1] != "1"
    }


def _bold_only(paras: Sequence[Para], styles: Styles) -> list[Title]:
    """Short lines all in bold, of no number: those in capitals stand above the others."""
    found = [
        para
        for para in paras
        if not para.nested
        and len(para.text) <= _SHORT
        and para.text.strip()[-1:] not in ".;,:"
        and para.text.strip()[:1].isupper()
        and is_bold(para, styles)
    ]
    capitals = [para for para in found if para.text.isupper()]
    split = len(capitals) >= _ENOUGH and len(capitals) < len(found)
    return [
        Title(para, 2 if split and not para.text.isupper() else 1, para.text.strip(), "", (), "bold") for para in found
    ]


def is_bold(para: Para, styles: Styles) -> bool:
    """Every run that shows something is bold, by itself or by its style."""
    shown = False
    inherited: bool | None = None
    for run in para.element.iter(R):
        if not any(text.text and text.text.strip() for text in run.iterchildren(T)):
            continue
        shown = True
        properties = run.find(RPR)
        own = on(properties, "b") if properties is not None else None
        if own is None:
            inherited = styles.is_bold(para.style) if inherited is None else inherited
            own = inherited
        if not own:
            return False
    return shown
