"""The market file: what may be written, what is understood, and every fault in French, all at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drafter.errors import InputError
from drafter.market import MAX_LOTS, Market, load_text, market_data, read_market
from drafter.values import Euros, HourlyCost, Hours, Months, Rate
from drafter.vocabulary import Ambition, Buyer, Ccag, ContractKind, Flag, Form, Nature, Procedure, Technicity

BASE: dict[str, Any] = {
    "objet": "Nettoyage des locaux de la médiathèque",
    "nature": "services",
    "montant_ht": 216000,
    "duree_mois": 48,
    "date_lancement": "2026-10-01",
}


def market(**changes: Any) -> Market:
    return read_market({**BASE, **changes})


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in BASE.items() if key not in keys}


def faults(data: Any) -> list[str]:
    """Every sentence that refuses `data`."""
    with pytest.raises(InputError) as refused:
        read_market(data)
    return [str(fault) for fault in refused.value.faults]


def places(data: Any) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_market(data)
    return [fault.where for fault in refused.value.faults]


# --- what may be written -------------------------------------------------------------------------------

SAMPLE = """
objet: Nettoyage des locaux de la médiathèque
nature: services                 # travaux | fournitures | services
segment: nettoyage-locaux        # optional: else deduced from cpv, then objet
cpv: "90919200"                  # optional, 8 digits, check digit tolerated
montant_ht: 216000               # euros, total over the whole duration, options and renewals included
duree_mois: 48                   # renewals included; decimals allowed (5.5)
date_lancement: 2026-10-01       # date the notice is sent, else the consultation starts
acheteur: collectivite
acheteur_nom: Commune de X       # optional
departement: "80"                # optional; commune: INSEE code, optional
commune: "80021"
contrat: marche                  # marche (default) | concession
forme: ordinaire
montant_min_ht:                  # framework agreements
montant_max_ht:
procedure: adaptee
ccag: fcs
technicite: moyenne
ambition: socle
drapeaux: []
tranches: []                     # optional: {intitule, montant_ht, ferme: true|false}
lots:                            # optional; each lot may carry the facts above that differ
  - {intitule: Lot 1, segment: peinture, montant_ht: 96000, duree_mois: 10}
calibrage: {}
base_seuil_social: marche
date_accord_cadre:               # for a marche_subsequent: when the framework agreement was launched
achats_annuels_ht:               # optional, for SPASER
criteres: []
clauses_propres: []
decisions: []
"""

FULL = """
objet: Rénovation de l'école
nature: travaux
montant_ht: 1,5 M€
duree_mois: 1 an et 6 mois
date_lancement: 1er octobre 2026
forme: bons_de_commande
montant_min_ht: 100 000
montant_max_ht: 1 800 000
drapeaux: [site_occupe, npnru]
tranches:
  - {intitule: Ferme, montant_ht: 900 000, ferme: oui}
  - {intitule: Optionnelle, montant_ht: 600 000, ferme: false}
calibrage: {part_main_oeuvre: 40 %, cout_horaire: 28, taux_effort: 5 %, effectif: "5,5", heures_dpgf: 1 200 h,
  personnel_transferable_heures_mois: "151,67", heures: 450}
date_accord_cadre: 01/02/2026
achats_annuels_ht: 60 M€
criteres:
  - {intitule: Prix, type: prix, poids: 60}
  - {intitule: Valeur technique, type: technique, poids: 40 %}
clauses_propres:
  - {piece: CCTP, texte: "Le titulaire trie ses déchets."}
decisions:
  - {clause: env.nettoyage.produits, choix: retirer, motif: Déjà dans un autre lot, lot: 1}
  - {clause: env.nettoyage.dosage, choix: adapter, parametres: {taux: 30 %}}
  - {obligation: CR-04, derogation: DER-SOC-3, motif: Un motif}
