"""What is already known while the first page is being filled: thresholds, duties, hours, segment.

A fact that does not read is left out and said once, without a fault; a fact that is missing is named. Nothing here
is kept, and nothing is shown that the next page would not show for the same facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from drafter import french
from drafter.calibration.model import HoursRange
from drafter.duties import DutyStatus, FoundDuty
from drafter.errors import DrafterError, Fault, InputError
from drafter.facts import HoursDecision
from drafter.library import Library
from drafter.market import Market, market_data, read_market
from drafter.pipeline import Result, run
from drafter.recognition import recognise
from drafter.social_condition import SOCIAL_DUTIES
from drafter.understanding import Understood
from drafter.vocabulary import Nature
from drafter.web.fields import LOT_NAME
from drafter.web.market_form import field_of, page_data

MOST_LOTS = 12
"""Lots listed one by one; beyond, only their number is said."""
CONDITION = frozenset({"CR-03", "CR-11"})
CRITERION = frozenset({"CR-05", "CR-13"})
_NAMES = {
    "objet": "l'objet",
    "nature": "la nature",
    "montant_ht": "le montant HT",
    "duree_mois": "la durée",
    "date_lancement": "la date de lancement",
    "segment": "le segment d'achat",
    "cpv": "le code CPV",
    "montant_min_ht": "le montant minimum",
    "montant_max_ht": "le montant maximum",
    "achats_annuels_ht": "les achats annuels",
    "date_accord_cadre": "la date de l'accord-cadre",
    "departement": "le département",
}
_STAND_INS = {"objet": "Achat", "nature": "services", "montant_ht": "1", "duree_mois": "12"}
"""So that the rest can be read when one is missing; nothing that depends on them is then shown."""
_ANSWERS = {
    DutyStatus.DUE: "obligatoire",
    DutyStatus.NOT_DUE: "pas d'obligation",
    DutyStatus.UNSURE: "à préciser",
    DutyStatus.EXEMPTED: "écartée par une dérogation",
}


@dataclass(frozen=True)
class Wanted:
    """A fact to give or to mend, by the name of its field."""

    field: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One line of the estimate. `field` settles it, when something does."""

    label: str
    answer: str
    detail: str
    status: str = ""
    field: str = ""


@dataclass(frozen=True)
class LotEstimate:
    title: str
    segment: str
    hours: HoursRange | None


@dataclass(frozen=True)
class Estimate:
    missing: tuple[Wanted, ...] = ()
    unread: tuple[Wanted, ...] = ()
    answers: tuple[Answer, ...] = ()
    hours: HoursRange | None = None
    hours_reason: str = ""
    segment: str = ""
    because: str = ""
    lots: tuple[LotEstimate, ...] = ()
    more_lots: int = 0
    without_amount: int = 0
    """Lots whose amount is not known: their hours are not in the total."""
    supposed: str = ""
    """The nature, when it is not chosen yet and the purchase points to one."""

    @property
    def said(self) -> str:
        """The whole in one sentence, for those who listen to the page."""
        if self.hours is not None:
            social = next((line.answer for line in self.answers if line.label == _SOCIAL), "")
            hours = french.hours(self.hours.advised)
            return french.typeset(f"Estimation : {hours} d'insertion conseillées ; condition sociale : {social}.")
        wanted = french.joined([item.text for item in self.missing])
        return french.typeset(f"Estimation : il manque {wanted}.") if wanted else ""


_SOCIAL = "Condition sociale"


def estimate(form: MultiDict[str, str], base: Market | None, library: Library, today: date) -> Estimate:
    """The estimate of a page as it stands. Never raises for what was typed."""
    typed = page_data(form, market_data(base) if base else {}, library)
    data = {key: value for key, value in typed.data.items() if key != "decisions"}
    unread: dict[str, str] = {}
    for _ in range(4):  # dropping a fault may uncover another, never many
        missing, filled = _filled(data, library, today)
        try:
            market = read_market(filled)
            result = run(market, library)
        except InputError as error:
            for fault in error.faults:
                name = field_of(fault, typed.numbers)
                unread[name] = _name(name, typed.numbers)
                _drop(data, fault)
        except DrafterError:
            break
        else:
            wanted = tuple(Wanted(name, _NAMES[name]) for name in missing if name not in unread)
            by_name = {text: Wanted(name, text) for name, text in reversed(unread.items()) if name}
            wrong = tuple(reversed(by_name.values()))
            supposed = "" if _has(data, "nature") or "nature" in missing else result.market.nature.label.lower()
            return replace(_seen(result, frozenset(missing)), missing=wanted, unread=wrong, supposed=supposed)
    return Estimate(unread=tuple(Wanted(name, text) for name, text in unread.items() if name))


def _name(field: str, numbers: Sequence[int]) -> str:
    if match := LOT_NAME.fullmatch(field):
        return f"le lot {numbers.index(int(match[1])) + 1}"
    return _NAMES.get(field, "une réponse")


# --- what is missing -----------------------------------------------------------------------------


def _filled(data: Mapping[str, Any], library: Library, today: date) -> tuple[list[str], dict[str, Any]]:
    """The main facts that are missing, and the data with something in their place."""
    filled = dict(data)
    lots = [{"intitule": f"Lot {rank}", **_given(lot)} for rank, lot in enumerate(data.get("lots", ()), 1)]
    filled["lots"] = lots
    missing = [name for name in ("objet", "nature", "duree_mois") if not _has(data, name)]
    by_lots = lots and all(_has(lot, "montant_ht") or _has(lot, "montant_max_ht") for lot in lots)
    if not (_has(data, "montant_ht") or _has(data, "montant_max_ht") or by_lots):
        missing.append("montant_ht")
    if "nature" in missing and (nature := _likely_nature(data, library)):
        filled["nature"] = nature.value
        missing.remove("nature")
    for name in missing:
        if not _has(filled, name):
            filled[name] = _STAND_INS[name]
    if not _has(data, "date_lancement"):
        filled["date_lancement"] = today.isoformat()
    if "objet" in missing and (_has(data, "segment") or _has(data, "cpv")):
        missing.remove("objet")
    return missing, filled


