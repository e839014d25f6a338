"""The obligations of a market as data, for the software that follows clauses: one JSON, one CSV row a lot.

The keys are French and closed; `docs/suivi.md` describes them. Nothing of a person, nothing that the clause does not
say: what only the buyer knows is null.
"""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

from drafter.draft.blocks import Blank, Paragraph
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.terms import DOCUMENT_CODE, HOURS_CODE, Terms
from drafter.french import show
from drafter.values import Quantity

JSON_NAME, CSV_NAME = "obligations.json", "obligations.csv"
FORMAT, VERSION = "drafter-obligations", 1


def obligations(plan: Plan) -> dict[str, Any]:
    market, terms = plan.result.market, plan.terms
    return {
        "format": FORMAT,
        "version": VERSION,
        "marche": {
            "objet": market.object,
            "acheteur": market.buyer_name,
            "nature": str(market.nature),
            "contrat": str(market.contract),
            "date_lancement": market.launch_date.isoformat(),
        },
        "bibliotheque": plan.result.library.info.version,
        "notification": {"date": plan.notification.day.isoformat(), "saisie": plan.notification.typed},
        "clause": None
        if terms is None
        else {
            "id": terms.proposal.clause.id,
            "version": terms.proposal.clause.version,
            "niveau": str(terms.proposal.level),
        },
        "facilitateur": None if terms is None else _contact(plan, terms),
        "publics": [] if terms is None else _items(terms, "publics"),
        "modes": [] if terms is None else _items(terms, "modes"),
        "heures_total": _number(plan.total),
        "lots": [] if terms is None else [_lot(lot, terms) for lot in plan.lots],
        "suivi": None if terms is None else _rhythm(plan, terms),
        "penalites": None if terms is None else _penalties(terms),
    }


def obligations_json(plan: Plan) -> bytes:
    return (json.dumps(obligations(plan), ensure_ascii=False, indent=2) + "\n").encode()


COLUMNS = (
    "lot",
    "intitule",
    "objet",
    "acheteur",
    "heures",
    "regle",
    "ratio_heures",
    "ratio_tranche_ht",
    "heures_au_minimum",
    "debut",
    "debut_saisi",
    "fin_previsionnelle",
    "duree_mois",
    "montant_ht",
    "bilan",
    "penalite_heure",
    "penalite_document_jour",
    "plafond_part_du_montant",
    "mise_en_demeure_jours",
    "part_formation_max",
    "clause",
)


def obligations_csv(plan: Plan) -> bytes:
    """Semicolons and a byte-order mark, as French spreadsheets open it; decimal commas are for people, not here."""
    rows = []
    if plan.terms is not None:
        for lot in plan.lots:
            rows.append([safe(value) for value in _row(plan, plan.terms, lot)])
    return table_csv(COLUMNS, rows)


