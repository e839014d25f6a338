"""Pieces as buyers make them, built from scratch: one function a habit, each as small as the habit allows."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
    "</w:sectPr>"
)
LANDSCAPE = SECTION.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')

ARTICLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Objet du marché", ("Le présent marché porte sur l’entretien des locaux de la commune et de ses annexes.",)),
    ("Pièces contractuelles", ("Les pièces prévalent dans l’ordre où l’article 4.1 du CCAG-FCS les énumère.",)),
    ("Durée du marché", ("Le marché est conclu pour douze mois, renouvelables trois fois par tacite reconduction.",)),
    ("Prix et règlement", ("Les prix sont fermes la première année, puis révisés comme le dit l’article 5.",)),
    ("Pénalités", ("Tout retard donne lieu à une pénalité de cent euros par jour, sans mise en demeure préalable.",)),
    ("Résiliation", ("Le marché est résilié dans les conditions du CCAG-FCS, et selon l’article 7 du présent CCAP.",)),
    ("Dérogations au CCAG", ("L’article 5 déroge à l’article 14.1.1 du CCAG-FCS.",)),
)


def run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(
    text: str = "", style: str = "", *, bold: bool = False, extra: str = "", num: tuple[int, int] | None = None
) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + numbering + extra
    head = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{head}{run(text, '<w:b/>' if bold else '') if text else ''}</w:p>"


def style(key: str, name: str, inside: str = "", based: str = "Normal", *, default: bool = False) -> str:
    parent = "" if default else f'<w:basedOn w:val="{based}"/>'
    first = ' w:default="1"' if default else ""
    return f'<w:style w:type="paragraph"{first} w:styleId="{key}"><w:name w:val="{name}"/>{parent}{inside}</w:style>'


def level(ilvl: int, text: str, form: str = "decimal", linked: str = "") -> str:
    link = f'<w:pStyle w:val="{linked}"/>' if linked else ""
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{link}<w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{567 * (ilvl + 1)}" w:hanging="567"/></w:pPr></w:lvl>'
    )


def numbering(*abstracts: str, nums: Iterable[tuple[int, int]] = ((1, 0), (2, 1))) -> str:
    definitions = "".join(
        f'<w:abstractNum w:abstractNumId="{key}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for key, levels in enumerate(abstracts)
    )
    listed = "".join(
        f'<w:num w:numId="{num}"><w:abstractNumId w:val="{key}"/></w:num>' for num, key in nums if key < len(abstracts)
    )
    return f'<w:numbering xmlns:w="{MAIN}">{definitions}{listed}</w:numbering>'


def heading_style(key: str, name: str, rank: int, num: int | None = None) -> str:
    numbered = f'<w:numPr><w:ilvl w:val="{rank}"/><w:numId w:val="{num}"/></w:numPr>' if num else ""
    return style(
        key,
        name,
        f'<w:pPr><w:keepNext/>{numbered}<w:outlineLvl w:val="{rank}"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr>',
    )


NORMAL = style("Normal", "Normal", default=True)
BULLETS = level(0, "\u2022", "bullet")


def docx(body: str, styles: str = NORMAL, lists: str = "", section: str = SECTION, **parts: str) -> bytes:
    """A package of these parts. `parts` are added under word/ (`footnotes` becomes word/footnotes.xml)."""
    names = ["styles", *(["numbering"] if lists else []), *parts]
    overrides = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{name}+xml"/>' for name in names)
    relations = "".join(
        f'<Relationship Id="rId{rank}" Type="{_R}/{name}" Target="{name}.xml"/>' for rank, name in enumerate(names, 1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_P}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_P}/relationships"><Relationship Id="rId1" '
        f'Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_P}/relationships">{relations}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{MAIN}" xmlns:r="{_R}">'
        f"<w:body>{body}{section}</w:body></w:document>",
        "word/styles.xml": f'<w:styles xmlns:w="{MAIN}">{styles}</w:styles>',
        **({"word/numbering.xml": lists} if lists else {}),
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 5, 10, 20, 30)), _DECLARATION + content)
    return buffer.getvalue()


_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
COVER = p("Cahier des clauses administratives particulières (CCAP)", bold=True) + p("Marché d’entretien des locaux")

Title = Callable[[int, str], str]
"""From a rank (from 1) and a title to its paragraph."""


def pieces(
    title: Title, body: Callable[[str], str] = p, articles: Iterable[tuple[str, tuple[str, ...]]] = ARTICLES
) -> str:
    return "".join(
        title(rank, name) + "".join(body(text) for text in texts) for rank, (name, texts) in enumerate(articles, 1)
    )


def ccap(title: Title, **more: str) -> bytes:
    return docx(COVER + pieces(title), **more)
