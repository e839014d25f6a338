"""The hosts of the tests, each with the numbers a reader must find on our articles and on the one that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hosts import builder as b
from tests.hosts.builder import ARTICLES, COVER, LANDSCAPE, NORMAL, SECTION, ccap, docx, p, pieces, run


@dataclass(frozen=True)
class Host:
    """`insertion`, `penalties`, `last`: numbers of our article, of our penalties and of the derogations after us."""

    make: Callable[[], bytes]
    insertion: str = "7"
    penalties: str = "5.1"
    last: str = "9"


_FRENCH = NORMAL + b.heading_style("Titre1", "heading 1", 0, 1) + b.heading_style("Titre2", "heading 2", 1, 1)
_ENGLISH = NORMAL + b.heading_style("Heading1", "heading 1", 0, 1) + b.heading_style("Heading2", "heading 2", 1, 1)


def _levels(first: str, second: str = "%1.%2", one: str = "", two: str = "") -> str:
    return b.level(0, first, linked=one) + b.level(1, second, linked=two) + b.level(2, "%1.%2.%3")


def word_french() -> bytes:
    lists = b.numbering(_levels("Article %1.", one="Titre1", two="Titre2"), b.BULLETS)
    return ccap(lambda _, name: p(name, "Titre1"), styles=_FRENCH, lists=lists)


def word_english() -> bytes:
    lists = b.numbering(_levels("%1.", one="Heading1", two="Heading2"), b.BULLETS)
    body = COVER + pieces(lambda _, name: p(name, "Heading1")).replace(
        p(ARTICLES[0][1][0]), p(ARTICLES[0][1][0]) + p("une première prestation ;", num=(2, 0))
    )
    return docx(body, _ENGLISH, lists)


def custom_styles() -> bytes:
    styles = NORMAL + b.style("TitreArticle", "Titre article", "<w:rPr><w:b/><w:color w:val='1F3864'/></w:rPr>")
    lists = b.numbering(_levels("Article %1 -"))
    return ccap(lambda _, name: p(name, "TitreArticle", num=(1, 0)), styles=styles, lists=lists)


def typed_capitals() -> bytes:
    return ccap(lambda rank, name: p(f"ARTICLE {rank} – {name.upper()}", bold=True))


def typed_decimal() -> bytes:
    def title(rank: int, name: str) -> str:
        sub = p(f"{rank}.1 Retards", bold=True) if name == "Pénalités" else ""
        return p(f"{rank}. {name}", bold=True) + sub

    return ccap(title)


def typed_in_headings() -> bytes:
    styles = NORMAL + b.heading_style("Titre1", "heading 1", 0)
    return ccap(lambda rank, name: p(f"Article {rank} : {name}", "Titre1"), styles=styles)


def split_runs() -> bytes:
    def title(rank: int, name: str) -> str:
        bold = "<w:b/>"
        return f"<w:p>{run('ART', bold)}{run('ICLE ', bold)}{run(str(rank), bold)}{run(' – ' + name, bold)}</w:p>"

    return ccap(title)


def bold_only() -> bytes:
    return ccap(lambda _, name: p(name.upper(), bold=True))


def letters() -> bytes:
    return ccap(lambda rank, name: p(f"{'ABCDEFGHIJ'[rank - 1]}. {name}", bold=True))


def roman() -> bytes:
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII")
    return ccap(lambda rank, name: p(f"{numerals[rank - 1]} – {name}", bold=True))


def libreoffice() -> bytes:
    """Properties twice, empty ones, its own ids."""
    styles = NORMAL + b.heading_style("Heading1", "heading 1", 0)
    lists = b.numbering(_levels("%1."))

    def title(_: int, name: str) -> str:
        return (
            '<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
            f"<w:rPr><w:b/><w:b/></w:rPr></w:pPr><w:r><w:rPr><w:b/><w:b/></w:rPr><w:t>{name}</w:t></w:r></w:p>"
        )

    body = COVER + pieces(
        title, lambda text: f"<w:p><w:pPr><w:rPr></w:rPr></w:pPr><w:r><w:rPr></w:rPr><w:t>{text}</w:t></w:r></w:p>"
    )
    return docx(body, styles, lists)


def revised() -> bytes:
    """Changes of someone else, in a text and in the very title that moves."""
    mark = 'w:author="Juriste" w:date="2024-01-02T03:04:05Z"'

    def title(rank: int, name: str) -> str:
        if name.startswith("Durée"):
            return p(f"{rank}. {name}", bold=True) + (
                f'<w:p><w:del w:id="7" {mark}><w:r><w:delText>Neuf mois.</w:delText></w:r></w:del>'
                f'<w:ins w:id="8" {mark}><w:r><w:t>Douze mois.</w:t></w:r></w:ins></w:p>'
            )
        return p(f"{rank}. {name}", bold=True)

    return ccap(title)


def controls() -> bytes:
    """Each title in a content control."""
    return ccap(
        lambda rank, name: (
            f'<w:sdt><w:sdtPr><w:id w:val="{100 + rank}"/></w:sdtPr><w:sdtContent>'
            f"{p(f'{rank}. {name}', bold=True)}</w:sdtContent></w:sdt>"
        )
    )


def landscape() -> bytes:
    """The list of derogations closes a portrait section; an annex follows, on its side."""
    body = COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True))
    annex = f"<w:p><w:pPr>{SECTION}</w:pPr></w:p>" + p("Annexe 1 – Bordereau", bold=True) + p("Tableau des prix.")
    return docx(body + annex, section=LANDSCAPE)


def footnotes() -> bytes:
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    notes = (
        f'<w:footnotes xmlns:w="{b.MAIN}"><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="1">{p("Voir le guide de l’acheteur.")}</w:footnote></w:footnotes>'
    )

    def title(rank: int, name: str) -> str:
        return f"<w:p>{run(f'{rank}. {name}', '<w:b/>')}{reference if rank == 2 else ''}</w:p>"

    return ccap(title, footnotes=notes)


def contents() -> bytes:
    """A table of contents in a field, whose lines look like titles."""
    styles = _FRENCH + b.style("TM1", "toc 1")
    lists = b.numbering(_levels("Article %1.", one="Titre1", two="Titre2"))
    lines = "".join(p(f"Article {rank}. {name} {rank}", "TM1") for rank, (name, _) in enumerate(ARTICLES, 1))
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-2" </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r></w:p>{lines}'
        '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    return docx(COVER + field + pieces(lambda _, name: p(name, "Titre1")), styles, lists)


def typed_contents() -> bytes:
    lines = "".join(p(f"{rank}. {name} {rank + 2}", bold=True) for rank, (name, _) in enumerate(ARTICLES, 1))
    return docx(COVER + lines + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True)))


def long_piece() -> bytes:
    """Three hundred pages: the same seven articles, and a great deal in each."""
    filler = tuple(
        f"Stipulation {index} : " + "le titulaire exécute la prestation conformément au CCTP. " * 4
        for index in range(860)
    )
    articles = [(name, (*texts, *(filler if name != "Dérogations au CCAG" else ()))) for name, texts in ARTICLES]
    return docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=articles))


def in_a_table() -> bytes:
    """The whole text in one cell of a layout table."""
    body = pieces(lambda rank, name: p(f"{rank}. {name}", bold=True))
    grid = '<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid>'
    cell = f'<w:tr><w:tc><w:tcPr><w:tcW w:w="9000" w:type="dxa"/></w:tcPr>{body}</w:tc></w:tr></w:tbl>'
    return docx(COVER + grid + cell + p())


def converted_pdf() -> bytes:
    """No style, no bold: lines of text."""
    return ccap(lambda rank, name: p(f"{rank}. {name}"))


def false_list() -> bytes:
    """A bold list of 1., 2., 3. inside an article looks like articles, and is not."""

    def title(rank: int, name: str) -> str:
        inner = "".join(p(f"{count}. Palier {count}", bold=True) for count in (1, 2, 3)) if rank == 4 else ""
        return p(f"{rank}. {name}", bold=True) + inner

    return ccap(title)


def spaced() -> bytes:
    """An empty paragraph before each title."""
    return ccap(lambda rank, name: p() + p(f"{rank}. {name}", bold=True))


def new_pages() -> bytes:
    """Each article on a new page."""
    page = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    return ccap(lambda rank, name: page + p(f"{rank}. {name}", bold=True))


def chapters() -> bytes:
    """Articles numbered by chapter."""
    body = (
        p("CHAPITRE 1 : PRÉSENTATION", bold=True)
        + p("1.1. Contexte", bold=True)
        + p("La commune entretient ses locaux.")
    )
    body += p("CHAPITRE 2 : CLAUSES ADMINISTRATIVES", bold=True)
    return docx(COVER + body + pieces(lambda rank, name: p(f"2.{rank}. {name}", bold=True)))


def commented() -> bytes:
    """Comments of a jurist, one of them hung nowhere; Word's styles for them, under French ids."""
    signed = 'w:author="Juriste" w:date="2024-01-02T03:04:05Z" w:initials="J"'
    notes = (
        f'<w:comments xmlns:w="{b.MAIN}"><w:comment w:id="0" {signed}>{p("Vérifier le montant.", "Commentaire")}'
        f'</w:comment><w:comment w:id="4000" {signed}>{p("Sans place.", "Commentaire")}</w:comment></w:comments>'
    )
    mark = (
        '<w:style w:type="character" w:styleId="Marquedecommentaire"><w:name w:val="annotation reference"/></w:style>'
    )
    styles = NORMAL + b.style("Commentaire", "annotation text") + mark

    def text(words: str) -> str:
        if not words.startswith("Tout retard"):
            return p(words)
        hung = '<w:r><w:rPr><w:rStyle w:val="Marquedecommentaire"/></w:rPr><w:commentReference w:id="0"/></w:r>'
        return f'<w:p><w:commentRangeStart w:id="0"/>{run(words)}<w:commentRangeEnd w:id="0"/>{hung}</w:p>'

    return docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), text), styles, comments=notes)


