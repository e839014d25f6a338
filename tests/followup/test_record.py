"""The dates, the calendar file and the structured record: each says where it comes from, none says too much."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO

import pytest
from icalendar import Calendar

from drafter.followup.calendar_file import calendar_file
from drafter.followup.deadlines import CLAUSE, OURS, PRACTICE, deadlines, proofs, rhythm
from drafter.followup.indicators import AGEC, AGEC_AMOUNTS, COLUMNS, indicators, indicators_csv
from drafter.followup.record import obligations, obligations_csv, obligations_json

from .filling import ORDERS, WORKS, example, plan

PLAN = plan(WORKS, date(2026, 12, 1))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_the_dates_of_the_clause_are_counted_from_its_delays() -> None:
    found = {item.title: item for item in deadlines(PLAN)}
    days = {title.split(" (")[0].split(" ;")[0].replace("\u00a0", " "): item.day for title, item in found.items()}
    assert days["Désigner le correspondant et donner ses coordonnées professionnelles"] == date(2026, 12, 16)
    assert days["Tenir la réunion de lancement"] == date(2026, 12, 31)
    assert days["Remettre le relevé des heures d'avril 2027"] == date(2027, 5, 12)
    assert days["Remettre le bilan d'avancement du 1er trimestre 2027"] == date(2027, 4, 12)
    assert days["Remettre le bilan final"] == date(2027, 10, 30)
    settled = next(item for title, item in found.items() if title.startswith("Arrêter le décompte final"))
    assert settled.day == date(2027, 12, 30)
    assert [item.day for item in deadlines(PLAN)] == sorted(item.day for item in deadlines(PLAN))


def test_every_date_says_where_it_comes_from() -> None:
    for item in deadlines(PLAN):
        assert item.origin in (CLAUSE, PRACTICE, OURS)
        assert item.why.split(" : ", 1)[1]
        if item.origin == CLAUSE:
            assert "article «" in item.source


def test_orders_add_their_statements() -> None:
    found = [item.title for item in deadlines(plan(ORDERS, date(2026, 12, 15)))]
    assert sum(title.startswith("Transmettre au facilitateur l'état des commandes") for title in found) == 16
    assert sum(title.startswith("Constater les heures dues") for title in found) == 4


def test_a_rhythm_is_read_only_when_the_clause_says_one() -> None:
    found = example("mobilier-creche")
    by_clause = {item.clause.control.frequency: rhythm(item) for item in proofs(found.result)}
    assert by_clause
    assert all(months is None for often, months in by_clause.items() if "au plus" in often and "chaque" not in often)
    assert found.terms is None
    assert all("heures" not in item.title for item in deadlines(found))


@pytest.mark.parametrize("name", ["renovation-ecole", "voirie-programme", "mobilier-creche"])
def test_the_calendar_opens_and_never_changes(name: str) -> None:
    found = example(name)
    data = calendar_file(found)
    assert data == calendar_file(example(name))
    calendar = Calendar.from_ical(data)
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [item.day for item in deadlines(found)]
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert {event.decoded("dtstamp").date() for event in events} == {found.result.on}


def test_an_object_on_several_lines_writes_no_line_of_the_calendar() -> None:
    data = calendar_file(plan({**WORKS, "objet": "Façades;\r\nBEGIN:VEVENT\r\nX-AUTRE:1"}))
    calendar = Calendar.from_ical(data)
    assert len(calendar.walk("VEVENT")) == len(deadlines(PLAN))
    assert b"\nX-AUTRE" not in data


def test_the_record_says_what_the_clause_says() -> None:
    data = obligations(PLAN)
    assert json.loads(obligations_json(PLAN)) == data
    assert data["heures_total"] == 450
    assert data["penalites"]["INS-H"]["par_heure"] == 24.62
    assert data["penalites"]["plafond_part_du_montant"] == 0.1
    assert data["suivi"]["bilan_d_avancement"] == {"rythme": "chaque trimestre civil", "delai_jours": 12}
    assert sum(item["heures"] for item in data["lots"][0]["trimestres"]) == 450
    assert len(data["modes"]) == 3
    assert data["facilitateur"]["structure"] is None
    assert "nom de la structure facilitatrice" in data["facilitateur"]["a_completer"]
    (row,) = rows(obligations_csv(PLAN))
    assert (row["heures"], row["debut"], row["penalite_heure"]) == ("450", "2027-01-01", "24.62")


def test_a_market_without_hours_has_a_record_that_says_so() -> None:
    found = example("mobilier-creche")
    data = obligations(found)
    assert (data["clause"], data["lots"], data["heures_total"], data["penalites"]) == (None, [], 0, None)
    assert rows(obligations_csv(found)) == []
    assert "mise-en-demeure" not in json.dumps(data)


def test_orders_carry_their_ratio() -> None:
    (lot,) = obligations(plan(ORDERS))["lots"]
    assert lot["regle"] == "commandes"
    assert lot["heures_indicatives"]
    assert lot["ratio"]["tranche_ht"] == 10_000


def test_what_is_typed_is_no_formula_in_the_rows() -> None:
    hostile = plan(WORKS | {"objet": "=cmd|' /C calc'!A0", "acheteur_nom": "@SUM(1)"})
    (row,) = rows(obligations_csv(hostile))
    assert row["objet"].startswith("'=")
    assert row["acheteur"].startswith("'@")


def test_indicators_are_the_figures_of_the_kept_clauses() -> None:
    found = example("mobilier-creche")
    listed = indicators(found.result)
    kept = {item.clause.id for item in proofs(found.result)}
    assert {row["reference"] for row in listed if row["origine"] != AGEC} <= kept
    assert all(set(row) == set(COLUMNS) for row in listed)
    assert not any(row["valeur_constatee"] for row in listed)
    assert len(rows(indicators_csv(found.result))) == len(listed)


def test_a_figure_of_another_level_is_no_commitment() -> None:
    """The share left uncut is written at the exemplary level alone."""

    def engaged(level: str) -> set[str]:
        rows = indicators(plan(ORDERS | {"ambition": level}).result)
        return {row["indicateur"] for row in rows if row["reference"] == "env.espaces-verts.gestion-differenciee"}

    uncut = {name for name in engaged("exemplaire") if "sans coupe" in name}
    assert len(uncut) == 1
    assert engaged("socle") == engaged("exemplaire") - uncut


def test_agec_purchases_have_their_three_amounts() -> None:
    found = example("mobilier-creche")
    agec = [row for row in indicators(found.result) if row["origine"] == AGEC]
    lines = sum(len(duty.agec) for duty in found.result.sector_duties if duty.binds)
    assert lines
    assert [row["indicateur"] for row in agec] == list(AGEC_AMOUNTS) * lines
