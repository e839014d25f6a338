"""The first page: what is known while it is filled, lots pasted, segments found, examples tried."""

from __future__ import annotations

import re

import pytest

from drafter.library import Library
from drafter.web.folded_lots import unfolded
from drafter.web.lots_paste import PASTE
from drafter.web.market_form import LOT_FIELDS, MARKET_FIELDS, MAX_LOTS

from .reading import Page
from .test_errors import HOSTILE

FOUR = {
    "objet": "Nettoyage des locaux de la médiathèque",
    "nature": "services",
    "montant_ht": "250 000",
    "duree_mois": "48",
    "date_lancement": "01/10/2026",
}
SHEET = (
    "N°\tIntitulé\tNature\tCPV\tSegment\tMontant HT\tDurée (mois)\tMontant TTC\n"
    "1\tPeinture\tTravaux\t45442100-8\t\t96 000,00 €\t10\t115 200\n"
    "2\tGros œuvre\tTravaux\t452\t\tbeaucoup\t12\t1\n"
    "3\tAbords\tservice\t\tgazonnage\t12000\t12\t1\n"
    "\tTotal\t\t\t\t100000\t\t"
)


def box(client, **typed: str) -> str:
    """The text of the estimate, as the script asks for it."""
    home = client.get("/").page
    data = home.sent("/verifier", **{**FOUR, **typed, "fragment": "1"})
    answer = client.post("/estimation", data=data)
    assert answer.status_code == 200
    assert not answer.get_data().startswith(b"<!DOCTYPE")
    return plain(Page(answer.get_data(as_text=True)).text)


def plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


# --- the estimate --------------------------------------------------------------------------------


def test_four_facts_give_the_estimate(client) -> None:
    text = box(client)
    assert "800 heures d’insertion conseillées de 290 heures à 1 930 heures" in text
    assert "Critère environnemental obligatoire article L2152-7" in text
    assert "Condition sociale à préciser" in text
    assert "nettoyage de locaux" in text


def test_the_buyer_settles_the_social_condition(client) -> None:
    text = box(client, acheteur="collectivite")
    assert "Seuil européen franchi 250 000 € pour un seuil de 216 000 €" in text
    assert "Condition sociale obligatoire article L2112-2-1" in text
    assert "Seuil européen non franchi" in box(client, acheteur="collectivite", montant_ht="100 000")


def test_the_estimate_says_what_the_next_page_says(client) -> None:
    home = client.get("/").page
    page = client.post("/verifier", data=home.sent("/verifier", **FOUR)).page
    assert re.search(r"\b800 heures d’insertion conseillées", plain(page.text))


@pytest.mark.parametrize(
    ("typed", "said", "unsaid"),
    [
        ({"montant_ht": ""}, "il manque : le montant HT", "heures d’insertion"),
        ({"montant_ht": "beaucoup"}, "Pas encore lu : le montant HT", "n'est pas un montant"),
        ({"duree_mois": ""}, "il manque : la durée", "heures d’insertion"),
        ({"nature": None}, "à choisir, supposée : services", "il manque"),
        ({"nature": None, "objet": "Divers"}, "il manque : la nature", "obligatoire"),
        ({"objet": ""}, "il manque : l’objet", "Segment"),
        ({"objet": "", "cpv": "90911200"}, "Nettoyage de locaux et propreté", "il manque"),
        ({"segment": "inconnu-ici"}, "Pas encore lu : le segment d’achat", "n'est ni un segment"),
        ({"date_lancement": "demain"}, "Pas encore lu : la date de lancement", "lisible"),
        ({"cpv": "12"}, "Pas encore lu : le code CPV", "huit chiffres"),
        ({"montant_min_ht": "9", "montant_max_ht": "5"}, "heures d’insertion", "dépasse"),
        ({"calibrage-effectif": "trois"}, "heures d’insertion", "trois"),
        ({"objet": "{{ 7*7 }}<b>"}, "heures d’insertion", "49"),
    ],
)
def test_a_partial_page_gives_what_is_known_and_no_fault(client, typed, said: str, unsaid: str) -> None:
    text = box(client, **typed)
    assert said in text
    assert unsaid not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_breaks_the_estimate(client, text: str) -> None:
    home = client.get("/").page
    fields = ["objet", *MARKET_FIELDS, "drapeaux", "calibrage-heures", *(f"lots-0-{name}" for name in LOT_FIELDS)]
    for names in (fields, *([name] for name in fields)):
        typed = {**FOUR, **dict.fromkeys(names, text), "fragment": "1"}
        answer = client.post("/estimation", data=home.sent("/verifier", **typed))
        assert answer.status_code == 200
        html = answer.get_data(as_text=True)
        assert "<script" not in html
        assert "<img" not in html
        assert "49" not in html


