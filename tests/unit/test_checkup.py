"""The check-up on pieces of a few lines: one line a case, readable by a lawyer."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter.checkup.check import MOST, check
from drafter.checkup.citations import ccag_of
from drafter.checkup.criteria import Criteria, for_date, for_market
from drafter.checkup.findings import Finding, Report, report_from
from drafter.checkup.piece import Article, Passage, Piece
from drafter.errors import LibraryError
from drafter.library import Library, load_library
from drafter.library.pieces import Level, load_piece_words, read_piece_words
from drafter.pipeline import run

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def general(library: Library) -> Criteria:
    return for_date(library, ON)


def piece(*articles: tuple[str, ...], kind: str | None = "ccap") -> Piece:
    """Each article: its title, then its paragraphs."""
    passages: list[Passage] = []
    found: list[Article] = []
    for rank, (title, *texts) in enumerate(articles, 1):
        start = len(passages)
        passages += [Passage(start + place, text) for place, text in enumerate((title, *texts))]
        found.append(Article(start, len(passages), 1, str(rank), title))
    return Piece(kind, tuple(passages), tuple(found))


def one(text: str, criteria: Criteria, title: str = "Dispositions diverses") -> list[Finding]:
    """What a paragraph raises by itself, duties left aside."""
    report = check(piece((title, text), kind="ae"), criteria)
    return list(report.findings)


def ids(report: Report) -> set[str]:
    return {finding.id for finding in report.findings}


STALE = [
    ("Les publics sont orientés par Pôle emploi.", "OBS-POLE-EMPLOI"),
    ("Les publics sont orientés par Pôle emploi (devenu France Travail).", ""),
    ("Les publics sont orientés par France Travail.", ""),
    ("En application de l'article 28 du code des marchés publics.", "OBS-CODE-2006"),
    ("En application de l'article 14 du CMP.", "OBS-CMP-SIGLE"),
    ("Au sens de l’article 78 du décret n° 2016-360 du 25 mars 2016.", "OBS-DECRET-2016"),
    ("Le décret n°2016-33 du 20 janvier 2016 s'applique.", ""),
    ("- Ordonnance n°2015-899 du 23 juillet 2015 ;", "OBS-ORDONNANCE-2015"),
    ("CCAG-FCS approuvé par arrêté du 19 janvier 2009.", "OBS-CCAG-2009"),
    ("CCAG-Travaux approuvé par l'arrêté du 8 septembre 2009 modifié.", "OBS-CCAG-2009"),
    ("CCAG-FCS approuvé par arrêté du 30 mars 2021.", ""),
    ("Le CCAG-FCS, et l'arrêté du 12 mars 2009 relatif à la sécurité des ascenseurs.", ""),
    ("Arrêté du 12 mars 2009 relatif à la sécurité des ascenseurs.", ""),
    ("Travailleurs handicapés au sens de l'article L. 323-3 du code du travail.", "OBS-L323-3"),
    ("Travailleurs handicapés au sens de l'article L5212-13 du code du travail.", ""),
    ("Mi-temps prévu à l'article L. 323-3 du code de la sécurité sociale.", ""),
    ("Le fichier fait l'objet d'une déclaration auprès de la CNIL.", "OBS-CNIL"),
    ("Les fichiers sont déclarés à la CNIL.", "OBS-CNIL"),
    ("Toute violation de données fait l'objet d'une déclaration à la CNIL sous 72 heures.", ""),
    ("Une réclamation peut être adressée à la CNIL.", ""),
    ("Établissements et services d'aide par le travail.", "OBS-ESAT"),
    ("Établissements et services d'accompagnement par le travail.", ""),
    ("Jeunes sortis de la Garantie jeunes.", "OBS-GARANTIE-JEUNES"),
    ("Produits issus d'exploitations certifiées HVE de niveau 2.", "OBS-HVE-2"),
    ("Produits issus d'exploitations HVE de niveau 3.", ""),
    ("Le seuil de procédure formalisée est de 221 000 € HT.", "DATE-SEUIL"),
    ("Le seuil de procédure formalisée est de 221 000 euros HT.", "DATE-SEUIL"),
    ("Le seuil de procédure formalisée est de 216 000 € HT.", ""),
    ("Le montant du marché est de 221 000 € HT.", ""),
    ("Marché dispensé de publicité sous 40 000 € HT.", "DATE-DISPENSE"),
    ("Une pénalité de quatre SMIC horaires, soit 4 fois 11,65 €.", "DATE-SMIC"),
    ("Le SMIC horaire est de 12,31 €.", ""),
]


@pytest.mark.parametrize(("text", "expected"), STALE)
def test_references_of_other_years(text: str, expected: str, general: Criteria) -> None:
    assert {finding.id for finding in one(text, general)} == set(expected.split())


CITATIONS = [
    ("Les pénalités sont appliquées selon l'article 14 du CCAG-FCS.", ""),
    ("Les pénalités de retard suivent l'article 14.1.1 du CCAG FCS.", ""),
    ("Les pénalités de retard suivent l'article 19 du CCAG-FCS.", "a_corriger 14"),
    ("Les pénalités de retard suivent l'article 14 du CCAG-Travaux.", "a_corriger 19"),
    ("La clause d'insertion sociale suit l'article 16.1 du CCAG-Travaux.", "a_verifier 20.1"),
    ("La clause d'insertion sociale suit l'article 16.1.5 du CCAG-PI.", ""),
    ("La clause environnementale de l'article 20.2 du CCAG-FCS s'applique.", "a_verifier 16.2"),
    ("La résiliation pour faute suit l'article 32 du CCAG-FCS.", "a_verifier 41"),
    ("La résiliation pour faute suit l'article 41 du CCAG-FCS.", ""),
    ("La résiliation pour faute suit l'article 50 du CCAG-TIC.", ""),  # its number was not read: nothing is said
    ("Les pénalités sont notifiées comme le dit l'article 3.1 du CCAG-FCS.", ""),
    ("Selon l'article 5.1 du CCAG TIC, des pénalités définies à l’article 14.3 du CCAG TIC s'appliquent.", ""),
    ("Les pénalités sont celles de l'article 19 du présent CCAP.", ""),
]


@pytest.mark.parametrize(("text", "expected"), CITATIONS)
def test_numbers_of_the_ccag(text: str, expected: str, general: Criteria) -> None:
    found = [finding for finding in one(text, general) if finding.id == "CCAG-ARTICLE"]
    shown = [f"{finding.level} {finding.replacement.split()[1]}" for finding in found]
    assert shown == ([expected] if expected else [])


def test_another_ccag_than_that_of_the_piece(general: Criteria) -> None:
    many = ("Le délai suit l'article 13.1 du CCAG-TIC.",) * 9
    report = check(piece(("Prix", *many, "Les prix suivent l'article 10.2.2 du CCAG FCS.")), general)
    stray = [finding for finding in report.findings if finding.id == "CCAG-AUTRE"]
    assert [finding.place for finding in stray] == [10]
    both = piece(("Prix", *many, *("Les prix suivent l'article 10 du CCAG-FCS.",) * 6))
    assert ccag_of(both) == ""
    assert "CCAG-AUTRE" not in ids(check(both, general))


def test_derogations_are_listed_at_the_end(general: Criteria) -> None:
    text = "Par dérogation à l'article 14.1.2 du CCAG-FCS, le plafond est porté à 15 %."
    listed = piece(("Pénalités", text), ("Dérogations au CCAG", "L'article 1 déroge à l'article 14.1.2 du CCAG-FCS."))
    assert "CCAG-DEROGATION" not in ids(check(listed, general))
    above = piece(("Pénalités", text), ("Dérogations au CCAG", "L'article 1 déroge à l'article 14.1 du CCAG-FCS."))
    assert "CCAG-DEROGATION" not in ids(check(above, general))
    forgotten = piece(("Pénalités", text), ("Dérogations au CCAG", "Néant."))
    found = [item for item in check(forgotten, general).findings if item.id == "CCAG-DEROGATION"]
    assert [(item.level, item.place) for item in found] == [(Level.COMPLETE, 1)]
    assert "14.1.2" in found[0].replacement
    assert "CCAG-DEROGATION" in ids(check(piece(("Pénalités", text)), general))
    none = "Il n'est pas dérogé à l'article 14.1.2 du CCAG-FCS. Sans déroger à l'article 3.1 du CCAG-FCS."
    assert "CCAG-DEROGATION" not in ids(check(piece(("Pénalités", none)), general))


INSERTION = (
    "Clause d'insertion sociale",
    "Le titulaire réserve 450 heures d'insertion à des personnes éloignées de l'emploi.",
    "Chaque heure non réalisée donne lieu à une pénalité de 36,93 € par heure.",
)
GREEN = (
    "Clause environnementale",
    "Les emballages sont repris. Tout manquement donne lieu à une pénalité de 100 € par constat.",
)


def test_what_the_piece_holds(general: Criteria) -> None:
    held = {item.subject: item for item in check(piece(INSERTION, GREEN), general).held}
    assert held["insertion"].where == ("1 Clause d'insertion sociale",)
    assert [detail.replace("\u00a0", " ") for detail in held["insertion"].details] == [
        "heures lues : 450 heures",
        "pénalité lue : 36,93 € par heure",
    ]
    assert held["environnement"].where == ("2 Clause environnementale",)
    assert held["penalites"].where == held["derogations"].where == ()


def test_a_whole_piece_raises_nothing(general: Criteria) -> None:
    assert check(piece(INSERTION, GREEN), general).findings == ()


@pytest.mark.parametrize(
    "title",
    ["Environnement technique", "Environnement de travail", "Assurances", "Pénalités", "Insertion d'annonces"],
)
def test_titles_that_only_look_like_a_clause(title: str, general: Criteria) -> None:
    held = {item.subject: item.where for item in check(piece((title, "Le titulaire s'y conforme.")), general).held}
    assert held["insertion"] == held["environnement"] == ()


def test_duties_without_a_market(general: Criteria) -> None:
    report = check(piece(("Objet", "Nettoyage.")), general)
    assert {item.id: item.level for item in report.findings} == {"CR-03": Level.COMPLETE, "CR-04": Level.VERIFY}
    assert "aucun marché n'est décrit" in report.basis
    assert "CR-03" not in ids(check(piece(("Objet", "Nettoyage."), kind="ae"), general))
    assert ids(check(piece(("Objet", "Nettoyage."), kind=None), general)) == set()


def test_duties_before_the_law(library: Library) -> None:
    assert check(piece(("Objet", "Nettoyage.")), for_date(library, date(2026, 8, 20))).findings == ()


def test_criteria_of_a_consultation(general: Criteria) -> None:
    priced = piece(("Jugement des offres", "Le critère unique est le prix."), kind="rc")
    assert ids(check(priced, general)) == {"CR-05", "CR-06"}
    green = piece(("Critères", "Le critère des performances environnementales pèse 15 %, le prix 85 %."), kind="rc")
    assert ids(check(green, general)) == set()
    company = piece(("Critères", "Critère environnemental : bilan carbone de l'entreprise."), kind="rc")
    assert "W02" in ids(check(company, general))


def test_hours_against_the_calibrage(library: Library) -> None:
    market = library.examples["nettoyage-mediatheque"]
    result = run(market, library)
    criteria = for_market(result)
    advised = int(result.calibration.total.advised.value)
    assert advised > 0

    def found(hours: int) -> set[str]:
        clause = f"Le titulaire réserve {hours} heures d'insertion."
        return ids(check(piece((INSERTION[0], clause, INSERTION[2]), GREEN), criteria))

    assert "HEURES-CALIBRAGE" not in found(advised)
    assert "HEURES-CALIBRAGE" in found(advised * 20)
    assert "HEURES-CALIBRAGE" in found(1)
    halves = tuple(f"Le lot n° {lot} comporte {advised // 2} heures d'insertion." for lot in (1, 2))
    assert "HEURES-CALIBRAGE" not in ids(check(piece((INSERTION[0], *halves, INSERTION[2]), GREEN), criteria))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le titulaire favorise l'insertion.", {"HEURES-ABSENTES", "PENALITE-INSERTION"}),
        ("Il réserve quatre cent cinquante (450) heures. Une pénalité de 50 € par heure est due.", set()),
        ("Le volume est fixé à l'acte d'engagement. Une pénalité de 50 € par heure est due.", set()),
        ("Il réserve 5 % des heures. Une pénalité de 50 € par heure est due.", set()),
        ("Il réserve 35 heures par tranche de 100 000 €. Une pénalité de 50 € par heure est due.", set()),
        ("Il réserve 100 heures d'insertion. Une pénalité de 90 € par heure est due.", {"PENALITE-HEURE"}),
        ("Il réserve 100 heures d'insertion. Une pénalité de 5 € par heure est due.", {"PENALITE-HEURE"}),
        ("Il réserve 100 heures d'insertion et remet le bilan sous 48 heures. Pénalité : 20 € par heure.", set()),
    ],
)
def test_hours_and_penalties(text: str, expected: set[str], general: Criteria) -> None:
    report = check(piece(("Clause d'insertion sociale", text), GREEN), general)
    assert {name for name in ids(report) if not name.startswith(("CR-", "W", "REDAC"))} == expected


def test_penalties_of_an_article_of_their_own(general: Criteria) -> None:
    """As a ministry wrote them in 2025: the title says what the sentences do not repeat."""
    ours = ("Pénalités liées aux clauses d’insertion sociales", "50 € par heure non réalisée après mise en demeure.")
    clause = ("Insertion professionnelle", "Le titulaire réalise 35 H par tranche de 100 000 € de commandes.")
    report = check(piece(clause, GREEN, ours), general)
    assert ids(report) == set()
    held = next(item for item in report.held if item.subject == "insertion")
    assert held.where == ("1 Insertion professionnelle",)
    assert any("50\u00a0€ par heure" in detail for detail in held.details)


def test_several_ccag_in_one_reference(general: Criteria) -> None:
    """« Du CCAG-FCS, TIC et PI »: that of the piece is among them."""
    many = ("Le délai suit l'article 13.1 du CCAG-TIC.",) * 9
    listed = "La globalisation suit l’article 16.1.3 du CCAG-FCS, TIC et PI."
    assert "CCAG-AUTRE" not in ids(check(piece(("Délais", *many, listed)), general))


def test_hours_in_a_table(general: Criteria) -> None:
    clause = ("Clause d'insertion sociale", "Une pénalité de 50 € par heure est due.", "Lot 1", "450 heures")
    held = next(item for item in check(piece(clause, GREEN), general).held if item.subject == "insertion")
    assert any("450\u00a0heures" in detail for detail in held.details)
    bare = ("Clause d'insertion sociale", "Une pénalité de 50 € par heure est due.", "Lot 1", "Nombre d'heures", "450")
    assert ids(check(piece(bare, GREEN), general)) == set()


def test_a_penalty_too_heavy_for_the_market(library: Library) -> None:
    criteria = for_market(run(library.examples["nettoyage-mediatheque"], library))
    heavy = (GREEN[0], "Tout manquement donne lieu à une pénalité de 60 000 € par constat.")
    assert "PENALITE-FORFAIT" in ids(check(piece(INSERTION, heavy), criteria))
    assert "PENALITE-FORFAIT" not in ids(check(piece(INSERTION, GREEN), criteria))


def test_a_green_clause_without_penalty(general: Criteria) -> None:
    bare = (GREEN[0], "Les emballages sont repris.")
    assert ids(check(piece(INSERTION, bare), general)) == {"PENALITE-ENVIRONNEMENT"}
    elsewhere = ("Pénalités", "Le non-respect de la clause environnementale coûte 100 €.")
    assert ids(check(piece(INSERTION, bare, elsewhere), general)) == set()


def test_words_that_bind_nobody(general: Criteria) -> None:
    vague = (GREEN[0], "Dans la mesure du possible, les emballages sont repris, sous peine de pénalité.")
    found = [item for item in check(piece(INSERTION, vague), general).findings if item.id == "REDAC-1"]
    assert [(item.place, item.article) for item in found] == [(4, "2 Clause environnementale")]
    outside = ("Délais", "Dans la mesure du possible, le titulaire prévient.")
    assert "REDAC-1" not in ids(check(piece(INSERTION, GREEN, outside), general))


def test_the_ccag_of_the_market(library: Library) -> None:
    criteria = for_market(run(library.examples["nettoyage-mediatheque"], library))
    texts = ("Le délai suit l'article 13.1 du CCAG-PI.",) * 6
    assert "CCAG-MARCHE" in ids(check(piece(INSERTION, GREEN, ("Délais", *texts)), criteria))


def test_a_report_travels_as_data(general: Criteria) -> None:
    report = check(piece(("Objet", "Pôle emploi, article 14 du CMP."), INSERTION), general)
    assert report_from(report.as_data()) == report
    assert report.counts["a_corriger"] == 2


def test_every_finding_says_what_to_do(library: Library) -> None:
    criteria = for_date(library, ON)
    texts = [text for text, expected in STALE if expected] + [text for text, expected in CITATIONS if expected]
    for finding in check(piece(("Objet", *texts)), criteria).findings:
        assert all((finding.message, finding.replacement, finding.source))
        assert not finding.replacement.endswith(".")


def test_a_long_piece_is_read_in_time(general: Criteria) -> None:
    text = "Le titulaire exécute les prestations du marché selon l'article 14 du CCAG-FCS et réserve 50 heures. " * 8
    long = piece(*((f"Article {rank}", *(text,) * 20) for rank in range(150)))
    start = time.process_time()
    report = check(long, general)
    assert time.process_time() - start < 15
    assert len(report.findings) <= MOST


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="articleCAG du1.4€ hinsertopénalité,;’°/\n\u00a0", max_size=200), max_size=6))
def test_no_text_breaks_it(texts: list[str]) -> None:
    report = check(piece(*((text, text) for text in texts)), CRITERIA)
    assert report_from(report.as_data()) == report


CRITERIA = for_date(load_library(), ON)


# --- the data -----------------------------------------------------------------------------------------------


def test_the_words_are_read_strictly() -> None:
    subject = {"id": "insertion", "libelle": "x", "titres": ["insertion sociale"]}
    source = {"titre": "x", "lu_le": "2026-11-22"}
    stale = {
        "id": "OBS-X",
        "titre": "x",
        "mots": ["pôle emploi"],
        "explication": "x",
        "remplacer_par": "y",
        "niveau": "a_corriger",
        "statut": "certain",
        "source": source,
    }
    assert read_piece_words({"sujets": [subject], "perimes": [stale]}).stale[0].level is Level.MEND
    for wrong in (
        {"sujets": []},
        {"sujets": [subject], "inconnu": 1},
        {"sujets": [subject, subject]},
        {"sujets": [subject], "perimes": [{**stale, "mots": []}]},
        {"sujets": [subject], "perimes": [{**stale, "niveau": "grave"}]},
        {"sujets": [subject], "attendus": [{"obligation": "CR-03", "sujet": "autre", "pieces": ["ccap"]}]},
        {"sujets": [subject], "attendus": [{"obligation": "CR-03", "sujet": "insertion", "pieces": ["dce"]}]},
    ):
        with pytest.raises(LibraryError):
            read_piece_words(wrong)


def test_doubt_is_said() -> None:
    """What was not read at its source says so: only a status that was earned is shown as sourced."""
    for rule in load_piece_words().stale:
        if rule.status == "certain":
            assert rule.source.link or "Décret" in rule.source.title
