"""Segment and trade, from what is typed, the CPV code or the words. The objects below are invented."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter import yaml_text
from drafter.errors import InputError
from drafter.library.models import Segment
from drafter.paths import CLAUSE_LIBRARY
from drafter.recognition import Recognition, recognise
from drafter.vocabulary import Nature

T, F, S = Nature.WORKS, Nature.SUPPLIES, Nature.SERVICES


def _segments() -> dict[str, Segment]:
    files = sorted((CLAUSE_LIBRARY / "segments").glob("*.yaml"))
    read = [Segment.model_validate(yaml_text.load(path.read_text("utf-8"), path.name)) for path in files]
    return {segment.code: segment for segment in read}


SEGMENTS = _segments()


def find(
    text: str,
    nature: Nature = T,
    *,
    segment: str | None = None,
    cpv: str | None = None,
    context: str = "",
    context_segment: str | None = None,
) -> Recognition:
    return recognise(
        segment=segment,
        cpv=cpv,
        text=text,
        nature=nature,
        segments=SEGMENTS,
        context_text=context,
        context_segment=context_segment,
    )


# --- words ---------------------------------------------------------------------------------------

OBJECTS = [
    ("Construction d'une école maternelle de six classes", T, "BATN", ""),
    ("CONST. D'UN GYMNASE INTERCOMMUNAL - LOT 2 GROS OEUVRE", T, "BATN", "gros-oeuvre"),
    (
        "Construction de 24 logements locatifs - lot n° 5 : menuiseries extérieures",
        T,
        "BATN",
        "menuiseries-exterieures",
    ),
    ("Construction d'une crèche - Lot 07 Faux plafonds", T, "BATN", "faux-plafonds"),
    ("Construction de la médiathèque, lot 9 : chauffage, ventilation, climatisation", T, "BATN", "cvc"),
    ("Réhabilitation de la mairie - lot 4 peinture", T, "RENO", "peinture"),
    ("R�habilitation �nerg�tique du groupe scolaire", T, "RENO", ""),
    ("RENOV. DE LA SALLE DES FETES - LOT ELEC.", T, "RENO", "electricite"),
    ("Restauration de l'église Saint-Martin, troisième tranche", T, "RENO", ""),
    ("Remplacement de la chaudière du collège", T, "RENO", "cvc"),
    ("Ravalement des façades de l'hôtel de ville", T, "RENO", "ravalement-ite"),
    ("Désamiantage de l'ancienne caserne", T, "RENO", "desamiantage"),
    ("Démolition de deux maisons rue du Moulin", T, "DEMO", "demolition-mecanique"),
    ("Curage et déconstruction sélective de la tour Nord", T, "DEMO", "curage"),
    ("Programme de voirie communale : réfection des trottoirs", T, "VRD", "voirie"),
    ("TVX DE REVETEMENT DE CHAUSSEE EN ENROBES RD 12", T, "VRD", "enrobes"),
    ("Aménagement de la place du Marché et de ses abords", T, "VRD", ""),
    ("Réparation du pont de la Vallée", T, "VRD", "genie-civil"),
    ("Déploiement de la fibre optique entre les bâtiments communaux", T, "VRD", "fibre"),
    ("Entretien des espaces verts de la commune", S, "EV", "espaces-verts-entretien"),
    ("Aménagement paysager du parc de la Rivière", T, "EV", "espaces-verts-creation"),
    ("Restauration écologique du cours d'eau et de sa ripisylve", T, "EV", "milieux-naturels"),
    ("Fourniture de végétaux pour le fleurissement", F, "EV", "vegetaux"),
    ("Rénovation de l'éclairage public du bourg", T, "EP", ""),
    ("Maintenance de l'éclairage public et des feux tricolores", S, "EP", ""),
    ("Nettoyage des locaux et de la vitrerie des écoles", S, "NET", ""),
    ("Entretien m�nager des b�timents communaux", S, "NET", ""),
    ("Nettoiement et balayage mécanisé des rues", S, "NET", "proprete-urbaine"),
    ("Nettoyage de fin de chantier du lycée", T, "BATN", "nettoyage-chantier"),
    ("Fourniture de repas en liaison froide pour la cantine scolaire", S, "REST", ""),
    ("Denrées alimentaires : fruits et légumes bio", F, "REST", "denrees"),
    ("Fourniture et installation de mobilier scolaire", F, "MOB", ""),
    ("Ramettes de papier et fournitures de bureau", F, "PAP", ""),
    ("Impression du bulletin municipal", S, "IMP", ""),
    ("Location et maintenance de photocopieurs", F, "IMP", "systemes-impression"),
    ("Routage et mise sous pli de la taxe foncière", S, "IMP", "routage-numerisation"),
    ("Vêtements de travail et chaussures de sécurité", F, "TEX", ""),
    ("Acquisition d'ordinateurs portables et d'écrans", F, "NUM", ""),
    ("Maintenance du parc informatique des collèges", S, "NUM", "maintenance-informatique"),
    ("Tierce maintenance applicative du logiciel de paie", S, "LOG", ""),
    ("Téléphonie fixe et mobile, accès à internet", S, "TEL", ""),
    ("Achat de trois fourgons électriques", F, "VEH", ""),
    ("Entretien et réparation des véhicules du service technique", S, "VEH", "entretien-vehicules"),
    ("Déménagement des services du siège", S, "TRA", "demenagement"),
    ("Acheminement et distribution du courrier", S, "TRA", "courrier"),
    ("Transport scolaire : circuits du secteur Est", S, "TVO", ""),
    ("Collecte des ordures ménagères en porte à porte", S, "DEC", "collecte-dechets"),
    ("Exploitation de la déchèterie intercommunale", S, "DEC", "tri-dechets"),
    ("Fourniture et acheminement d'électricité", F, "ENE", ""),
    ("Produits d'entretien et papier hygiénique", F, "PRE", ""),
    ("Dispositifs médicaux stériles : pansements et seringues", F, "MED", ""),
    ("Feu d'artifice et sonorisation de la fête nationale", S, "EVE", ""),
    ("Formation des agents à la sécurité au travail", S, "PI", "formation"),
    ("Maîtrise d'œuvre pour la réhabilitation du réseau d'assainissement", S, "MOE", ""),
    ("Ma�trise d'uvre pour la construction d'un gymnase", S, "MOE", ""),
    ("Construction de la station d'épuration - mission de coordination SPS", S, "MOE", ""),
    ("Maintenance des installations de chauffage et de ventilation", S, "CVC", ""),
    ("Maintenance des ascenseurs du patrimoine", S, "CVC", "ascenseur-maintenance"),
    ("Gardiennage et surveillance des bâtiments administratifs", S, "GAR", ""),
    ("Fourniture et pose d'aires de jeux", F, "JEU", ""),
    ("Assurance flotte automobile", S, "ASS", ""),
    ("Location de bâtiments modulaires pour l'école", F, "MODU", ""),
    ("Extension du réseau d'eaux usées du hameau", T, "EAU", "canalisations"),
    ("Hydrocurage des réseaux d'assainissement", S, "EAU", "curage-assainissement"),
    ("Blanchisserie et location de linge", S, "BLA", ""),
    ("Objets promotionnels et cadeaux de fin d'année", F, "COM", ""),
    ("Équipements de cuisine du restaurant scolaire", F, "ELE", ""),
    ("Prestations d'accueil physique et téléphonique au siège", S, "GEN", "accueil"),
]


@pytest.mark.parametrize(("text", "nature", "code", "trade"), OBJECTS)
def test_words_of_the_object(text: str, nature: Nature, code: str, trade: str) -> None:
    found = find(text, nature)
    assert (found.segment, found.origin) == (code, "objet"), found
    if trade:
        assert found.trade_id == trade


def test_every_segment_has_an_object() -> None:
    assert {code for _, _, code, _ in OBJECTS} == set(SEGMENTS)


def test_the_explanation_names_the_words() -> None:
    found = find("Nettoyage des locaux et de la vitrerie", S)
    assert found.explanation == (
        "L'objet répond aux mots-clés « nettoyage de locaux », « nettoyage de vitrerie » "
        "du segment NET (Nettoyage de locaux et propreté)."
    )


@pytest.mark.parametrize("text", ["", "Marché unique", "Lot n° 3", "<br />", "12 345", "���", "Prestations diverses"])
def test_nothing_to_read_gives_the_generic_segment_with_the_rates_of_its_nature(text: str) -> None:
    for nature in Nature:
        found = find(text, nature)
        assert (found.segment, found.origin, found.trade_id) == ("GEN", "defaut", f"divers-{nature.value}")
        assert "Indiquez le segment" in found.explanation


def test_a_purpose_does_not_outweigh_the_purchase() -> None:
    assert find("Mobilier pour la cantine, la salle de sport et la crèche", F).segment == "MOB"
    assert find("Assistance à maîtrise d'ouvrage pour le marché de nettoyage des locaux", S).segment == "MOE"


# --- CPV codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cpv", "code"),
    [
        ("90919200", "NET"),
        ("55523100", "REST"),
        ("39130000", "MOB"),
        ("30213100", "NUM"),
        ("45112710", "EV"),
        ("45453100", "RENO"),
        ("45331000", "RENO"),
        ("79713000", "GAR"),
        ("71221000", "MOE"),
        ("18424300", "MED"),
    ],
)
def test_the_longest_prefix_decides(cpv: str, code: str) -> None:
    found = find("Construction d'une école", cpv=cpv)
    assert (found.segment, found.origin, found.cpv_known) == (code, "cpv", True)


def test_the_code_gives_the_trade_and_the_words_may_refine_it() -> None:
    assert find("Travaux", cpv="45442100").trade_id == "peinture"
    assert find("Groupe scolaire, lot peinture", cpv="45210000").trade_id == "peinture"
    assert find("Lot 3 gros œuvre", cpv="45262522").trade_id == "gros-oeuvre"
    assert find("Travaux", cpv="45261900").trade_id == "couverture"


def test_an_object_that_speaks_clearly_overrules_the_code_and_says_so() -> None:
    found = find("Nettoyage des locaux et de la vitrerie", S, cpv="09310000")
    assert (found.segment, found.origin) == ("NET", "objet")
    assert "Le code CPV 09310000 désigne le segment ENE" in found.explanation


def test_an_object_that_whispers_leaves_the_code_but_the_doubt_is_told() -> None:
    found = find("Entretien de la vitrerie", S, cpv="09310000")
    assert found.segment == "ENE"
    assert "plutôt penser au segment NET" in found.explanation


@pytest.mark.parametrize(
    ("words", "cpv", "code"),
    [
        ("Réhabilitation de 94 logements locatifs", "45210000", "RENO"),
        ("Construction de 94 logements locatifs", "45210000", "BATN"),
        ("Extension du cabinet médical", "45210000", "BATN"),
        ("Dépannage, maintenance et travaux des bâtiments communaux", "45111100", "RENO"),
        ("Démolition d'un bâtiment amianté", "45262660", "DEMO"),
        ("Entretien des réseaux d'éclairage public", "45310000", "EP"),
        ("Réhabilitation d'un local", "45232141", "RENO"),
        ("Grosses réparations et renforcements", "45232150", "EAU"),
    ],
)
def test_works_codes_say_little_of_new_and_old(words: str, cpv: str, code: str) -> None:
    assert find(words, cpv=cpv).segment == code


def test_an_insurance_stays_one_whatever_it_insures() -> None:
    assert find("Flotte automobile et missions des collaborateurs", S, cpv="66510000").segment == "ASS"


def test_a_building_code_in_a_renovation_is_renovation() -> None:
    found = find("Lot peinture", cpv="45442100", context="Réhabilitation de la mairie", context_segment="RENO")
    assert (found.segment, found.trade_id, found.origin) == ("RENO", "peinture", "cpv")


@pytest.mark.parametrize("cpv", ["45000000", "45200000", "12345678", "99999999"])
def test_a_code_of_no_segment_leaves_the_words_speak(cpv: str) -> None:
    found = find("Lot peinture", cpv=cpv)
    assert (found.trade_id, found.origin, found.cpv_known) == ("peinture", "objet", False)
    assert f"Le code CPV {cpv} n'est rattaché à aucun segment." in found.explanation


def test_the_check_digit_is_tolerated() -> None:
    assert find("", S, cpv="90919200-4").segment == "NET"


# --- what is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["NET", "net", "nettoyage-locaux", " Nettoyage locaux ", "Nettoyage de locaux et propreté"]
)
def test_a_typed_segment_wins(typed: str) -> None:
    found = find("Construction d'une école", S, segment=typed, cpv="45210000")
    assert (found.segment, found.segment_id, found.origin) == ("NET", "nettoyage-locaux", "saisi")


def test_a_typed_trade_gives_its_segment() -> None:
    assert (find("Lot 4", segment="peinture").segment, find("Lot 4", segment="peinture").trade_id) == (
        "BATN",
        "peinture",
    )
    assert find("Rénovation de l'école", segment="peinture").segment == "RENO"
    assert find("Lot 4", segment="peinture", cpv="45453100").segment == "RENO"
    assert find("Lot 4", segment="gros œuvre", context="Réhabilitation d'une ferme").segment == "RENO"


def test_a_trade_id_in_lower_case_is_not_the_code_of_a_segment() -> None:
    assert (find("Lot 4", segment="cvc").segment, find("Lot 4", segment="CVC").segment) == ("RENO", "CVC")


def test_an_unknown_segment_is_refused_with_close_names() -> None:
    with pytest.raises(
        InputError, match=r"« nettoyages-locals » n'est ni un segment ni un métier connu.*nettoyage-locaux"
    ):
        find("", S, segment="nettoyages-locals")
    with pytest.raises(InputError, match="peinture"):
        find("", segment="travaux de peinture intérieure")


# --- lots ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lot", "market", "market_segment", "code", "trade"),
    [
        ("Peinture", "Construction d'une crèche", "BATN", "BATN", "peinture"),
        ("Peinture", "Réhabilitation d'une crèche", "RENO", "RENO", "peinture"),
        ("Peinture", "Rénovation d'une crèche", None, "RENO", "peinture"),
        ("Chauffage ventilation", "Construction d'une crèche", "batiment-neuf", "BATN", "cvc"),
        ("Démolition", "Réhabilitation d'une crèche", "RENO", "RENO", "demolition-mecanique"),
        ("Espaces verts", "Construction d'une crèche", "BATN", "EV", ""),
        ("VRD", "Construction d'une crèche", "BATN", "VRD", "vrd"),
        ("Secteur Nord", "Nettoyage des locaux", "NET", "NET", ""),
        ("Flotte automobile", "Services d'assurance", "ASS", "ASS", ""),
        ("Lot 2", "Nettoyage des locaux", None, "NET", ""),
    ],
)
def test_a_lot_is_read_in_its_market(lot: str, market: str, market_segment: str | None, code: str, trade: str) -> None:
    nature = S if code in ("NET", "ASS") else T
    found = find(lot, nature, context=market, context_segment=market_segment)
    assert (found.segment, found.trade_id) == (code, trade)


# --- properties ----------------------------------------------------------------------------------

WORDS = sorted({word for segment in SEGMENTS.values() for word in segment.words})
ANY_TEXT = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from([*WORDS, "lot", "pour", "<br />", "�"]), max_size=30).map(" ".join),
)


@settings(deadline=None, max_examples=150)
@given(
    text=ANY_TEXT,
    context=ANY_TEXT,
    cpv=st.one_of(st.none(), st.text(max_size=12)),
    nature=st.sampled_from(Nature),
)
def test_any_text_is_read_and_always_the_same_way(text: str, context: str, cpv: str | None, nature: Nature) -> None:
    found = find(text, nature, cpv=cpv, context=context)
    assert found == find(text, nature, cpv=cpv, context=context)
    assert found.segment in SEGMENTS
    assert found.segment_id == SEGMENTS[found.segment].id
    assert found.explanation.endswith(".")
    if found.trade is not None:
        assert found.segment in (found.trade.also + tuple(c for c, s in SEGMENTS.items() if found.trade in s.trades))


@settings(deadline=None, max_examples=80)
@given(text=ANY_TEXT)
def test_case_and_accents_change_nothing(text: str) -> None:
    assert find(text).segment == find(text.upper().lower()).segment


def test_a_long_text_is_read_fast() -> None:
    started = time.perf_counter()
    find("travaux de rénovation et construction de bâtiment " * 5000)
    assert time.perf_counter() - started < 2


# --- real data -----------------------------------------------------------------------------------


def _rows(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "decp_sample.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _nature(cpv: str) -> Nature:
    return T if cpv.startswith("45") else S if cpv >= "5" else F


@pytest.mark.shared
def test_real_markets_are_recognised(shared_data: Path) -> None:
    """Nearly all find a segment of their own, and the words alone mostly agree with the code."""
    rows = _rows(shared_data)
    started = time.perf_counter()
    found = [find(row["objet"], _nature(row["cpv8"]), cpv=row["cpv8"]) for row in rows]
    assert time.perf_counter() - started < 5
    assert sum(recognition.segment != "GEN" for recognition in found) / len(rows) > 0.93
    both = [
        (recognition.segment, find(row["objet"], _nature(row["cpv8"])).segment)
        for row, recognition in zip(rows, found, strict=True)
        if recognition.origin == "cpv" and row["objet"]
    ]
    building = {"BATN": "bâtiment", "RENO": "bâtiment"}
    agree = sum(building.get(code, code) == building.get(words, words) for code, words in both)
    assert agree / len(both) > 0.8