"""


def test_the_whole_sample_of_the_contract_loads() -> None:
    """Contract 4.1 word for word, in YAML; empty keys are absent."""
    found = read_market(load_text(SAMPLE))
    assert found.object == "Nettoyage des locaux de la médiathèque"
    assert (found.nature, found.buyer, found.contract) == (Nature.SERVICES, Buyer.LOCAL, ContractKind.MARKET)
    assert (found.form, found.procedure, found.ccag) == (Form.ORDINARY, Procedure.ADAPTED, Ccag.SUPPLIES_SERVICES)
    assert (found.technicity, found.ambition) == (Technicity.MEDIUM, Ambition.BASE)
    assert (found.amount, found.duration) == (Euros(216_000), Months(48))
    assert (found.amount_min, found.amount_max, found.framework_date, found.yearly_purchases) == (None,) * 4
    assert (found.cpv, found.department, found.commune) == ("90919200", "80", "80021")
    assert found.launch_date == date(2026, 10, 1)
    (lot,) = found.lots
    assert (lot.title, lot.segment, lot.amount, lot.duration) == ("Lot 1", "peinture", Euros(96_000), Months(10))


def test_every_key_is_read() -> None:
    found = read_market(load_text(FULL))
    assert (found.amount, found.duration) == (Euros(1_500_000), Months(18))
    assert (found.amount_min, found.amount_max) == (Euros(100_000), Euros(1_800_000))
    assert found.flags == {Flag.OCCUPIED_SITE, Flag.NPNRU}
    assert [(tranche.amount, tranche.firm) for tranche in found.tranches] == [
        (Euros(900_000), True),
        (Euros(600_000), False),
    ]
    own = found.overrides
    assert (own.labour_share, own.effort) == (Rate(Fraction(2, 5)), Rate(Fraction(1, 20)))
    assert (own.hourly_cost, own.staff) == (HourlyCost(28), Decimal("5.5"))
    assert (own.estimated_hours, own.transferable_hours, own.hours) == (
        Hours(1200),
        Hours(Fraction("151.67")),
        Hours(450),
    )
    assert found.framework_date == date(2026, 2, 1)
    assert [criterion.weight for criterion in found.criteria] == [60, 40]
    assert [decision.lot for decision in found.decisions] == [1, None, None]
    assert found.decisions[1].parameters == {"taux": "30 %"}


@pytest.mark.parametrize(
    ("key", "typed", "attribute", "value"),
    [
        ("montant_ht", "250 000", "amount", Euros(250_000)),
        ("montant_ht", "250000,00 €", "amount", Euros(250_000)),
        ("montant_ht", "250\u202f000", "amount", Euros(250_000)),
        ("montant_ht", "250\u00a0000\u00a0€", "amount", Euros(250_000)),
        ("montant_ht", "1,5 M€", "amount", Euros(1_500_000)),
        ("duree_mois", "48 mois", "duration", Months(48)),
        ("duree_mois", "4 ans", "duration", Months(48)),
        ("duree_mois", "5,5", "duration", Months(Fraction("5.5"))),
        ("date_lancement", "01/10/2026", "launch_date", date(2026, 10, 1)),
        ("date_lancement", "1er octobre 2026", "launch_date", date(2026, 10, 1)),
        ("cpv", "03110000-5", "cpv", "03110000"),
        ("departement", "01", "department", "01"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_french_writings_quoted_or_not(key: str, typed: str, attribute: str, value: object, quote: str) -> None:
    lines = {**{name: str(given) for name, given in BASE.items()}, key: f"{quote}{typed}{quote}"}
    text = "\n".join(f"{name}: {given}" for name, given in lines.items())
    assert getattr(read_market(load_text(text)), attribute) == value


def test_json_numbers_are_exact() -> None:
    text = json.dumps(BASE).replace("216000", "216000.10").replace("48", "5.5")
    found = read_market(load_text(text, "json"))
    assert found.amount == Euros(Fraction("216000.1"))
    assert found.duration == Months(Fraction(11, 2))


@pytest.mark.parametrize("empty", [None, "", "  ", "\u00a0", [], {}])
@pytest.mark.parametrize("key", ["cpv", "ccag", "montant_max_ht", "departement", "lots", "drapeaux", "calibrage"])
def test_an_empty_value_is_one_that_was_not_given(key: str, empty: object) -> None:
    assert market(**{key: empty}) == market()


@pytest.mark.parametrize("text", ["~", "null", "", "''"])
def test_so_it_is_in_yaml(text: str) -> None:
    assert read_market(load_text("\n".join(f"{k}: {v}" for k, v in BASE.items()) + f"\nccag: {text}")) == market()


def test_one_flag_needs_no_list() -> None:
    assert market(drapeaux="npnru").flags == {Flag.NPNRU}


def test_text_is_kept_literally_but_for_what_no_document_can_hold() -> None:
    typed = "{{ 7*7 }} {% raw %} <b>&amp;</b>\u0007\u202e\ud800 l'été"
    found = market(objet=typed, acheteur_nom=f"  Commune\n de\tX {typed}")
    assert found.object == "{{ 7*7 }} {% raw %} <b>&amp;</b> l'été"
    assert found.buyer_name == "Commune de X {{ 7*7 }} {% raw %} <b>&amp;</b> l'été"
    assert market(objet="une\r\ndeux").object == "une\ndeux"


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"montant": 5}, "montant", "la clé « montant » n'existe pas : vouliez-vous écrire « montant_ht » ?"),
        ({"zzz": 5}, "zzz", "la clé « zzz » n'existe pas : les clés admises sont"),
        ({"montant_ht": -5}, "montant_ht", "« -5 » n'est pas possible : écrivez un montant supérieur à zéro"),
        ({"montant_ht": 10**13}, "montant_ht", "dépasse 100 milliards d'euros : vérifiez le nombre de zéros"),
        ({"montant_ht": "beaucoup"}, "montant_ht", "« beaucoup » n'est pas un montant lisible : écrivez"),
        ({"duree_mois": 2000}, "duree_mois", "« 2000 » dépasse 99 ans : écrivez la durée en mois"),
        ({"date_lancement": "31/02/2026"}, "date_lancement", "« 31/02/2026 » n'existe pas dans le calendrier"),
        ({"date_lancement": "1926-10-01"}, "date_lancement", "écrivez une date entre 2016 et 2099"),
        ({"nature": "none"}, "nature", "« none » n'est pas admis : écrivez travaux ou fournitures ou services"),
        ({"ccag": "cac"}, "ccag", "« cac » n'est pas admis : écrivez travaux ou fcs"),
        ({"drapeaux": ["npnru", "zus"]}, "drapeaux[2]", "« zus » n'est pas admis : écrivez"),
        ({"drapeaux": {"npnru": "oui"}}, "drapeaux", "une liste est attendue"),
        ({"cpv": "9091"}, "cpv", "« 9091 » n'est pas un code CPV : écrivez ses huit chiffres"),
        ({"objet": ["a"]}, "objet", "une liste ne convient pas : écrivez un texte"),
        ({"objet": "x" * 10_001}, "objet", "ce texte est trop long : 10000 caractères au plus"),
        ({"lots": "deux"}, "lots", "une liste est attendue"),
        ({"lots": ["Lot 1"]}, "lots[1]", "« Lot 1 » ne suffit pas : écrivez une suite de lignes « clé: valeur »"),
        ({"lots": [{"montant_ht": 5}]}, "lots[1].intitule", "ce champ manque : indiquez un intitulé"),
        ({"lots": [{"intitule": "a"}] * 101}, "lots", "il y a trop d'éléments : 100 au plus"),
        ({"calibrage": {"effectif": "cinq"}}, "calibrage.effectif", "« cinq » n'est pas un effectif"),
        ({"calibrage": {"heures": "-3"}}, "calibrage.heures", "« -3 » n'est pas un nombre d'heures"),
        ({"criteres": [{"intitule": "a", "type": "x"}]}, "criteres[1].type", "« x » n'est pas admis : écrivez prix"),
        (
            {"criteres": [{"intitule": "a", "type": "prix", "poids": "Infinity"}]},
            "criteres[1].poids",
            "« Infinity » n'est pas un poids : écrivez un nombre entier de 0 à 100",
        ),
        ({"tranches": [{"intitule": "a"}]}, "tranches[1].montant_ht", "ce champ manque : indiquez le montant"),
        (
            {"decisions": [{"clause": "a", "choix": "garder", "lot": 0}]},
            "decisions[1].lot",
            "« 0 » n'est pas un numéro de lot : écrivez un nombre de 1 à 100",
        ),
        ({"decisions": [{"clause": "a"}]}, "decisions[1].choix", "indiquez le choix fait pour cette clause"),
        ({"decisions": [{"obligation": "a"}]}, "decisions[1].derogation", "indiquez la dérogation retenue"),
        ({"decisions": [{"motif": "a"}]}, "decisions[1]", "une décision porte soit sur une clause"),
        ({"decisions": [{"clause": "a", "obligation": "b"}]}, "decisions[1]", "une décision porte soit sur"),
        (
            {"montant_min_ht": 10, "montant_max_ht": 5},
            "montant_min_ht",
            "le montant minimum dépasse le montant maximum : vérifiez montant_min_ht et montant_max_ht",
        ),
    ],
)
def test_a_fault_names_the_field_what_was_found_and_what_to_write(
    changes: dict[str, Any], where: str, words: str
) -> None:
    (fault,) = faults({**BASE, **changes})
    assert fault.startswith(f"{where} : ")
    assert words in fault


@pytest.mark.parametrize("key", ["objet", "nature", "montant_ht", "duree_mois", "date_lancement"])
def test_a_missing_field_says_what_to_write(key: str) -> None:
    (fault,) = faults(without(key))
    assert fault.startswith(f"{key} : ce champ manque : indiquez")


def test_every_fault_is_told_at_once() -> None:
    """Of the market and of its lots, of one field and between fields: nobody mends a file one fault at a time."""
    data = {
        **without("objet", "montant_ht"),
        "nature": "service",
        "duree": 48,
        "date_lancement": "30/02/2026",
        "montant_min_ht": "10 000",
        "montant_max_ht": "5 000",
        "calibrage": {"part_main_oeuvre": 60, "taux": 5},
        "lots": [
            {"intitule": "Lot 1", "montant_ht": "250,000", "montant_min_ht": 9, "montant_max_ht": 1},
            {"montant_ht": 1000, "zzz": 1},
        ],
        "decisions": [{"clause": "a", "lot": "un"}],
    }
    assert set(places(data)) == {
        "objet",
        "nature",
        "duree",
        "date_lancement",
        "montant_min_ht",
        "calibrage.part_main_oeuvre",
        "calibrage.taux",
        "lots[1].montant_ht",
        "lots[1].montant_min_ht",
        "lots[2].intitule",
        "lots[2].zzz",
        "decisions[1].lot",
        "decisions[1].choix",
    }


@pytest.mark.parametrize(
    "lots", [None, [{"intitule": "a"}], [{"intitule": "a", "montant_ht": 5}, {"intitule": "b"}], ["a"]]
)
@pytest.mark.parametrize("other", [{}, {"nature": "service"}, {"date_lancement": "demain"}])
def test_a_missing_amount_is_told_with_the_other_faults(lots: Any, other: dict[str, Any]) -> None:
    assert "montant_ht" in places({**without("montant_ht"), "lots": lots, **other})


@pytest.mark.parametrize(
    "amounts",
    [
        {"montant_max_ht": 5},
        {"lots": [{"intitule": "a", "montant_ht": 5}, {"intitule": "b", "montant_max_ht": 6}]},
    ],
)
def test_a_maximum_or_the_amounts_of_all_lots_say_the_amount(amounts: dict[str, Any]) -> None:
    assert read_market({**without("montant_ht"), **amounts}).total > Euros(0)


@pytest.mark.parametrize("data", [None, [], "texte", 5, [BASE]])
def test_what_is_not_a_description(data: Any) -> None:
    assert faults(data) == ["la description du marché est une suite de lignes « clé: valeur » : commencez par objet: …"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"objet": "a", "objet": "b"}', ["objet"]),
        ('{"lots": [{"intitule": 1, "intitule": 2}], "cpv": 1, "cpv": 1}', ["intitule", "cpv"]),
    ],
)
def test_every_key_written_twice_in_json(text: str, keys: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        load_text(text, "json")
    assert [fault.where for fault in refused.value.faults] == keys
    assert {fault.message for fault in refused.value.faults} == {"cette clé est écrite deux fois : gardez-en une seule"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "ligne 1, colonne 2"),
        ('{"a": 1,\n}', "ligne 2, colonne 1"),
        ("", "ligne 1, colonne 1"),
        ('{"a": NaN}', "NaN n'est pas un nombre"),
        ("[" * 100_000, "trop de niveaux imbriqués"),
    ],
)
def test_json_that_does_not_read(text: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        load_text(text, "json", "marche.json")
    assert str(refused.value) == (
        f"marche.json : ce fichier JSON ne se lit pas ({words}) : "
        "vérifiez les guillemets, les virgules et les accolades"
    )


# --- no English, no crash, no endless work -----------------------------------------------------------------

WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    10**400,
    Decimal("1e999999"),
    1.5,
    float("nan"),
    "",
    "x",
    "\ud800",
    "\u0000",
    "1" * 5000,
    [],
    ["x"],
    [[]],
    [{}],
    {},
    {"x": 1},
    {"x": {"y": []}},
    {1: 2},
    b"x",
    date(1900, 1, 1),
    object(),
]
ENGLISH = re.compile(
    r"\b(input|should|valid|invalid|expected|extra|permitted|field|required|must|value|error|type|exceeds|"
    r"instance|unable|parse|greater|less|than|at least|at most|dict|list|str|NoneType|object)\b",
    re.IGNORECASE,
)
SHAPES: dict[str, Any] = {
    "lots": {"intitule": "a"},
    "tranches": {"intitule": "a", "montant_ht": 5},
    "criteres": {"intitule": "a", "type": "prix"},
    "clauses_propres": {"piece": "CCAP", "texte": "a"},
    "decisions": {"clause": "a", "choix": "garder"},
}


def keys_of(model: Any) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def every_place() -> list[tuple[str, ...]]:
    """Each key of the file, at each level."""
    from drafter.market import AwardCriterion, Decision, Lot, Overrides, OwnClause, Tranche

    inner = zip(SHAPES, (Lot, Tranche, AwardCriterion, OwnClause, Decision), strict=True)
    return [
        *((key,) for key in keys_of(Market)),
        *(("calibrage", key) for key in keys_of(Overrides)),
        *((name, key) for name, model in inner for key in keys_of(model)),
        ("lots", "calibrage", "heures"),
        ("decisions", "parametres", "taux"),
    ]


def placed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The base market with `value` at `path`, inside an entry that is otherwise good."""
    head, *rest = path
    if not rest:
        return {**BASE, head: value}
    inner: Any = value
    for key in reversed(rest[1:]):
        inner = {key: inner}
    entry = {**SHAPES.get(head, {}), rest[0]: inner}
    return {**BASE, head: [entry] if head in SHAPES else entry}


