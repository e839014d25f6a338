"""The page of the calibrage: every key of the market file can be typed there, kept, refused beside its field."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import Any

import pytest

from drafter import dossier
from drafter.calibration.model import ControlLevel
from drafter.pipeline import run
from drafter.web.calibration_form import FIGURES
from drafter.web.calibration_view import LABELS
from drafter.web.figures import COLUMN_HEIGHT, chain, columns, swings

from .test_path import CALIBRATION, CLEANING, described

FACTS = {**CLEANING, "date_lancement": "2026-10-01", "montant_ht": 250_000, "duree_mois": 48}
LOTS = [{"intitule": "Locaux", "montant_ht": 200_000}, {"intitule": "Vitrerie", "montant_ht": 90_000}]


def opened(client, **facts: Any):
    """The page of the calibrage of a market file, as reopened."""
    home = client.get("/").page
    upload = {"fichier": (io.BytesIO(json.dumps({**FACTS, **facts}).encode()), "marche.json")}
    data = {**home.sent("/rouvrir"), **upload}
    page = client.post("/rouvrir", data=data, content_type="multipart/form-data").page
    return client.post(CALIBRATION, data=page.sent("/verifier")).page


def send(client, page, /, code: int = 200, **changes: str | None):
    answer = client.post(CALIBRATION, data=page.sent(CALIBRATION, **changes))
    assert answer.status_code == code
    return answer.page


def market_of(page, action: str = CALIBRATION):
    return dossier.load(dict(page.form(action).fields)["dossier"])


def fields_of(page) -> dict[str, str]:
    return dict(page.form(CALIBRATION).fields)


def test_every_figure_of_the_market_file_has_its_field(client) -> None:
    assert set(LABELS) == set(FIGURES)
    for facts in ({}, {"forme": "bons_de_commande"}, {"lots": LOTS}):
        names = set(fields_of(opened(client, **facts)))
        orders = {"seuil_bon_commande_ht", "part_commandes_au_dessus_seuil"} if "forme" not in facts else set()
        number = 1 if "lots" in facts else 0
        for key in FIGURES:
            where = 0 if key == "taux_operation" else number
            assert key in orders or {f"k--{where}--{key}{end}" for end in ("", "--motif", "--par")} <= names, key
        assert {f"k--{number}--{key}" for key in ("periodes", "attributaires", "debut_execution")} <= names
        assert f"k--{number}--tranche-0--montant_ht" in names
        assert "k--territoire" in names


TYPED = {
    "part_main_oeuvre": "75",
    "cout_horaire": "26,50",
    "taux_effort": "7,5",
    "effectif": "3,5",
    "heures_dpgf": "4 200",
    "personnel_transferable_heures_mois": "120",
    "heures_marche_precedent": "5000",
    "montant_marche_precedent": "230 000",
    "indexation_annuelle": "0,5",
    "taux_operation": "6",
}


def test_each_figure_is_kept_with_its_reason_and_who_proposes_it(client) -> None:
    page = opened(client)
    changes: dict[str, str | None] = {}
    for key, text in TYPED.items():
        changes |= {f"k--0--{key}": text, f"k--0--{key}--motif": f"Motif {key}", f"k--0--{key}--par": "facilitateur"}
    page = send(client, page, **changes)
    given = market_of(page).overrides
    assert given.labour_share.percent == 75
    assert given.indexation.percent == Fraction(1, 2)
    assert given.target.percent == 6
    assert {key for key in TYPED if getattr(given, FIGURES[key]) is not None} == set(TYPED)
    assert {key: (item.reason, item.by) for key, item in given.reasons.items()} == {
        key: (f"Motif {key}", "facilitateur") for key in TYPED
    }
    kept = fields_of(page)
    assert {name: kept[name] for name in changes} == changes
    again = market_of(send(client, page))
    assert again.overrides == given
    assert "Par les heures de la DPGF ou de l’économiste" in page.text
    note = client.post("/apercu/note", data=page.sent(CALIBRATION)).page
    assert "Motif taux_effort" in note.text


def test_a_small_rate_comes_back_as_it_was(client) -> None:
    page = opened(client, calibrage={"taux_effort": "0,5 %"})
    assert market_of(send(client, page)).overrides.effort.percent == Fraction(1, 2)


def test_a_factor_is_switched_off_and_on(client) -> None:
    page = opened(client, technicite="forte", departement="75")
    assert {"k--0--technicite--appliquer", "k--0--ile_de_france--appliquer"} <= set(fields_of(page))
    reason = {"k--0--technicite--motif": "Équipe formée", "k--0--technicite--par": "acheteur"}
    page = send(client, page, **{"k--0--technicite--appliquer": None}, **reason)
    given = market_of(page).overrides
    assert given.set_aside == {"technicite"}
    assert given.reasons["technicite"].reason == "Équipe formée"
    page = send(client, page, **{"k--0--technicite--appliquer": "1"})
    assert market_of(page).overrides.set_aside == frozenset()


def test_a_territory_is_chosen_and_one_is_refused(client) -> None:
    page = opened(client)
    page = send(client, page, **{"k--territoire": "canal-seine-nord-europe", "k--territoire--somme": None})
    market = market_of(page)
    assert (market.territory, market.refused_territories) == ("canal-seine-nord-europe", ("somme",))
    assert "Écartée à la demande" in page.text
    page = send(client, page, **{"k--territoire": "", "k--territoire--somme": "1"})
    assert (market_of(page).territory, market_of(page).refused_territories) == (None, ())


def test_tranches_are_added_changed_and_removed(client) -> None:
    row = {"intitule": "Conception", "montant_ht": "50 000", "ferme": "oui", "taux_effort": "2"}
    page = send(client, opened(client), **{f"k--0--tranche-0--{key}": text for key, text in row.items()})
    row = {"intitule": "Travaux", "montant_ht": "200 000", "ferme": "non"}
    page = send(client, page, **{f"k--0--tranche-1--{key}": text for key, text in row.items()})
    tranches = market_of(page).tranches
    assert [(item.title, item.amount.value, item.firm) for item in tranches] == [
        ("Conception", 50_000, True),
        ("Travaux", 200_000, False),
    ]
    assert "Par le montant, phase par phase" in page.text
    gone = {f"k--0--tranche-0--{key}": "" for key in ("intitule", "montant_ht", "taux_effort")}
    assert [item.title for item in market_of(send(client, page, **gone)).tranches] == ["Travaux"]


def test_orders_have_their_threshold_and_holders(client) -> None:
    page = opened(client, forme="bons_de_commande")
    changes = {
        "k--0--seuil_bon_commande_ht": "20 000",
        "k--0--part_commandes_au_dessus_seuil": "75",
        "k--0--attributaires": "3",
        "k--0--periodes": "4",
        "k--0--debut_execution": "01/01/2027",
    }
    page = send(client, page, **changes)
    market = market_of(page)
    assert (market.holders, market.periods, market.overrides.share_above.percent) == (3, 4, 75)
    assert market.execution_start.isoformat() == "2027-01-01"
    assert "Ratio à inscrire au CCAP" in page.text


FAULTY = {
    "k--0--taux_effort": "500 %",
    "k--0--cout_horaire": "beaucoup",
    "k--0--effectif": "-3",
    "k--0--periodes": "0",
    "k--0--debut_execution": "31/02/2027",
    "k--0--tranche-0--montant_ht": "x",
    "k--0--heures_marche_precedent": "4000",
    "k--0--part_main_oeuvre--par": "acheteur",
}


def test_nothing_typed_is_lost_and_each_fault_is_beside_its_field(client) -> None:
    page = opened(client)
    before = market_of(page)
    page = send(client, page, 422, **FAULTY, **{"k--0--personnel_transferable_heures_mois": "120"})
    assert page.title.startswith("Erreur")
    assert {name: fields_of(page)[name] for name in FAULTY} == FAULTY
    wrong = {found["id"] for found in page.controls if found.get("aria-invalid") == "true"}
    assert wrong == (set(FAULTY) - {"k--0--part_main_oeuvre--par", "k--0--heures_marche_precedent"}) | {
        "k--0--part_main_oeuvre--motif",
        "k--0--montant_marche_precedent",
        "k--0--tranche-0--intitule",
    }
    market = market_of(page)
    assert market.overrides.transferable_hours.value == 120  # what reads is kept
    assert market.overrides.effort is before.overrides.effort is None
    for target in ("/verifier", "/documents"):  # no way round
        answer = client.post(target, data=page.sent(CALIBRATION))
        assert answer.status_code == 422
        assert {name: fields_of(answer.page)[name] for name in FAULTY} == FAULTY
    back = client.post("/decrire", data=page.sent(CALIBRATION)).page
    again = client.post("/verifier", data=back.sent("/verifier"))
    assert again.status_code == 422
    kept = fields_of(again.page)
    assert {name: kept[name] for name in FAULTY} == FAULTY


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{7*7}}", '"><img src=x onerror=alert(1)>', "\u202eedoht"]
)
def test_hostile_reasons_come_out_escaped(client, text: str) -> None:
    client.typed = (text, text[:20], "onerror")
    page = send(client, opened(client), **{"k--0--taux_effort": "7", "k--0--taux_effort--motif": text})
    assert "onerror" not in page.attributes
    assert "<script>alert" not in page.html


def test_names_that_no_page_holds_change_nothing(client) -> None:
    page = opened(client)
    data = page.sent(CALIBRATION)
    for name in ("k--9--taux_effort", "k--", "k--x--y", "k--0--inconnu", "k--0--inconnu--motif", "k--0--tranche-x--y"):
        data[name] = "7"
    data["voir"], data["k--0--facteurs"] = "999999999999999999999", "zzz technicite"
    answer = client.post(CALIBRATION, data=data)
    assert answer.status_code == 200
    assert market_of(answer.page).overrides.effort is None


def test_one_lot_is_open_at_a_time_and_the_others_stay(client) -> None:
    page = opened(client, lots=LOTS)
    page = send(client, page, **{"k--1--taux_effort": "12"}, voir="2")
    assert "k--2--taux_effort" in fields_of(page)
    assert "k--1--taux_effort" not in fields_of(page)
    page = send(client, page, **{"k--2--cout_horaire": "30"})
    first, second = market_of(page).lots
    assert (first.overrides.effort.percent, second.overrides.hourly_cost.value) == (12, 30)
    wrong = send(client, page, 422, **{"k--2--cout_horaire": "x"}, voir="1")
    assert fields_of(wrong)["k--2--cout_horaire"] == "x"  # the lot at fault stays open


def test_the_fragment_is_the_form_alone(client) -> None:
    page = opened(client)
    answer = client.post(CALIBRATION, data=page.sent(CALIBRATION, fragment="1", **{"k--0--taux_effort": "7"}))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'id="calcul"' in html
    assert "<html" not in html
    assert 'data-annonce="Recalculé' in html
    bad = client.post(CALIBRATION, data=page.sent(CALIBRATION, fragment="1", **{"k--0--taux_effort": "700 %"}))
    assert bad.status_code == 422
    assert "k--0--taux_effort-erreur" in bad.get_data(as_text=True)


def test_an_old_token_loses_nothing(app, library) -> None:
    from drafter.web import create_app

    client = create_app(library, {"SECRET_KEY": "test"}).test_client()
    text = dossier.dump(run_market(library, "nettoyage-mediatheque").market, library)
    data = {"page": "calibrage", "dossier": text, "k--0--taux_effort": "7", "csrf_token": "périmé"}
    answer = client.post(CALIBRATION, data=data)
    assert answer.status_code == 400
    assert 'name="k--0--taux_effort" value="7"' in answer.get_data(as_text=True)


def run_market(library, name: str = "renovation-ecole"):
    return run(library.examples[name], library)


def test_the_figures_hold_the_numbers_of_the_tables(library) -> None:
    for name in ("renovation-ecole", "nettoyage-mediatheque", "voirie-programme"):
        for lot in run_market(library, name).calibration.lots:
            if not lot.has_clause:
                continue
            links = chain(lot.steps)
            assert [link.name for link in links] == [step.name for step in lot.steps]
            assert max(link.share for link in links if link.share is not None) == 100
            drawn = columns(lot.quarters)
            assert len(drawn) == len(lot.quarters)
            assert max(column.height for column in drawn) == COLUMN_HEIGHT
            assert drawn[-1].left + drawn[-1].width <= 100
            moving, at = swings(lot.sensitivity, lot.hours.exact)
            assert 0 < at <= 100
            assert all(swing.left >= 0 and swing.left + swing.width <= 100.01 for swing in moving)


def test_the_controls_are_on_the_page(client, library) -> None:
    page = client.post(CALIBRATION, data=described(client).sent("/verifier")).page
    lot = run(market_of(page), library).calibration.lots[0]
    assert len(lot.controls) >= 4
    assert "Contrôles de cohérence" in page.text
    for control in lot.controls:
        assert control.level.label in page.text
    assert any(control.level is ControlLevel.OK for control in lot.controls)