def _counted(number: int, title: str, *, simple: bool = False) -> str:
    style = '<w:pPr><w:pStyle w:val="Lgende"/></w:pPr>'
    code = r"SEQ Tableau \* ARABIC"
    if simple:
        counter = f'<w:fldSimple w:instr=" {code} ">{run(str(number))}</w:fldSimple>'
    else:
        counter = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(str(number))}'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
    return f"<w:p>{style}{run('Tableau ')}{counter}{run(f' : {title}')}</w:p>"


def _grid() -> str:
    cells = [
        "".join(f'<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{p(text)}</w:tc>' for text in row)
        for row in (("Poste", "Prix"), ("Sols", "10 €"))
    ]
    columns = '<w:gridCol w:w="4000"/>' * 2
    rows = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return f'<w:tbl><w:tblPr><w:tblW w:w="8000" w:type="dxa"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'


def captions(*, below: bool = False) -> bytes:
    """Tables that Word counts: one before our articles, two after them."""

    def shown(number: int, title: str, *, simple: bool = False) -> str:
        caption = _counted(number, title, simple=simple)
        return _grid() + caption if below else caption + _grid() + p()

    styles = _FRENCH + b.style("Lgende", "caption", "<w:rPr><w:i/><w:sz w:val='18'/></w:rPr>")
    lists = b.numbering(_levels("Article %1.", one="Titre1", two="Titre2"), b.BULLETS)
    prices = ARTICLES[3][1][0]
    body = pieces(lambda _, name: p(name, "Titre1")).replace(p(prices), p(prices) + shown(1, "prix"))
    annex = p("Annexe 1 – Bordereau", bold=True) + shown(2, "sols") + shown(3, "vitres", simple=True)
    return docx(COVER + body + annex, styles, lists)


