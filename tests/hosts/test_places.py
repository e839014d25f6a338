"""Every host we know of: our articles stand where a jurist would put them, under the numbers a reader expects."""

from __future__ import annotations

import re

import pytest

from drafter.errors import RefusedError
from drafter.word.host import Existing, Options, Style, insert
from drafter.word.host.places import PlacesNeeded
from drafter.word.host.safety import check_package
from tests.hosts.builder import COVER, docx, p, pieces
from tests.hosts.habits import HOSTS
from tests.hosts.reading import outline, text, titles
from tests.hosts.sample import documents


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {name: host.make() for name, host in HOSTS.items()}


def bare(title: str) -> str:
    """A title in lower case, without what follows its number."""
    return re.sub(r"\W+", " ", title).strip().lower()


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("name", HOSTS)
def test_our_articles_stand_before_the_derogations(made: dict[str, bytes], name: str, style: Style) -> None:
    host = HOSTS[name]
    check_package(made[name])
    done = insert(made[name], documents(), Options(style))
    found = [bare(title) for title in titles(done.docx)]
    expected = [
        f"{host.insertion} Clause d’insertion sociale",
        f"{_next(host.insertion)} Clause environnementale",
        f"{host.last} Dérogations au CCAG",
    ]
    places = [found.index(bare(title)) for title in expected]
    assert places == sorted(places)
    penalties = bare(f"{host.penalties} Pénalités : clause d’insertion sociale")
    assert found.index(bare("Résiliation")) if host.last == "" else penalties in found
    assert found.index(penalties) < places[0]


def _next(number: str) -> str:
    """The number after: of Article 7, VII, G, 2.7."""
    if number in ("", "VII", "G"):
        return {"": "", "VII": "VIII", "G": "H"}[number]
    head, _, last = number.rpartition(" ") if " " in number else number.rpartition(".")
    separator = " " if " " in number else "." if "." in number else ""
    return f"{head}{separator}{int(last) + 1}"


@pytest.mark.parametrize("name", HOSTS)
def test_references_follow_the_numbers(made: dict[str, bytes], name: str) -> None:
    """Our references print the number of the title they point to, wherever it went."""
    done = insert(made[name], documents(), Options())
    found = titles(done.docx)
    lines = text(done.docx)
    follow_up = next(title for title in found if bare(title).endswith("suivi") and "objet" not in title)
    number = re.sub(r"(?i)^article |\s*suivi$", "", follow_up).strip(" .–")
    wanted = f"selon l’article {number}." if number else "selon l’article «\u00a0Suivi\u00a0»."
    assert wanted in lines


def test_typed_references_are_listed_and_left(made: dict[str, bytes]) -> None:
    done = insert(made["tape-decimal"], documents(), Options())
    assert [(item.renvoi, item.devient) for item in done.report.renvois] == [("article 7", "9")]
    assert "selon l’article 7 du présent CCAP" in text(done.docx)


def test_numbers_moved_are_told(made: dict[str, bytes]) -> None:
    done = insert(made["tape-capitales"], documents(), Options())
    assert [(item.avant, item.apres, item.par) for item in done.report.numeros] == [("7", "9", "drafter")]
    done = insert(made["word-francais"], documents(), Options())
    assert [(item.avant, item.apres, item.par) for item in done.report.numeros] == [("7", "9", "Word")]


def test_a_line_joins_the_list_of_derogations(made: dict[str, bytes]) -> None:
    lines = text(insert(made["tape-decimal"], documents(), Options()).docx).splitlines()
    assert lines[-1] == "L’article\u00a05.2 déroge à l’article 14 du CCAG-FCS\u00a0: plafond propre."


def test_the_portrait_section_keeps_our_articles(made: dict[str, bytes]) -> None:
    """Before the paragraph that carries the section break, so that they are not printed on their side."""
    paras = outline(insert(made["paysage"], documents(), Options()).docx).paras
    broken = next(para.place for para in paras if para.section_end)
    ours = next(para.place for para in paras if "Clause environnementale" in para.text)
    assert ours < broken


def test_the_looks_are_those_of_the_neighbours(made: dict[str, bytes]) -> None:
    found = outline(insert(made["word-francais"], documents(), Options()).docx)
    by_text = {title.text: title for title in found.titles}
    assert by_text["Clause d’insertion sociale"].para.style == by_text["Résiliation"].para.style == "Titre1"
    assert by_text["Objet"].para.style == "Titre2"


