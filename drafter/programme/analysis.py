"""One market of a programme, from its rows to plain data: the unit of work of every batch.

The same stages as `pipeline.run`, without what no programme shows (warnings, codes of the notice): a test keeps the
two from giving different figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drafter import french, readers
from drafter.calibration import LotCalibration, calibrate
from drafter.calibration.rates import setting
from drafter.decp import decp_values
from drafter.duties import DutyStatus, FoundDuty, find_duties, find_procedure
from drafter.errors import Fault, InputError, RefusedError
from drafter.explain import plain
from drafter.library import Library
from drafter.library.terms import Family, Stake
from drafter.market import Market, market_data, read_market
from drafter.programme.describing import Described, Describer, From, Origin, RowFault
from drafter.programme.entries import Entry
from drafter.programme.lever import Lever, propose_lever
from drafter.programme.places import department_name
from drafter.programme.settings import Settings
from drafter.programme.timing import civil_quarters, deadlines, prioritise
from drafter.proposal import Selection
from drafter.reservations import find_reservations
from drafter.sector import find_sector_duties
from drafter.selection import select
from drafter.situation import situate
from drafter.social_condition import SOCIAL_DUTIES
from drafter.understanding import Understanding, understand
from drafter.values import Euros
from drafter.vocabulary import RESERVED_FLAGS

BUYER_DUTIES = frozenset({"CR-20"})
"""Duties of the buyer, not of a market: the summary tells them once."""
NO_SOCIAL, RESERVED = "Pas de considération sociale", "Marché réservé"
MAX_STAKES = 6
LEAST, MOST = Euros(500), Euros(500_000_000)
"""Amounts that make us doubt the cell: ours, they change nothing."""
STAKES = {
    Stake.FOOD: "Alimentation durable",
    Stake.MENUS: "Menus",
    Stake.WASTED_FOOD: "Gaspillage alimentaire",
    Stake.CARBON: "Émissions de carbone",
    Stake.ENERGY: "Énergie",
    Stake.WATER: "Eau",
    Stake.BIODIVERSITY: "Biodiversité",
    Stake.HEALTH: "Santé et substances",
    Stake.MATERIALS: "Matières",
    Stake.REUSE: "Réemploi",
    Stake.LIFETIME: "Durée de vie",
    Stake.WASTE: "Déchets",
    Stake.PACKAGING: "Emballages",
    Stake.TRAVEL: "Déplacements et livraisons",
    Stake.NUISANCES: "Nuisances",
    Stake.DISCHARGES: "Rejets",
    Stake.SOBRIETY: "Sobriété",
    Stake.DIGITAL: "Numérique responsable",
    Stake.ADAPTATION: "Adaptation au climat",
    Stake.WHOLE_LIFE_COST: "Coût global",
    Stake.CONTINUITY: "Continuité",
}
"""In words common to every purchase, when the segment has none of its own."""
Outcome = dict[str, Any]


class Analyst:
    """Analyses markets one by one; holds the library, and nothing of a market once it is told."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library, self.settings = library, settings
        self._describer = Describer(library, settings)

    def analyse_all(self, entries: Iterable[Entry]) -> list[Outcome]:
        """A chunk of a batch. Never raises for what a row holds."""
        return [self.analyse(entry) for entry in entries]

    def analyse(self, entry: Entry) -> Outcome:
        """Plain data, ready for JSON: what was understood and, unless the rows have faults, what is proposed."""
        described = self._describer.describe(entry)
        outcome = _identity(entry, described)
        try:
            market = self._read(entry, described)
            if market is not None:
                outcome["remarques"] += _doubts(market)
                return {**outcome, **self._propose(market, described)}
        except (InputError, RefusedError) as error:
            described.faults += [_place(fault, entry) for fault in error.faults]
        except Exception as error:  # a fault of the program in one row must not lose ten thousand others: it is told
            what = f"cette ligne n'a pas pu être analysée (erreur interne {type(error).__name__}) : signalez-la"
            described.faults.append(RowFault(entry.lines[0].sheet, entry.lines[0].number, "", what))
        return {**outcome, "fautes": [fault.as_data() for fault in described.faults], "compris": _shown(described)}

    def market(self, entry: Entry) -> Market | None:
        """The market alone, for who writes its documents; None when its rows have faults."""
        try:
            return self._read(entry, self._describer.describe(entry))
        except InputError:
            return None

    def _read(self, entry: Entry, described: Described) -> Market | None:
        try:
            market = read_market(described.data)
        except InputError as error:
            known = {(fault.row, fault.column) for fault in described.faults}
            more = [_place(fault, entry) for fault in error.faults]
            missing_nature = any("nature" in fault.message for fault in described.faults)
            described.faults += [
                fault for fault, raw in zip(more, error.faults, strict=True)
                if (fault.row, fault.column) not in known and not (missing_nature and raw.where.endswith("nature"))
            ]  # fmt: skip
            return None
        return None if described.faults else market

    def _propose(self, market: Market, described: Described) -> Outcome:
        library, settings, on = self.library, self.settings, market.launch_date
        understanding = understand(market, library)
        procedure = find_procedure(market, library, on)
        duties = find_duties(understanding, procedure, library, on)
        calibration = calibrate(understanding, library, on)
        selection = select(understanding, duties, procedure, calibration, library, on)
        situation = situate(understanding, duties, procedure, calibration)
        reservations = find_reservations(situation.lots, library, on)
        sector = [found for found in find_sector_duties(understanding, procedure, library, on) if found.binds]
        lever = propose_lever(reservations, calibration, selection)
        decp = decp_values(understanding, selection, library)
        when = deadlines(on, settings)
        defaulted = any(item.key == "date_lancement" and item.source is From.DEFAULT for item in described.origins)
        course, year = (setting(library, name, on)[0].value for name in ("heures-parcours", "etp"))
        social = next((found for found in duties if found.id in SOCIAL_DUTIES), None)
        priority, points = prioritise(
            ask=None if defaulted else when.ask,
            on=settings.on,
            social=str(social.status) if social else "",
            hours=calibration.total.advised.value,
            course=course,
            year=year,
            lever=lever.lever is not Lever.NONE,
        )
        main = understanding.main
        quarters: dict[str, int] = {}
        for lot in calibration.with_clause:
            for quarter, hours in civil_quarters(lot.quarters).items():
                quarters[quarter] = quarters.get(quarter, 0) + hours
        return {
            "objet": market.object,
            "acheteur": market.buyer_name or "",
            "nature": str(main.scope.nature),
            "segment": library.segments[main.segment].label,
            "segment_code": main.segment,
            "segment_origine": main.recognition.origin,
            "segment_explication": main.recognition.explanation,
            "montant_ht": plain(market.total),
            "duree_mois": plain(market.duration),
            "date_lancement": on.isoformat(),
            "debut_execution": main.scope.execution_start.isoformat(),
            "departement": main.scope.department or "",
            "territoire": _territory(understanding),
            "obligations_dues": _duties(duties, DutyStatus.DUE),
            "obligations_a_preciser": _duties(duties, DutyStatus.UNSURE),
            "obligation_sociale": str(social.status) if social else "",
            "obligations_propres": [f"{found.id} ({found.duty.article})" for found in sector],
            "heures": {
                "bas": plain(calibration.total.low),
                "conseille": plain(calibration.total.advised),
                "haut": plain(calibration.total.high),
            },
            "trimestres": dict(sorted(quarters.items())),
            "decision": str(calibration.decision),
            "levier": str(lever.lever),
            "levier_lots": list(lever.lots),
            "levier_motif": lever.reason,
            "enjeux": _stakes(understanding, selection, library),
            "redaction_le": when.writing.isoformat(),
            "saisir_facilitateur_le": when.ask.isoformat(),
            "lancement_par_defaut": defaulted,
            "date_passee": when.ask < settings.on and not defaulted,
            "priorite": str(priority),
            "priorite_motif": points,
            "considerations_sociales": _if_followed(decp["considerationsSociales"], lever.lever),
            "considerations_environnementales": decp["considerationsEnvironnementales"],
            "reserve": any(lot.scope.flags & RESERVED_FLAGS for lot in understanding.lots),
            "lots": [_lot(found, understanding) for found in calibration.lots if found.lot is not None],
            "compris": _shown(described, understanding, library),
            "marche": market_data(market),
        }