def table_csv(columns: tuple[str, ...], rows: list[list[Any]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(plan: Plan, terms: Terms, lot: LotPlan) -> list[Any]:
    data = _lot(lot, terms)
    ratio = data["ratio"] or {}
    return [
        lot.number or None,
        lot.title,
        plan.result.market.object,
        plan.result.market.buyer_name,
        data["heures"],
        data["regle"],
        ratio.get("heures"),
        ratio.get("tranche_ht"),
        ratio.get("heures_au_minimum"),
        data["debut"],
        "oui" if data["debut_saisi"] else "non",
        data["fin_previsionnelle"],
        data["duree_mois"],
        data["montant_ht"],
        "chaque trimestre civil",
        _number(terms.per_hour),
        _number(terms.document_day),
        _number(terms.share("plafond_insertion")),
        terms.days("delai_mise_en_demeure"),
        _number(terms.share("part_formation")),
        terms.proposal.clause.id,
    ]


def _lot(lot: LotPlan, terms: Terms) -> dict[str, Any]:
    ratio = lot.ratio
    return {
        "lot": lot.number or None,
        "intitule": lot.title,
        "regle": "commandes" if ratio else "tranches" if lot.tranches else "volume",
        "heures": _number(lot.hours),
        "heures_indicatives": ratio is not None,
        "ratio": None
        if ratio is None
        else {
            "heures": _number(ratio.per_tranche),
            "tranche_ht": _number(ratio.tranche),
            "commande_minimale_ht": _number(ratio.threshold),
            "heures_au_minimum": _number(ratio.at_minimum),
            "titulaires": ratio.holders,
        },
        "tranches": [
            {
                "intitule": part.title,
                "ferme": part.firm,
                "montant_ht": _number(part.amount),
                "heures": _number(part.hours),
            }
            for part in lot.tranches
        ],
        "montant_ht": _number(lot.amount),
        "duree_mois": _number(lot.duration),
        "debut": lot.start.day.isoformat(),
        "debut_saisi": lot.start.typed,
        "fin_previsionnelle": lot.end.isoformat(),
        "trimestres": [
            {
                "trimestre": item.quarter.name,
                "du": item.start.isoformat(),
                "au": item.end.isoformat(),
                "heures": _number(item.hours),
                "cumul": _number(item.due),
            }
            for item in lot.quarters
        ],
    }


def _contact(plan: Plan, terms: Terms) -> dict[str, Any]:
    """The structure is a blank of the piece: only the buyer knows it."""
    document = plan.result.documents.get("ccap")
    blanks = [
        item.label
        for block in (document.blocks if document else ())
        if isinstance(block, Paragraph) and block.origin == terms.proposal.clause.id
        for item in block.inlines
        if isinstance(item, Blank)
    ]
    return {"structure": None, "a_completer": list(dict.fromkeys(blanks))}


def _items(terms: Terms, key: str) -> list[str]:
    return [item.rstrip(";. \u00a0") for item in terms.listed(key)]


def _rhythm(plan: Plan, terms: Terms) -> dict[str, Any]:
    return {
        "releve_des_heures": {"rythme": "chaque mois", "delai_jours": terms.days("delai_releve")},
        "bilan_d_avancement": {"rythme": "chaque trimestre civil", "delai_jours": terms.days("delai_releve")},
        "etat_des_commandes": {"rythme": "chaque trimestre"} if plan.orders else None,
        "justificatifs": {"rythme": "à la demande du facilitateur", "delai_jours": terms.days("delai_justificatif")},
        "bilan_final": {"rythme": "fin de l'exécution", "delai_jours": terms.days("delai_bilan")},
        "decompte_final": {
            "rythme": "fin de l'exécution",
            "delai_mois": _number(terms.value("delai_attestation")),
        },
        "correspondant_jours": terms.days("delai_correspondant"),
        "reunion_jours": terms.days("delai_reunion"),
        "eligibilite_jours": terms.days("delai_eligibilite"),
        "eligibilite_mois": _number(terms.value("duree_eligibilite")),
    }


def _penalties(terms: Terms) -> dict[str, Any]:
    return {
        HOURS_CODE: {"par_heure": _number(terms.per_hour), "multiple_smic": _number_of(terms.multiple)},
        DOCUMENT_CODE: {
            "par_jour_et_document": _number(terms.document_day),
            "relance_jours": terms.reminder_days,
            "plafond_par_document": _number(terms.document_most),
        },
        "mise_en_demeure_jours": terms.days("delai_mise_en_demeure"),
        "plafond_part_du_montant": _number(terms.share("plafond_insertion")),
        "part_formation_max": _number(terms.share("part_formation")),
        "dit": {
            "par_heure": None if terms.per_hour is None else show(terms.per_hour),
            "plafond": show(terms.share("plafond_insertion")),
        },
    }


def _number(value: Quantity | None) -> int | float | None:
    return None if value is None else _number_of(value.value)


def _number_of(value: Any) -> int | float:
    return int(value) if value.denominator == 1 else float(round(value, 6))


_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: Any) -> Any:
    """A cell that no spreadsheet runs: what a person typed is never a formula."""
    text = value if isinstance(value, str) else None
    if text is None:
        return "" if value is None else value
    text = " ".join(text.split())
    return f"'{text}" if text.startswith(_STARTS) else text