def test_host_bullets_are_used(made: dict[str, bytes]) -> None:
    found = outline(insert(made["word-anglais"], documents(), Options()).docx)
    item = next(para for para in found.paras if para.text == "l’embauche directe ;")
    assert (item.num, item.ilvl) == ("2", 0)


def test_an_ordered_list_restarts_at_one(made: dict[str, bytes]) -> None:
    found = outline(insert(made["word-anglais"], documents(), Options()).docx)
    items = [para for para in found.paras if para.text in ("il prévient ;", "il attend.")]
    assert [para.label for para in items] == ["1.", "2."]


# --- what the person must answer -----------------------------------------------------------------------------


def numbered(*names: str) -> bytes:
    """A CCAP of these articles, numbers typed."""
    articles = [(name, ("Le titulaire exécute la prestation dans les règles de l’art.",)) for name in names]
    return docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=articles))


OLD_CLAUSES = (
    "Objet",
    "Prix",
    "Clause sociale d’insertion",
    "Développement durable",
    "Pénalités",
    "Dérogations au CCAG",
)


def test_an_existing_clause_is_never_doubled_silently() -> None:
    with pytest.raises(PlacesNeeded, match="déjà un article sur ce sujet") as asked:
        insert(numbered(*OLD_CLAUSES), documents(), Options())
    assert len(asked.value.faults) == 2
    assert ("3", 1, "Clause sociale d’insertion") in asked.value.outline


def test_an_existing_clause_is_replaced() -> None:
    done = insert(numbered(*OLD_CLAUSES), documents(), Options(existing=Existing.REPLACE))
    found = titles(done.docx)
    assert [title for title in found if title.count(".") == 0] == [
        "1 Objet",
        "2 Prix",
        "3 Clause d’insertion sociale",
        "4 Clause environnementale",
        "5 Pénalités",
        "6 Dérogations au CCAG",
    ]
    assert done.report.remplaces == ("3. Clause sociale d’insertion", "4. Développement durable")
    assert done.report.numeros == ()


def test_an_existing_clause_is_completed() -> None:
    found = titles(insert(numbered(*OLD_CLAUSES), documents(), Options(existing=Existing.COMPLETE)).docx)
    assert [title for title in found if title.count(".") == 0] == [
        "1 Objet",
        "2 Prix",
        "3 Clause sociale d’insertion",
        "4 Clause d’insertion sociale",
        "5 Développement durable",
        "6 Clause environnementale",
        "7 Pénalités",
        "8 Dérogations au CCAG",
    ]
    assert "7.1 Pénalités\u00a0: clause d’insertion sociale" in found


def test_a_mention_in_another_article_is_asked_about() -> None:
    articles = (
        ("Objet", ("Le marché porte sur l’entretien.",)),
        ("Exécution", ("Le titulaire réalise une clause d’insertion de cent heures, selon le guide joint.",)),
        ("Pénalités", ("Sans objet.",)),
        ("Dérogations au CCAG", ("Néant",)),
    )
    host = docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=articles))
    with pytest.raises(PlacesNeeded, match="parle déjà de ce sujet"):
        insert(host, documents(), Options())
    done = insert(host, documents(), Options(existing=Existing.COMPLETE))
    assert any("parle déjà de ce sujet" in line for line in done.report.a_verifier)


def test_a_piece_without_a_place_asks() -> None:
    with pytest.raises(PlacesNeeded, match="aucun article de votre pièce ne dit où écrire"):
        insert(numbered("Objet", "Prix", "Durée", "Assurances"), documents(), Options())
    done = insert(
        numbered("Objet", "Prix", "Durée", "Assurances"),
        documents(),
        Options(places={"insertion": "2", "environnement": "fin"}),
    )
    assert [title for title in titles(done.docx) if title.count(".") == 0] == [
        "1 Objet",
        "2 Prix",
        "3 Clause d’insertion sociale",
        "4 Durée",
        "5 Assurances",
        "6 Clause environnementale",
        "7 Dérogations au CCAG",
    ]