def test_lots_are_counted_and_those_without_amount_are_said(client) -> None:
    lots = {"lots-0-intitule": "Peinture", "lots-0-montant_ht": "96 000", "lots-1-intitule": "Gros œuvre"}
    text = box(client, nature="travaux", objet="Rénovation de l'école", **lots)
    assert "1 lot sans montant : ses heures ne sont pas comptées" in text
    assert "Peinture" in text
    wrong = box(client, nature="travaux", **{**lots, "lots-1-montant_ht": "x", "lots-1-duree_mois": "y"})
    assert wrong.count("le lot 2") == 1


def test_without_a_script_the_box_is_in_the_page(client) -> None:
    home = client.get("/").page
    answer = client.post("/estimation", data=home.sent("/verifier", **{**FOUR, "montant_ht": "216 000"}))
    assert answer.status_code == 200
    assert dict(answer.page.form("/verifier").fields)["montant_ht"] == "216 000"
    assert "heures d’insertion conseillées" in plain(answer.page.text)
    assert "Erreur" not in answer.page.title


# --- lots pasted ---------------------------------------------------------------------------------


def paste(client, text: str, **typed: str):
    home = client.get("/").page
    data = home.sent("/verifier", **{**FOUR, **typed, PASTE: text, "action": "coller-lots"})
    return client.post("/decrire", data=data)


def test_a_sheet_becomes_lots_with_one_fault_a_cell(client) -> None:
    answer = paste(client, SHEET)
    assert answer.status_code == 422
    fields = dict(answer.page.form("/verifier").fields)
    assert fields["lots-0-intitule"] == "Peinture"
    assert fields["lots-0-montant_ht"] == "96 000,00 €"
    assert fields["lots-1-montant_ht"] == "beaucoup"  # kept, beside its fault
    assert fields["lots-2-nature"] == "services"
    assert "lots-3-intitule" not in fields  # the total is no lot
    assert fields["objet"] == FOUR["objet"]
    assert fields[PASTE] == ""
    html = answer.get_data(as_text=True)
    assert html.count('aria-invalid="true"') == 3
    assert "lots-1-montant_ht-erreur" in html
    assert "lots-1-cpv-erreur" in html
    assert "lots-2-segment-erreur" in html
    assert "non reprise" in answer.page.text
    assert "3 lots lus dans votre tableau" in plain(answer.page.text)


@pytest.mark.parametrize(
    ("text", "lots"),
    [
        (
            "Lot 1;Peinture;96000;10\nLot 2;Gros œuvre;480 000;12",
            [("Peinture", "96000", "10"), ("Gros œuvre", "480 000", "12")],
        ),
        ("Peinture\nGros œuvre", [("Peinture", "", ""), ("Gros œuvre", "", "")]),
        ("Objet\tBudget k€\tDurée (ans)\nPeinture\t12,5\t2", [("Peinture", "12,5 k€", "2 ans")]),
        (
            '"Lot ""nord"", étage 2"\t12000\n"Peinture\nsols"\t3000',
            [('Lot "nord", étage 2', "12000", ""), ("Peinture sols", "3000", "")],
        ),
        ('Écran 24"\t12000\nSouris\t3000', [('Écran 24"', "12000", ""), ("Souris", "3000", "")]),
        ("Lot\tMontant HT\n1\t1000\n2\t2000", [("Lot 1", "1000", ""), ("Lot 2", "2000", "")]),
        ("Intitulé\tMontant HT\n=SOMME(A1)\t-\n", [("=SOMME(A1)", "", "")]),
    ],
)
def test_tables_with_or_without_a_header(client, text: str, lots: list[tuple[str, str, str]]) -> None:
    fields = dict(paste(client, text).page.form("/verifier").fields)
    for number, (title, amount, duration) in enumerate(lots):
        found = tuple(fields[f"lots-{number}-{name}"] for name in ("intitule", "montant_ht", "duree_mois"))
        assert found == (title, amount, duration)
    assert f"lots-{len(lots)}-intitule" not in fields


def test_a_header_names_the_minimum_and_the_maximum(client) -> None:
    text = "Intitulé;Montant minimum HT;Montant maximum HT\nPeinture;1 000;50 000"
    fields = dict(paste(client, text).page.form("/verifier").fields)
    assert (fields["lots-0-montant_min_ht"], fields["lots-0-montant_max_ht"]) == ("1 000", "50 000")