@pytest.mark.parametrize("path", every_place(), ids=".".join)
def test_any_wrong_value_anywhere_is_refused_in_french(path: tuple[str, ...]) -> None:
    for value in WRONG:
        for sentence in sentences(placed(path, value)):
            words = re.sub(r"« .*? »", "", sentence)
            assert not ENGLISH.search(words), sentence
            assert sentence.encode("utf-8"), "any screen can print it"
            assert " : " in sentence or "indiquez" in sentence, f"says what to do: {sentence}"


def sentences(data: Any) -> list[str]:
    """What refuses `data`, nothing when it is read. Any error but InputError goes through."""
    try:
        read_market(data)
    except InputError as refused:
        return [fault.message for fault in refused.faults]
    return []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=4) | st.sampled_from(keys_of(Market)), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_data_is_read_or_refused(data: Any) -> None:
    assert all(sentences({**BASE, **data} if isinstance(data, dict) else data))


@pytest.mark.parametrize(
    "text",
    [
        '{"objet": ' + "[" * 900 + "]" * 900 + "}",
        '{"montant_ht": ' + "9" * 1_000_000 + "}",
        '{"montant_ht": 1e999999999}',
        '{"drapeaux": [' + ",".join(['"x"'] * 200_000) + "]}",
        '{"lots": [' + ",".join(["{}"] * 200_000) + "]}",
        '{"decisions": [' + ",".join(["{}"] * 200_000) + "]}",
    ],
    ids=["depth", "digits", "exponent", "flags", "lots", "decisions"],
)
def test_a_huge_file_is_refused_quickly(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InputError) as refused:
        read_market(load_text(text, "json"))
    assert len(refused.value.faults) < 3000
    assert time.perf_counter() - start < 5