def _given(lot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in lot.items() if str(value).strip()}


def _has(data: Mapping[str, Any], name: str) -> bool:
    return bool(str(data.get(name) or "").strip())


def _likely_nature(data: Mapping[str, Any], library: Library) -> Nature | None:
    """The main nature of the segment that the other facts point to."""
    try:
        found = recognise(
            segment=str(data.get("segment") or "") or None,
            cpv=str(data.get("cpv") or ""),
            text=str(data.get("objet") or "")[:2_000],
            nature=Nature.SERVICES,
            segments=library.segments,
        )
    except InputError:
        return None
    return None if found.origin == "defaut" else library.segments[found.segment].natures[0]


def _drop(data: dict[str, Any], fault: Fault) -> None:
    """Leave out the fact at fault: a lot's own, an override, else the whole key."""
    head, _, rest = fault.where.partition(".")
    key, _, place = head.partition("[")
    if key == "lots" and place:
        number = int(place.rstrip("]")) - 1
        lots = [dict(lot) for lot in data.get("lots", ())]
        if rest and number < len(lots):
            lots[number].pop(rest.partition(".")[0], None)
        else:
            lots = lots[:number] + lots[number + 1 :]
        data["lots"] = lots
    elif key == "calibrage" and rest:
        data["calibrage"] = {name: value for name, value in data["calibrage"].items() if name != rest}
    elif key in data:
        del data[key]
    else:  # a rule over several fields names no key: without its optional facts, the rest still reads
        for name in ("montant_min_ht", "montant_max_ht"):
            data.pop(name, None)


# --- what is seen --------------------------------------------------------------------------------


def _seen(result: Result, missing: frozenset[str]) -> Estimate:
    """What holds whatever the missing facts are."""
    market, lots = result.market, result.understanding.lots
    found = Estimate()
    if "objet" not in missing:
        listed = [lot for lot in lots if lot.lot is not None]
        main = result.understanding.main
        found = replace(
            found,
            segment="" if listed else _segment(main, result),
            because="" if listed else french.typeset(main.recognition.explanation),
            lots=tuple(_lots(result, hours=not missing))[:MOST_LOTS],
            more_lots=max(0, len(listed) - MOST_LOTS),
        )
    if missing & {"montant_ht", "nature"}:
        return found
    answers = tuple(_answers(result, duration="duree_mois" not in missing))
    unknown = sum(lot.scope.amount is None for lot in lots)
    found = replace(found, answers=answers, without_amount=unknown)
    if missing or unknown == len(lots):
        return found
    total = result.calibration.total
    decision = result.calibration.decision
    reason = result.calibration.lots[0].reason if len(result.calibration.lots) == 1 and not market.lots else ""
    said = "" if decision is HoursDecision.CLAUSE else reason or decision.label
    return replace(found, hours=total, hours_reason=french.typeset(said))


def _segment(lot: Understood, result: Result) -> str:
    label = result.library.segments[lot.segment].label
    trade = lot.recognition.trade
    return french.typeset(f"{label} ({trade.label.lower()})" if trade and trade.label != label else label)


def _lots(result: Result, *, hours: bool) -> Iterator[LotEstimate]:
    for lot, found in zip(result.understanding.lots, result.calibration.lots, strict=True):
        if lot.lot is not None:
            shown = found.hours if hours and found.has_clause else None
            yield LotEstimate(lot.scope.title, _segment(lot, result), shown)


def _answers(result: Result, *, duration: bool) -> Iterator[Answer]:
    facts, total = result.procedure, french.euros(result.market.total)
    limits = french.joined([french.euros(limit) for limit in sorted(facts.limits)], "ou")
    if facts.limits:
        said = {True: "franchi", False: "non franchi", None: "selon l'acheteur"}[facts.above]
        detail = f"{total} pour un seuil de {limits}" + ("" if facts.above is not None else ", selon son statut")
        yield Answer(
            "Seuil européen", french.typeset(said), detail, field="" if facts.above is not None else "acheteur"
        )
    if facts.dispense_threshold is not None:
        said = "au-dessous du seuil" if facts.dispensed else "seuil franchi"
        yield Answer("Dispense de mise en concurrence", said, f"seuil de {french.euros(facts.dispense_threshold)}")
    for label, ids in (
        (_SOCIAL, SOCIAL_DUTIES),
        ("Condition environnementale", CONDITION),
        ("Critère environnemental", CRITERION),
    ):
        for duty in result.duties:
            if duty.id in ids:
                yield _duty(label, duty, result.library, duration=duration)


def _duty(label: str, duty: FoundDuty, library: Library, *, duration: bool) -> Answer:
    detail = f"article {duty.duty.article}"
    if duration and duty.status is DutyStatus.DUE and duty.acquired_exemptions:
        titles = [library.exemptions[name].title for name in duty.acquired_exemptions if name in library.exemptions]
        detail += f", dérogation ouverte : {' ; '.join(titles).lower()}"
    field = "acheteur" if duty.status is DutyStatus.UNSURE and duty.id in SOCIAL_DUTIES else ""
    return Answer(label, french.typeset(_ANSWERS[duty.status]), french.typeset(detail), duty.status.value, field)