@pytest.mark.parametrize("text", ["12;13;14", "\t;\n", "???\t!!!", "1" * 5000])
def test_what_means_nothing_stays_in_its_zone(client, text: str) -> None:
    answer = paste(client, text)
    assert answer.status_code == 422
    assert "Erreur" in answer.page.title
    assert dict(answer.page.form("/verifier").fields)[PASTE].split() == text.split()


def test_lots_are_added_to_those_described_and_a_hundred_at_most(client) -> None:
    many = "\n".join(f"Peinture du bâtiment {number}\t{number}000" for number in range(1, 121))
    answer = paste(client, many, **{"lots-0-intitule": "Déjà là"})
    fields = unfolded(answer.page.sent("/verifier"))
    assert fields["lots-0-intitule"] == "Déjà là"
    titles = [name for name in fields if name.startswith("lots-") and name.endswith("intitule")]
    assert len(titles) == MAX_LOTS
    assert len(fields[PASTE].split("\n")) == 21
    assert "21 lignes de trop" in plain(answer.page.text)


def test_pasted_and_sent_at_once_is_read_before_it_is_computed(client) -> None:
    """The button under the zone forgotten: nothing is lost, the lots are shown first."""
    home = client.get("/").page
    answer = client.post("/verifier", data=home.sent("/verifier", **FOUR, **{PASTE: "Vitres;40000\nSols;60000"}))
    assert "Décrire l’achat" in answer.page.title
    assert "2 lots lus" in plain(answer.page.text)
    page = client.post("/verifier", data=answer.page.sent("/verifier")).page
    assert "Vérifier et décider" in page.title


# --- segments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "segment"),
    [
        ("nettoyage", "NET"),
        ("netoyage", "NET"),
        ("nettoy", "NET"),
        ("netoy", "NET"),
        ("90911200", "NET"),
        ("90911200-8", "NET"),
        ("9091", "NET"),
        ("cantine", "REST"),
        ("espaces verts", "EV"),
        ("ordinateurs", "NUM"),
        ("ordi", "NUM"),
    ],
)
def test_a_segment_is_found_by_words_or_code(client, library: Library, words: str, segment: str) -> None:
    rows = client.get("/segments", query_string={"q": words, "format": "json"}).get_json()
    first = rows[0]["id"]
    found = next(code for code, s in library.segments.items() if first in (s.id, *(t.id for t in s.trades)))
    assert found == segment
    assert rows[0]["why"]
    page = client.get("/segments", query_string={"q": words}).page
    assert rows[0]["label"].replace("'", "’") in page.text


@pytest.mark.parametrize("words", ["", " ", "zzzzzz", "{{ 1 }}", "<script>", "%", "9" * 500, "\u202e"])
def test_a_search_that_finds_nothing(client, words: str) -> None:
    assert client.get("/segments", query_string={"q": words, "format": "json"}).get_json() == []
    assert client.get("/segments", query_string={"q": words}).status_code == 200


def test_every_id_found_is_an_answer_of_the_list(client, library: Library) -> None:
    page = client.get("/").page
    for words in ("travaux", "fourniture", "services", "45", "entretien"):
        for row in client.get("/segments", query_string={"q": words, "format": "json"}).get_json():
            assert f'<option value="{row["id"]}"' in page.html


# --- examples, steps, weight ---------------------------------------------------------------------


def test_an_example_opens_on_its_result(client) -> None:
    home = client.get("/").page
    trials = [address for address in home.addresses if address.startswith("/essai/")]
    assert len(trials) == 4
    for address in trials:
        page = client.get(address).page
        assert "Vérifier et décider" in page.title
        assert "Ceci est un exemple" in page.text
    again = client.post("/verifier", data=page.sent("/verifier")).page
    assert "Ceci est un exemple" in again.text
    assert "Décrire l’achat" in client.post("/decrire", data=again.sent("/verifier")).page.title
    assert client.get("/essai/inconnu").status_code == 404


def test_every_step_is_reached_from_every_other(client) -> None:
    home = client.get("/").page
    page = client.post("/documents", data=home.sent("/verifier", **FOUR)).page  # step 1 to step 3
    assert page.title.startswith("Documents")
    download = page.forms[0].action
    page = client.post("/verifier", data=page.sent(download)).page
    assert page.title.startswith("Vérifier et décider")
    page = client.post("/decrire", data=page.sent("/verifier")).page
    assert dict(page.form("/verifier").fields)["objet"] == FOUR["objet"]
    for step in ("/verifier", "/documents"):
        assert step in page.addresses


def test_a_description_of_ten_lots_is_light(client) -> None:
    answer = paste(client, "\n".join(f"Peinture du bâtiment {number}\t{number}000" for number in range(1, 11)))
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