# --- the way back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [SAMPLE, FULL], ids=["sample", "full"])
def test_a_market_written_out_reads_back(text: str) -> None:
    found = read_market(load_text(text))
    data = market_data(found)
    assert read_market(data) == found
    assert read_market(load_text(json.dumps(data), "json")) == found
    assert read_market(load_text(yaml.safe_dump(data, allow_unicode=True))) == found
    assert market_data(read_market(data)) == data


AMOUNTS = st.decimals(Decimal("0.001"), 10**10, places=3)
TEXTS = st.text(min_size=1, max_size=30).filter(lambda text: not re.search(r"[\ue000-\uf8ff]", text))
MARKETS = st.fixed_dictionaries(
    {
        "objet": TEXTS.map(lambda text: f"Objet {text}"),
        "nature": st.sampled_from(list(map(str, Nature))),
        "montant_ht": AMOUNTS | st.integers(1, 10**10) | AMOUNTS.map(float),
        "duree_mois": st.decimals(Decimal("0.1"), 1000, places=1) | st.sampled_from(["4 ans", "1 an et 6 mois"]),
        "date_lancement": st.dates(date(2016, 1, 1), date(2099, 12, 31)).map(str),
    },
    optional={
        "acheteur_nom": TEXTS,
        "cpv": st.integers(3_000_000, 99_999_999).map(str),
        "drapeaux": st.lists(st.sampled_from(list(map(str, Flag)))),
        "ambition": st.sampled_from(list(map(str, Ambition))),
        "calibrage": st.fixed_dictionaries(
            {},
            optional={
                "taux_effort": st.decimals(0, 1, places=6),
                "heures": st.decimals(0, 10**6, places=3),
                "effectif": st.decimals(Decimal("0.01"), 1000, places=2),
            },
        ),
        "lots": st.lists(
            st.fixed_dictionaries({"intitule": TEXTS.map(lambda text: f"Lot {text}"), "montant_ht": AMOUNTS}),
            max_size=3,
        ),
    },
)