def test_articles_restarted_for_each_lot_are_asked_about() -> None:
    def lot(number: int) -> str:
        return p(f"LOT N° {number}", bold=True) + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True))

    host = docx(COVER + lot(1) + lot(2))
    with pytest.raises(PlacesNeeded, match="2 articles de dérogations"):
        insert(host, documents(), Options())
    last = [title for title in outline(host).titles if title.text.startswith("Dérog")]
    assert [title.values for title in last] == [(7,), (7,)]
    done = insert(host, documents(), Options(places={"derogations": f"#{last[0].place + 1}"}))
    found = [title.split()[0] for title in titles(done.docx) if title.count(".") == 0]
    assert found == [*"123456789", *"1234567"]
    assert [item.titre for item in done.report.numeros] == ["Dérogations au CCAG"]


def test_an_unknown_article_or_part_is_refused() -> None:
    with pytest.raises(PlacesNeeded, match="n'a pas d'article « 42 »"):
        insert(numbered(*OLD_CLAUSES), documents(), Options(places={"insertion": "42"}))
    with pytest.raises(RefusedError, match="n'est pas une partie"):
        insert(numbered(*OLD_CLAUSES), documents(), Options(places={"prix": "2"}))


def test_a_document_that_does_not_say_what_it_is() -> None:
    host = docx(pieces(lambda rank, name: p(f"{rank}. {name}", bold=True), articles=(("Objet", ("Texte.",)),)))
    with pytest.raises(RefusedError, match="quelle pièce"):
        insert(host, documents(), Options())


# --- the other pieces ------------------------------------------------------------------------------------------


def other(head: str, *names: str) -> bytes:
    articles = [(name, ("Le texte de cet article.",)) for name in names]
    return docx(
        p(head, bold=True) + pieces(lambda rank, name: p(f"Article {rank} – {name}", bold=True), articles=articles)
    )


def test_a_consultation_regulation() -> None:
    host = other(
        "RÈGLEMENT DE LA CONSULTATION", "Objet", "Conditions de remise", "Critères de jugement", "Renseignements"
    )
    done = insert(host, documents(), Options())
    assert done.report.piece == "rc"
    assert titles(done.docx) == [
        "Article 1 Objet",
        "Article 2 Conditions de remise",
        "Article 3 Conditions d’exécution sociales",
        "Article 4 Critères de jugement",
        "4.1 Critère d’attribution environnemental",
        "Article 5 Renseignements",
    ]


def test_technical_clauses() -> None:
    host = other("Cahier des clauses techniques particulières", "Objet", "Prestations", "Annexes")
    assert titles(insert(host, documents(), Options()).docx) == [
        "Article 1 Objet",
        "Article 2 Prestations",
        "Article 3 Spécifications techniques",
        "3.1 Produits",
        "Article 4 Annexes",
    ]


def test_an_acte_d_engagement_gets_an_annex() -> None:
    host = other("ACTE D’ENGAGEMENT", "Contractant", "Prix", "Signature")
    lines = text(insert(host, documents(), Options()).docx).splitlines()
    assert lines[-3:] == ["Annexe à l’acte d’engagement : insertion sociale", "Engagement", "Le candidat s’engage."]


def test_derogations_in_a_table_get_a_row() -> None:
    def cell(words: str) -> str:
        return f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{p(words)}</w:tc>'

    def row(*words: str) -> str:
        return f"<w:tr>{''.join(cell(item) for item in words)}</w:tr>"

    table = (
        '<w:tbl><w:tblPr><w:tblW w:w="6000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="3000"/>'
        f'<w:gridCol w:w="3000"/></w:tblGrid>{row("Articles du CCAG", "Articles du CCAP")}'
        f"{row('4.1', '2')}</w:tbl>{p()}"
    )
    host = docx(COVER + pieces(lambda rank, name: p(f"{rank}. {name}", bold=True)) + table)
    lines = text(insert(host, documents(), Options()).docx).splitlines()
    assert lines[-2:] == ["Article 14 du CCAG-FCS", "Article\u00a05.1 (plafond propre)"]


def test_another_ccag_is_told() -> None:
    host = numbered("Objet", "Prix", "Pénalités", "Dérogations au CCAG-Travaux")
    checks = insert(host, documents(), Options()).report.a_verifier
    assert any("CCAG-TRAVAUX" in line and "CCAG-FCS" in line for line in checks)