def _identity(entry: Entry, described: Described) -> Outcome:
    first = entry.lines[0]
    return {
        "numero": entry.number,
        "feuille": first.sheet,
        "ligne": first.number,
        "derniere_ligne": entry.lines[-1].number,
        "reference": readers.clean(first.cells.get("reference", ""))[:200],
        "objet": readers.clean(described.data.get("objet", ""))[:1000],
        "remarques": list(dict.fromkeys(described.remarks)),
    }


def _doubts(market: Market) -> list[str]:
    """An amount that nobody buys for: read all the same, and said."""
    if LEAST <= market.total <= MOST:
        return []
    size = "faible" if market.total < LEAST else "élevé"
    return [f"Montant très {size} ({french.euros(market.total)} HT) : vérifiez la saisie et l'unité."]


def _duties(duties: Iterable[FoundDuty], status: DutyStatus) -> list[str]:
    return [
        f"{found.id} ({found.duty.article})"
        for found in duties
        if found.status is status and found.id not in BUYER_DUTIES
    ]


def _territory(understanding: Understanding) -> str:
    """The nearest overlay that applies, else the département."""
    main = understanding.main
    if main.territories:
        return main.territories[-1].label
    return department_name(main.scope.department) if main.scope.department else "Lieu non indiqué"


def _stakes(understanding: Understanding, selection: Selection, library: Library) -> list[str]:
    """The stakes of the clauses kept, in the words of the purchase when its segment has some for them."""
    words = {
        item.stake: item.label
        for lot in reversed(understanding.lots)
        for item in reversed(library.segments[lot.segment].stakes)
    }
    found = dict.fromkeys(
        words.get(item.clause.stake) or STAKES.get(item.clause.stake, str(item.clause.stake).capitalize())
        for item in selection.kept
        if item.clause.family is Family.ENVIRONMENT
    )
    return list(found)[:MAX_STAKES]