@given(MARKETS)
def test_any_market_written_out_reads_back(data: dict[str, Any]) -> None:
    found = read_market(data)
    written = market_data(found)
    assert read_market(written) == found
    assert read_market(load_text(json.dumps(written), "json")) == found
    assert market_data(read_market(written)) == written


def test_the_same_market_is_written_the_same_in_any_process() -> None:
    """A set of flags has an order of its own in each process: the file must not."""
    code = (
        "import json; from drafter.market import *;"
        f"print(json.dumps(market_data(read_market({ {**BASE, 'drapeaux': list(map(str, Flag))}!r}))))"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1
    assert json.loads(written.pop())["drapeaux"] == sorted(map(str, Flag))


# --- lots ------------------------------------------------------------------------------------------------


def test_a_market_without_lots_is_one_scope() -> None:
    (scope,) = market().scopes
    assert (scope.lot, scope.title, scope.amount) == (None, BASE["objet"], Euros(216_000))


def test_a_lot_takes_from_the_market_what_it_does_not_state() -> None:
    found = market(
        technicite="forte",
        ambition="avance",
        ccag="fcs",
        departement="80",
        drapeaux=["npnru"],
        calibrage={"cout_horaire": 30, "taux_effort": "5 %"},
        lots=[
            {"intitule": "Un", "montant_ht": 1000},
            {
                "intitule": "Deux",
                "objet": "vitrerie",
                "montant_ht": 2000,
                "nature": "travaux",
                "duree_mois": 6,
                "technicite": "faible",
                "ccag": "travaux",
                "drapeaux": ["site_occupe"],
                "calibrage": {"taux_effort": "10 %"},
            },
        ],
    )
    one, two = found.scopes
    assert (one.lot, two.lot) == (1, 2)
    assert (one.nature, one.duration, one.technicity) == (Nature.SERVICES, Months(48), Technicity.HIGH)
    assert (two.nature, two.duration, two.technicity) == (Nature.WORKS, Months(6), Technicity.LOW)
    assert (one.ccag, two.ccag) == (Ccag.SUPPLIES_SERVICES, Ccag.WORKS)
    assert (one.ambition, two.ambition, two.department) == (Ambition.ADVANCED, Ambition.ADVANCED, "80")
    assert (one.flags, two.flags) == ({Flag.NPNRU}, {Flag.NPNRU, Flag.OCCUPIED_SITE})
    assert (one.object, two.object) == ("Un", "Deux vitrerie")
    assert (two.overrides.hourly_cost, two.overrides.effort) == (HourlyCost(30), Rate(Fraction(1, 10)))


def test_several_lots_never_inherit_the_amount() -> None:
    one, two = market(montant_max_ht=300_000, lots=[{"intitule": "Un"}, {"intitule": "Deux"}]).scopes
    assert (one.amount, two.amount, one.amount_max) == (None, None, None)


def test_a_single_lot_has_the_amount_of_the_market() -> None:
    (scope,) = market(lots=[{"intitule": "Lot unique"}]).scopes
    assert (scope.lot, scope.amount) == (1, Euros(216_000))


def test_figures_of_the_whole_market_are_not_repeated_on_each_lot() -> None:
    own = {"heures": 450, "effectif": 5, "heures_dpgf": 900, "personnel_transferable_heures_mois": 100}
    one, two = market(
        calibrage=own, lots=[{"intitule": "Un", "calibrage": {"heures": 100}}, {"intitule": "Deux"}]
    ).scopes
    assert (one.overrides.hours, two.overrides.hours) == (Hours(100), None)
    assert (two.overrides.staff, two.overrides.estimated_hours, two.overrides.transferable_hours) == (None,) * 3
    (single,) = market(calibrage=own, lots=[{"intitule": "Un"}]).scopes
    assert single.overrides.hours == Hours(450)


def test_a_segment_typed_for_the_market_does_not_speak_for_a_lot_that_gives_its_own_code() -> None:
    found = market(segment="nettoyage-locaux", cpv="90919200")
    lots = [{"intitule": "a", "montant_ht": 1, "cpv": "77310000"}, {"intitule": "b", "montant_ht": 1, "segment": "EV"}]
    one, two = market(segment="nettoyage-locaux", cpv="90919200", lots=lots).scopes
    assert (found.scopes[0].segment, found.scopes[0].cpv) == ("nettoyage-locaux", "90919200")
    assert (one.segment, one.cpv) == (None, "77310000")
    assert (two.segment, two.cpv) == ("EV", None)


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, 216_000),
        ({"montant_max_ht": 300_000}, 300_000),  # a framework agreement counts at its maximum
        ({"lots": [{"intitule": "a", "montant_ht": 100_000}, {"intitule": "b", "montant_ht": 200_000}]}, 300_000),
        ({"lots": [{"intitule": "a", "montant_ht": 100_000}]}, 216_000),
    ],
)
def test_the_value_that_thresholds_are_compared_with(changes: dict[str, Any], total: int) -> None:
    assert market(**changes).total == Euros(total)


def test_a_hundred_lots_fit() -> None:
    lots = [{"intitule": f"Lot {number}", "montant_ht": 1000} for number in range(MAX_LOTS)]
    assert len(market(lots=lots).scopes) == MAX_LOTS
