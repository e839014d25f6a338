"""Refusing every change gives the original back; accepting them gives the plain insertion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter.draft.blocks import Block, Document, Heading, ListBlock, Paragraph, Table, Text
from drafter.word.host import Existing, Options, Revision, insert
from drafter.word.host.tracked import accept_all, comments_left, reject_all
from tests.hosts.builder import COVER, SECTION, docx, p, pieces
from tests.hosts.habits import HOSTS
from tests.hosts.reading import W, body, canonical, comments
from tests.hosts.sample import AUTHOR, documents

REVISION = Revision(AUTHOR, date(2026, 11, 22))


def assert_reversible(host: bytes, pieces: dict[str, Document], options: Options = Options()) -> bytes:  # noqa: B008
    """With the comments: the body and the comments part are both as before once everything is refused."""
    plain = insert(host, pieces, replace(options, comments=REVISION.day))
    tracked = insert(host, pieces, replace(options, comments=REVISION.day, revision=REVISION))
    refused = reject_all(body(tracked.docx), AUTHOR)
    left, shown = comments_left(refused, comments(tracked.docx)), comments_left(body(host), comments(host))
    assert [canonical(item) for item in left] == [canonical(item) for item in shown]
    assert canonical(refused) == canonical(body(host))
    assert canonical(accept_all(body(tracked.docx), AUTHOR)) == canonical(body(plain.docx))
    assert plain.report.inseres == tracked.report.inseres
    return tracked.docx


@pytest.mark.parametrize("name", [name for name in HOSTS if name != "trois-cents-pages"])
def test_every_host(name: str) -> None:
    tracked = body(assert_reversible(HOSTS[name].make(), documents()))
    names = ("ins", "del", "bookmarkStart", "commentRangeStart", "customXmlInsRangeStart")
    ids = [mark.get(W + "id") for mark in tracked.iter(*(W + name for name in names))]
    assert len(ids) == len(set(ids))
    assert not [mark for mark in tracked.iter(W + "ins") if next(mark.iterancestors(W + "ins"), None) is not None]


_CLAUSE = (
    "Clause d’insertion sociale",
    ("Le titulaire réserve cent heures à l’insertion.", "Il en rend compte chaque trimestre à l’acheteur."),
)


def _with_clause() -> bytes:
    from tests.hosts.builder import ARTICLES

    articles = (*ARTICLES[:4], _CLAUSE, *ARTICLES[4:])
    return docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=articles))


@pytest.mark.parametrize("existing", list(Existing))
def test_a_clause_replaced_or_completed(existing: Existing) -> None:
    assert_reversible(_with_clause(), documents(), Options(existing=existing))


def test_none_gives_way_to_our_derogations() -> None:
    from tests.hosts.builder import ARTICLES

    articles = (*ARTICLES[:-1], ("Dérogations au CCAG", ("Néant",)))
    host = docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=articles))
    assert_reversible(host, documents())
    assert "Néant" not in "".join(body(insert(host, documents(), Options()).docx).itertext())


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)
_INLINES = st.lists(st.builds(Text, _WORDS, st.booleans(), st.booleans()), min_size=1, max_size=3).map(tuple)
_BLOCKS = st.one_of(
    st.builds(Paragraph, _INLINES, origin=st.just("social.x")),
    st.builds(ListBlock, st.lists(_INLINES, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(lambda level, text: Heading(level, f"T{text}"), st.sampled_from((2, 3)), _WORDS),
    st.builds(lambda a, b: Table("", ("A", "B"), ((a, b),)), _INLINES, _INLINES),
)


@st.composite
def _sections(draw: st.DrawFn) -> dict[str, Document]:
    blocks: tuple[Block, ...] = (
        Heading(1, "Clause d’insertion sociale", "social.x#a", origin="social.x"),
        Heading(2, "Objet"),
        *draw(st.lists(_BLOCKS, max_size=6)),
    )
    return {"ccap": Document("ccap", "Clauses", "", blocks)}


@st.composite
def _hosts(draw: st.DrawFn) -> bytes:
    number = draw(st.sampled_from(("{}. {}", "Article {} – {}", "ARTICLE {} : {}", "{} – {}", "{}) {}")))
    empty = draw(st.booleans())
    count = draw(st.integers(2, 14))
    names = [*(f"Stipulation {'abcdefghijklmn'[rank]}" for rank in range(count)), "Pénalités", "Dérogations au CCAG"]
    texts = draw(st.lists(_WORDS.map(lambda text: f"Le titulaire {text}"), min_size=1, max_size=3))

    def title(rank: int, name: str) -> str:
        return (p() if empty else "") + p(number.format(rank, name), bold=True)

    inside = pieces(title, articles=[(name, tuple(texts)) for name in names])
    tail = "<w:p><w:pPr>" + SECTION + "</w:pPr></w:p>" + p("Annexe", bold=True) if draw(st.booleans()) else ""
    return docx(COVER + inside + tail)


@settings(max_examples=60, deadline=None)
@given(_hosts(), _sections())
def test_any_section_in_any_host(host: bytes, sections: dict[str, Document]) -> None:
    assert_reversible(host, sections)