def _if_followed(declared: list[str], lever: Lever) -> list[str]:
    """The social values to declare once the lever is used: a clause is counted already, it is among the proposals."""
    added = {Lever.RESERVED: RESERVED, Lever.RESERVED_LOT: RESERVED, Lever.CRITERION: "Critère social"}.get(lever)
    if added is None or added in declared:
        return declared
    return [*(value for value in declared if value != NO_SOCIAL), added]


def _lot(found: LotCalibration, understanding: Understanding) -> Outcome:
    lot = next(item for item in understanding.lots if item.lot == found.lot)
    return {
        "lot": found.lot,
        "intitule": found.title,
        "segment_code": lot.segment,
        "montant_ht": plain(lot.scope.amount),
        "heures": {
            "bas": plain(found.hours.low), "conseille": plain(found.hours.advised), "haut": plain(found.hours.high),
        },
        "decision": found.decision.label,
        "motif": found.reason,
    }  # fmt: skip


def _shown(
    described: Described, understanding: Understanding | None = None, library: Library | None = None
) -> list[list[Any]]:
    """Each fact understood: row (0: the market), key, value, where from, words. The segment and the CCAG besides."""
    origins = list(described.origins)
    if understanding is not None and library is not None:
        main = understanding.main
        found = main.recognition
        source = {"saisi": From.COLUMN, "defaut": From.DEFAULT}.get(found.origin, From.DEDUCED)
        origins.append(Origin("segment", library.segments[found.segment].label, source, found.explanation))
        if main.ccag_origin != "saisi":
            told = {"segment": "d'après le segment", "nature": "d'après la nature"}.get(main.ccag_origin, "concession")
            origins.append(Origin("ccag", understanding.ccag.label, From.DEDUCED, told))
        if understanding.market.buyer is None:
            told = "statut de l'acheteur inconnu : des obligations restent à préciser"
            origins.append(Origin("acheteur", "non précisé", From.DEFAULT, told))
    return [[origin.row, origin.key, origin.shown[:300], str(origin.source), origin.words] for origin in origins]


def _place(fault: Fault, entry: Entry) -> RowFault:
    """A fault of the market file, where the person can mend it: a row and a column of the sheet."""
    where, _, rest = fault.where.rpartition(".")
    key = rest or fault.where
    line = entry.lines[0]
    if where.startswith("lots[") and (number := where[5:].rstrip("]")).isdecimal():
        line = entry.lines[min(int(number) - 1 + entry.has_head, len(entry.lines) - 1)]
    else:
        line = next((item for item in entry.lines if key in item.cells), line)
    column = entry.layout.columns.get(key) or entry.layout.columns.get(_COLUMN_OF.get(key, ""))
    message = fault.message if column else f"{key} : {fault.message}"
    return RowFault(line.sheet, line.number, column.header if column else "", french.typeset(message))


_COLUMN_OF = {
    "montant_ht": "montant_annuel",
    "intitule": "objet",
    "personnel_transferable_heures_mois": "heures_personnel",
}