def captions_below() -> bytes:
    return captions(below=True)


HOSTS: dict[str, Host] = {
    "word-francais": Host(word_french, "Article 7", "5.1", "Article 9"),
    "word-anglais": Host(word_english),
    "styles-maison": Host(custom_styles, "Article 7", "5.1", "Article 9"),
    "tape-capitales": Host(typed_capitals, "ARTICLE 7", "5.1", "ARTICLE 9"),
    "tape-decimal": Host(typed_decimal, penalties="5.2"),
    "tape-dans-styles": Host(typed_in_headings, "Article 7", "5.1", "Article 9"),
    "numero-coupe": Host(split_runs, "ARTICLE 7", "5.1", "ARTICLE 9"),
    "gras-seul": Host(bold_only, "", "", ""),
    "lettres": Host(letters, "G", "E.1", "I"),
    "romains": Host(roman, "VII", "V.1", "IX"),
    "libreoffice": Host(libreoffice),
    "deja-revise": Host(revised),
    "controles": Host(controls),
    "paysage": Host(landscape),
    "notes": Host(footnotes),
    "table-des-matieres": Host(contents, "Article 7", "5.1", "Article 9"),
    "sommaire-tape": Host(typed_contents),
    "trois-cents-pages": Host(long_piece),
    "dans-un-tableau": Host(in_a_table),
    "pdf-converti": Host(converted_pdf),
    "fausse-liste": Host(false_list),
    "lignes-vides": Host(spaced),
    "pages-neuves": Host(new_pages),
    "commentaires": Host(commented),
    "legendes": Host(captions, "Article 7", "5.1", "Article 9"),
    "legendes-dessous": Host(captions_below, "Article 7", "5.1", "Article 9"),
    "chapitres": Host(chapters, "2.7", "2.5.1", "2.9"),
}
