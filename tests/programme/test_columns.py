"""Which column is which fact, from the words that people put at the top of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter.programme.columns import SYNONYMS, find_header, key_of, words_of


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("OBJET DU MARCHÉ", "objet"),
        ("Intitulé du projet", "objet"),
        ("codeCPV", "cpv"),
        ("Montant estimé HT sur la durée totale (k€)", "montant_ht"),
        ("Valeur estimée", "montant_ht"),
        ("Montant mini HT", "montant_min_ht"),
        ("Estimation annuelle", "montant_annuel"),
        ("dureeMois", "duree_mois"),
        ("Durée (années)", "duree_mois"),
        ("Date prévisionnelle d'ordre de service", "debut_execution"),
        ("date de  LANCEMENT prévue", "date_lancement"),
        ("lieuExecution.code", "lieu_code"),
        ("N° lot", "lot"),
        ("Nb de lots", "nombre_lots"),
        ("Acheteur", "acheteur_nom"),
        ("Type d'acheteur", "acheteur"),
        ("Montant de la subvention", ""),
        ("acheteur_id", ""),
        ("datePublicationDonnees", ""),
        ("Commentaires", ""),
        ("", ""),
    ],
)
def test_a_header_says_its_fact(header: str, key: str) -> None:
    assert key_of(header)[0] == key


@settings(deadline=None)
@given(st.sampled_from([(key, name) for key, names in SYNONYMS.items() for name in names]), st.data())
def test_case_accents_and_spaces_change_nothing(known: tuple[str, str], data: st.DataObject) -> None:
    _, name = known
    shaken = data.draw(st.sampled_from([str.upper, str.title, str.lower]))(name)
    shaken = shaken.replace(" ", data.draw(st.sampled_from([" ", "  ", "\u00a0", " \n"])))
    assert key_of(shaken) == key_of(name)
    assert key_of(name)[1]


@settings(deadline=None)
@given(st.text(max_size=150))
def test_any_header_is_read_or_left(header: str) -> None:
    key, _ = key_of(header)
    assert key == "" or key in SYNONYMS
    assert isinstance(words_of(header), tuple)


def test_each_synonym_belongs_to_one_fact() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for key, names in SYNONYMS.items():
        for name in names:
            assert seen.setdefault(words_of(name), key) == key, name


def test_the_header_is_found_under_a_title_and_a_blank() -> None:
    rows = [("Programme 2027",), (), (None, "Objet", "Montant (k€ HT)", "Durée (ans)", "Avis du service")]
    header = find_header(rows)
    assert header is not None
    assert header.row == 3
    assert [(column.key, column.index, column.scale) for column in header.columns] == [
        ("objet", 1, Fraction(1)),
        ("montant_ht", 2, Fraction(1000)),
        ("duree_mois", 3, Fraction(12)),
    ]
    assert header.unread == ("Avis du service",)


def test_taxes_in_are_seen() -> None:
    header = find_header([("Objet", "Montant TTC")])
    assert header is not None
    assert header.columns[1].ttc


@pytest.mark.parametrize("rows", [[], [("Nom", "Couleur")], [("Montant", "Durée")], [("objet",)], [(1, 2, 3)]])
def test_without_an_object_and_another_fact_there_is_no_header(rows: list[tuple[object, ...]]) -> None:
    assert find_header(rows) is None
