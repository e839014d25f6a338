"""`drafter explain --json`: the whole answer as plain data, keys in French, fixed by contract 4.3."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from drafter.alerts import satisfied_by
from drafter.calibration import HoursRange, LotCalibration, Step
from drafter.calibration.model import Change, Control, Slice, TerritoryUse
from drafter.calibration.territories import offered
from drafter.duties import FoundDuty
from drafter.market import market_data
from drafter.pipeline import Result
from drafter.proposal import Proposal
from drafter.sector import sector_row
from drafter.values import Quantity


def explain(result: Result) -> dict[str, Any]:
    """Plain data for JSON. Figures are numbers; `exact` and step values are rounded to four decimals."""
    return {
        "marche": _market(result),
        "obligations": [
            *(_duty(found, result) for found in result.duties),
            *(sector_row(found, result.selection.ids()) for found in result.sector_duties),
        ],
        "procedure": _procedure(result),
        "reservations": [
            {
                "id": item.reservation.id,
                "lot": item.lot,
                "statut": str(item.status),
                "motif": item.reason,
                "titre": item.reservation.title,
                "article": item.reservation.article,
            }
            for item in result.reservations
        ],
        "calibrage": {
            "lots": [_lot(lot) for lot in result.calibration.lots],
            "total": _hours(result.calibration.total, exact=False),
            **_whole_calibration(result),
        },
        "clauses": [row for item in result.selection.kept for row in _clauses(item)],
        "ecartees": [
            {
                "id": item.clause.id,
                "raisons": [*item.reasons, *([item.choice_reason] if item.choice_reason else [])],
            }
            for item in result.selection.dropped
        ],
        "a_preciser": _questions(result),
        "alertes": [
            {"id": alert.id, "texte": alert.text, "genre": "conseil" if alert.advice else "alerte"}
            for alert in result.alerts
        ],
        "decp": result.decp,
        "bibliotheque": {
            "version": result.library.info.version,
            "date": result.library.info.date.isoformat(),
        },
    }


def plain(value: Quantity | Fraction | None) -> int | float | None:
    """A JSON number: whole when it is whole, else four decimals."""
    if value is None:
        return None
    number = value.value if isinstance(value, Quantity) else value
    return int(number) if number.denominator == 1 else round(float(number), 4)


def _market(result: Result) -> dict[str, Any]:
    main, understanding = result.understanding.main, result.understanding
    whole = {
        **market_data(result.market),
        "segment": main.recognition.trade_id or main.recognition.segment_id,
        "segment_code": main.segment,
        "segment_origine": main.recognition.origin,
        "segment_explication": main.recognition.explanation,
        "ccag": str(understanding.ccag),
        "ccag_origine": "saisi" if result.market.ccag else main.ccag_origin,
        "montant_ht": plain(result.market.amount or result.market.total),
        "montant_total_ht": plain(result.market.total),
        "duree_mois": plain(result.market.duration),
        "date_lancement": result.market.launch_date.isoformat(),
    }
    whole["lots"] = [
        {
            "lot": lot.lot,
            "intitule": lot.scope.title,
            "segment": lot.recognition.trade_id or lot.recognition.segment_id,
            "segment_code": lot.segment,
            "segment_origine": lot.recognition.origin,
            "segment_explication": lot.recognition.explanation,
            "ccag": str(lot.ccag),
            "montant_ht": plain(lot.scope.amount),
            "duree_mois": plain(lot.scope.duration),
        }
        for lot in understanding.lots
        if lot.lot is not None
    ]
    return whole


def _duty(found: FoundDuty, result: Result) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": found.id,
        "lot": None,
        "statut": str(found.status),
        "article": found.duty.article,
        "titre": found.duty.title,
        "motif": found.reason,
        "depuis": found.since.isoformat(),
        "certitude": str(found.certainty),
        "derogations_ouvertes": list(found.open_exemptions),
        "derogations_acquises": list(found.acquired_exemptions),
        "satisfaite_par": list(satisfied_by(found, result.selection)),
    }
    if found.readings is not None:
        row["lectures"] = {
            "marche": str(found.readings.market),
            "lots": {str(number): str(status) for number, status in found.readings.lots.items()},
        }
    if found.exemption:
        row["derogation"] = {"id": found.exemption, "motif": found.exemption_reason}
    return row


def _procedure(result: Result) -> dict[str, Any]:
    found = result.procedure
    return {
        "seuil_europeen": plain(found.threshold),
        "au_dessus": found.above,
        "dispense": found.dispensed,
        "seuil_dispense": plain(found.dispense_threshold),
        "sources": list(found.sources),
    }


def _hours(hours: HoursRange, *, exact: bool = True) -> dict[str, Any]:
    row: dict[str, Any] = {"bas": plain(hours.low), "retenu": plain(hours.advised), "haut": plain(hours.high)}
    if exact:
        row["exact"] = float(hours.exact.rounded(4))
    return row


def _lot(lot: LotCalibration) -> dict[str, Any]:
    row: dict[str, Any] = {
        "lot": lot.lot,
        "intitule": lot.title,
        "methode": str(lot.method),
        "heures": _hours(lot.hours),
        "decision": str(lot.decision),
        "motif": lot.reason,
        "alternative": lot.alternative or None,
        "etapes": [_step(step) for step in lot.steps],
        "equivalences": {name: float(value.rounded(2)) for name, value in lot.readable},
        "alertes": list(lot.alerts),
        "heures_de_travail": plain(lot.worked),
        "heures_pour_10000": plain(lot.per_ten_thousand),
        "recoupements": [
            {
                "methode": str(check.method),
                "libelle": check.method.label,
                "heures": {"bas": plain(check.low), "central": plain(check.central), "haut": plain(check.high)},
                "ecart": plain(check.gap),
            }
            for check in lot.cross_checks
        ],
        "sensibilite": [
            {
                "cle": item.key,
                "nom": item.name,
                "bas": plain(item.low),
                "haut": plain(item.high),
                "heures_au_bas": plain(item.at_low),
                "heures_au_haut": plain(item.at_high),
                "ecart": plain(item.span),
            }
            for item in lot.sensitivity
        ],
        "trimestres": [_slice(item) for item in lot.quarters],
        "periodes": [_slice(item) for item in lot.periods],
        "tranches": [
            {
                "intitule": item.title,
                "montant_ht": plain(item.amount),
                "ferme": item.firm,
                "heures": plain(item.hours),
            }
            for item in lot.tranches
        ],
        "facteurs": [
            {
                "id": str(use.factor),
                "libelle": use.factor.label,
                "applique": use.applied,
                "ecarte": use.set_aside,
                "valeur": plain(use.value),
                "precision": use.note,
            }
            for use in lot.factors
        ],
        "changements": [_change(change) for change in lot.changes],
        "alternatives": [
            {"genre": item.kind, "texte": item.text, "heures": plain(item.hours)} for item in lot.alternatives
        ],
    }
    if lot.ratio is not None:
        row["ratio"] = {
            "heures_par_tranche": plain(lot.ratio.per_tranche),
            "tranche_ht": plain(lot.ratio.tranche),
            "au_minimum": plain(lot.ratio.at_minimum),
            "au_maximum": plain(lot.ratio.at_maximum),
        }
        if lot.ratio.threshold is not None:
            row["ratio"]["seuil_bon_commande_ht"] = plain(lot.ratio.threshold)
        if lot.ratio.holders is not None:
            row["ratio"]["attributaires"] = lot.ratio.holders
    return row


def _whole_calibration(result: Result) -> dict[str, Any]:
    """What bears on all lots: the overlays, the target of the operation, how long the estimate stands."""
    found = result.calibration
    row: dict[str, Any] = {
        "alertes": list(found.alerts),
        "controles": [_control(item) for item in found.controls],
        "valable_jusqu_au": found.valid_until.isoformat() if found.valid_until else None,
        "changements": [_change(change) for change in found.changes],
        "territoires": [_territory(use) for use in found.territories],
        "territoires_a_choisir": [
            {"id": item.id, "libelle": item.label, "genre": str(item.level)}
            for item in offered(result.library, found.territories)
        ],
    }
    if found.target is not None:
        row["objectif_operation"] = {
            "taux": plain(found.target.wanted),
            "heures_de_travail": plain(found.target.worked),
            "heures_de_travail_des_lots_clauses": plain(found.target.carried),
            "taux_compense": plain(found.target.rate),
            "taux_obtenu": plain(found.target.obtained),
            "atteint": found.target.reached,
            "precision": found.target.note,
        }
    return row


def _territory(use: TerritoryUse) -> dict[str, Any]:
    item = use.territory
    return {
        "id": item.id,
        "libelle": item.label,
        "genre": str(item.level),
        "appliquee": use.applied,
        "ecartee": use.refused,
        "motif": use.reason,
        "lots": list(use.lots),
        "precision": item.note,
        "changements": [
            {
                "cle": change.key,
                "libelle": change.label,
                "avant": [plain(value) for value in change.before],
                "apres": [plain(value) for value in change.after],
                "source": change.source,
                "statut": str(change.status),
            }
            for change in use.changes
        ],
        "contacts": [{"structure": body.name, "perimetre": body.perimeter, "role": body.role} for body in item.bodies],
        "sources": [source.title for source in item.sources],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "cle": change.key,
        "nom": change.name,
        "propose": plain(change.proposed),
        "retenu": plain(change.kept),
        "unite": change.unit,
        "motif": change.reason or None,
        "par": str(change.by) if change.by else None,
    }


def _control(item: Control) -> dict[str, Any]:
    return {"id": item.id, "niveau": str(item.level), "texte": item.text, "lot": item.lot}


def _slice(item: Slice) -> dict[str, Any]:
    return {
        "numero": item.number,
        "du": item.start.isoformat(),
        "au": item.end.isoformat(),
        "heures": plain(item.hours),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "nom": step.name,
        "valeur": plain(step.value),
        "unite": step.unit,
        "source": step.source,
        "statut": str(step.status),
        "bas": plain(step.low),
        "haut": plain(step.high),
        "precision": step.note,
    }


def _clauses(item: Proposal) -> list[dict[str, Any]]:
    """One row for the market, or one for each lot the clause is written for."""
    clause = item.clause
    row = {
        "id": clause.id,
        "version": clause.version,
        "titre": clause.title,
        "piece": str(clause.piece),
        "pieces": [str(piece) for piece in clause.texts],
        "type": str(clause.type),
        "famille": str(clause.family),
        "niveau": str(item.level),
        "segments": list(clause.segments),
        "raisons": list(item.reasons),
        "parametres": {name: plain(value) for name, value in item.values.items()},
        "choix": str(item.choice) if item.choice else None,
        "motif": item.choice_reason or None,
    }
    return [{**row, "lot": lot} for lot in (item.lots or (None,))]


def _questions(result: Result) -> list[dict[str, Any]]:
    asked: dict[str, list[str]] = {}
    for found in result.duties:
        for question in found.questions:
            asked.setdefault(question, []).append(found.id)
    for sector in result.sector_duties:
        for question in sector.questions:
            asked.setdefault(question, []).append(sector.duty.id)
    for item in result.proposed.to_ask:
        asked.setdefault(item.question, []).extend(item.unlocks)
    for lot in result.calibration.lots:
        for question in lot.questions:
            asked.setdefault(question, []).append("calibrage")
    return [{"question": question, "debloque": list(dict.fromkeys(ids))} for question, ids in asked.items()]
