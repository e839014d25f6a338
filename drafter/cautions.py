"""The warnings W01 to W13 of one market: from the words that the buyer typed, and from what was chosen.

What is already said elsewhere is not said again: price alone (CR-06) and the checks of the calibrage are in `alerts`.
Nothing is raised from a fact that is missing, but the question that settles it may be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration import Calibration, LotCalibration
from drafter.calibration.rates import effort_ceiling, setting
from drafter.calibration.territories import own_library
from drafter.duties import DutyStatus, FoundDuty, ProcedureFacts
from drafter.library import Library
from drafter.library.terms import ClauseType, Family
from drafter.library.warnings import TextScope, WarningRule, Warnings, Weight
from drafter.market import AwardCriterion, Market, Scope
from drafter.phrases import fold, sentences, stem, tokens
from drafter.proposal import Proposal, Selection
from drafter.understanding import Understanding, Understood
from drafter.values import Euros, Hours, Rate
from drafter.vocabulary import Buyer, CriterionKind, Flag, Form, Nature, Piece, Technicity
from drafter.wording import Finding, check_text, has_any

OVERSEAS: Mapping[str, str] = {
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "975": "Saint-Pierre-et-Miquelon",
    "976": "Mayotte",
    "977": "Saint-Barthélemy",
    "978": "Saint-Martin",
}
PACIFIC: Mapping[str, str] = {
    "986": "Wallis-et-Futuna",
    "987": "Polynésie française",
    "988": "Nouvelle-Calédonie",
}
"""There, the rule is for the markets of the State only (L2691-1 as the domain file reads it)."""
WORKED_HOURS = "Heures de travail du marché"
"""The step of a calibrage that holds the hours of work the market asks for."""
_TYPED_SHARE = Fraction(1, 4)
"""Share of typed hours above which the calibrage itself warns (`calibrate`)."""
_PER_HOUR = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[ \u00a0\u202f.]?\d{3}){0,2}(?:,\d{1,2})?)[ \u00a0\u202f]{0,2}(?:€|euros?)"
    r"(?:[ \u00a0\u202f]{1,2}(?:HT|TTC))?[ \u00a0\u202f]{0,2}(?:/|par|pour chaque|pour)"
    r"[ \u00a0\u202f]{0,2}h(?:eures?\b|\b)",
    re.IGNORECASE,
)
"""« 80 € par heure » : every repeat is bounded, so the time is linear."""


@dataclass(frozen=True)
class Caution:
    """One warning. `text` is the whole sentence for a list; the other fields are for a screen that opens it."""

    id: str
    title: str
    where: str
    """« Votre critère « … » », « Lot n° 2 », or nothing for the whole market."""
    message: str
    way_out: str
    authorities: str
    certainty: str
    weight: Weight
    excerpt: str = ""
    question: str = ""

    @property
    def text(self) -> str:
        said = f"{self.where}{french.NBSP}: {self.message}" if self.where else _capital(self.message)
        return " ".join(part for part in (said, self.question, self.way_out) if part)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _after_colon(sentence: str) -> str:
    """« Un critère » -> « un critère », but « CCAG » stays."""
    return sentence[:1].lower() + sentence[1:] if not sentence[1:2].isupper() else sentence


def find_cautions(
    understanding: Understanding,
    duties: tuple[FoundDuty, ...],
    procedure: ProcedureFacts,
    calibration: Calibration,
    selection: Selection,
    library: Library,
    warnings: Warnings,
    on: date,
) -> tuple[Caution, ...]:
    """Alerts first, then advice; each kind in the order of the ids."""
    market = understanding.market
    raised = [
        *_wording(market, warnings),
        *_social_criteria(market, calibration, warnings),
        *_overseas(understanding, library, on),
        *_twice(market, selection, warnings),
        *_late(market, selection),
        *_hours(understanding, duties, calibration, library, on),
        *_exclusions(procedure),
        *_penalties(understanding, calibration, selection, library, on),
    ]
    order = {Weight.ALERT: 0, Weight.ADVICE: 1}
    found = [caution for item in raised if (caution := _caution(item, warnings))]
    return tuple(sorted(dict.fromkeys(found), key=lambda item: (order[item.weight], item.id)))


@dataclass(frozen=True)
class _Raised:
    """A rule, and what this market has to do with it: figures, words. The rule itself says why."""

    id: str
    where: str = ""
    fact: str = ""
    question: str = ""
    finding: Finding | None = None
    words: tuple[str, ...] = ()
    way_out: str = ""


def _caution(raised: _Raised, warnings: Warnings) -> Caution | None:
    rule = warnings.rule(raised.id)
    if rule is None:
        return None
    finding = raised.finding
    said = finding.message if finding else _cited(rule)
    if raised.words:
        message = f"{', '.join(f'« {word} »' for word in raised.words)} : {_after_colon(said)}"
    else:
        message = f"{raised.fact} {said}" if raised.fact else _after_colon(said)
    return Caution(
        rule.id,
        rule.title,
        french.typeset(raised.where),
        french.typeset(message),
        french.typeset(raised.way_out or (finding.way_out if finding else rule.way_out)),
        french.typeset(rule.cited),
        rule.status.label,
        rule.weight,
        finding.excerpt if finding else "",
        french.typeset(raised.question),
    )


def _cited(rule: WarningRule) -> str:
    return f"{rule.rule.removesuffix('.')} ({rule.cited})." if rule.cited else rule.rule


# --- words ---------------------------------------------------------------------------------------


def _wording(market: Market, warnings: Warnings) -> Iterator[_Raised]:
    for criterion in market.criteria:
        yield from _grouped(
            f"Votre critère « {criterion.title} »", check_text(criterion.title, TextScope.CRITERION, warnings)
        )
    for number, clause in enumerate(market.own_clauses, 1):
        findings = check_text(clause.text, TextScope.OWN_CLAUSE, warnings)
        if clause.piece is Piece.RC:  # what is written there may be marked
            places = {(finding.id, finding.position) for finding in findings}
            more = check_text(clause.text, TextScope.CRITERION, warnings)
            findings += tuple(item for item in more if (item.id, item.position) not in places)
        yield from _grouped(f"Votre clause n° {number} ({clause.piece})", findings)


def _grouped(where: str, findings: Iterable[Finding]) -> Iterator[_Raised]:
    """One line a rule and message, with all the words that raised it."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.id, finding.message), []).append(finding)
    for (name, _), items in groups.items():
        words = dict.fromkeys(finding.words for finding in items)
        yield _Raised(name, where, finding=items[0], words=tuple(words)[:5])


# --- criteria ------------------------------------------------------------------------------------


def _is_insertion(criterion: AwardCriterion) -> bool:
    return has_any(criterion.title, ("insertion", "personnes éloignées de l'emploi", "publics éloignés de l'emploi"))


def _social_criteria(market: Market, calibration: Calibration, warnings: Warnings) -> Iterator[_Raised]:
    for criterion in market.criteria:
        where = f"Votre critère « {criterion.title} »"
        if _is_insertion(criterion) and not calibration.with_clause:
            reasons = " ".join(dict.fromkeys(lot.reason for lot in calibration.lots))
            yield _Raised(
                "W03",
                where,
                f"aucun lot ne porte d'heures d'insertion. {reasons}",
                question="Quelle part de l'exécution peut être confiée à des personnes en insertion ?",
                way_out="Retirez ce critère, ou gardez trace de ce qui montre que le marché s'y prête.",
            )
        elif criterion.kind is CriterionKind.SOCIAL and not has_any(criterion.title, warnings.social_method):
            yield _Raised("W03", where, "l'intitulé ne dit pas ce qui est noté.")


def _twice(market: Market, selection: Selection, warnings: Warnings) -> Iterator[_Raised]:
    common = frozenset(stem(fold(word)) for word in warnings.common_words)
    required = [item for item in selection.kept if item.clause.type in (ClauseType.EXECUTION, ClauseType.SPECIFICATION)]
    for criterion in market.criteria:
        themes = _themes(criterion.title, common)
        if not themes or criterion.kind in (CriterionKind.PRICE, CriterionKind.COST):
            continue
        if has_any(criterion.title, warnings.surpassing):
            continue
        where = f"Votre critère « {criterion.title} »"
        for item in required:
            if themes & _themes(item.clause.title, common):
                yield _Raised("W08", where, f"la clause « {item.clause.title} » porte sur le même sujet.")
        for number, clause in enumerate(market.own_clauses, 1):
            if clause.piece is not Piece.RC and any(
                themes <= {token.stem for token in sentence.tokens} for sentence in sentences(clause.text)
            ):
                yield _Raised("W08", where, f"votre clause n° {number} ({clause.piece}) porte sur le même sujet.")


def _themes(title: str, common: frozenset[str]) -> frozenset[str]:
    """Stems of the words that say what a title is about."""
    return frozenset(
        token.stem
        for token in tokens(title)
        if len(token.stem) > 3 and not token.small and not token.stem.isdigit() and token.stem not in common
    )


# --- place, time, procedure ----------------------------------------------------------------------


def _overseas(understanding: Understanding, library: Library, on: date) -> Iterator[_Raised]:
    state = understanding.market.buyer is Buyer.STATE
    places: dict[str, None] = {}
    unknown = False
    for lot in understanding.lots:
        department = lot.scope.department or ""
        if place := OVERSEAS.get(department) or (PACIFIC.get(department) if state else None):
            places[place] = None
        unknown |= not department and Flag.OVERSEAS in lot.scope.flags
    if not places and not unknown:
        return
    share, age, ratio = (library.value(f"outre-mer.jeunes.{name}", on) for name in ("part", "age", "ratio-chomage"))
    figures = (
        f"au moins {french.show(share)} des heures à des jeunes de moins de {french.show(age)} ans, si leur chômage "
        f"atteint {french.show(ratio)} fois celui des jeunes au niveau national"
        if share is not None and age is not None and ratio is not None
        else "une part des heures à des jeunes du territoire, à des conditions que nos tables ne donnent pas alors"
    )
    where = french.joined(list(places)) if places else "Exécution outre-mer"
    territory = f" ({where})" if places else ", lequel (numéro de département)"
    yield _Raised(
        "W06",
        where,
        f"une clause propre est possible : {figures}.",
        f"Quel est le taux de chômage des jeunes du territoire{territory}, et le taux national des jeunes ?",
    )


def _late(market: Market, selection: Selection) -> Iterator[_Raised]:
    """A subsequent contract comes after the consultation of its framework agreement."""
    forms = {scope.form for scope in market.scopes}
    conditions = [item for item in selection.kept if item.clause.type is ClauseType.EXECUTION]
    if Form.SUBSEQUENT in forms and (market.own_clauses or conditions):
        yield _Raised(
            "W09",
            "Marché subséquent",
            question="Les documents de l'accord-cadre prévoyaient-ils déjà ces conditions d'exécution ?",
            way_out="Si l'accord-cadre ne les prévoyait pas, ne les ajoutez que par avenant, dans ses limites.",
        )


def _exclusions(procedure: ProcedureFacts) -> Iterator[_Raised]:
    """Told where they may serve: those who bid below the European threshold seldom owe these documents."""
    if procedure.above:
        yield _Raised("W13")


# --- hours and penalties -------------------------------------------------------------------------


def _lot_name(lot: LotCalibration) -> str:
    return "" if lot.lot is None else f"Lot n° {lot.lot}"


def _scope(understanding: Understanding, lot: LotCalibration) -> Scope:
    return next(item.scope for item in understanding.lots if item.lot == lot.lot)


def _hours(
    understanding: Understanding,
    duties: tuple[FoundDuty, ...],
    calibration: Calibration,
    library: Library,
    on: date,
) -> Iterator[_Raised]:
    shortest = library.value("avertissements.duree-insertion", on)
    due = any(found.status is DutyStatus.DUE and "DER-SOC-4" in found.open_exemptions for found in duties)
    for lot in calibration.with_clause:
        understood = next(item for item in understanding.lots if item.lot == lot.lot)
        scope, where = understood.scope, _lot_name(lot)
        local = own_library(understood, library, on)
        told, _, _ = setting(local, "duree-alerte", on)
        yield from _typed_share(lot, understood, where, local, on)
        if shortest is not None and told.value <= scope.duration.value < shortest.value:
            works = scope.nature is Nature.WORKS and due
            way_out = "Ces travaux de moins de six mois peuvent aussi être dispensés de condition sociale (DER-SOC-4)."
            yield _Raised(
                "W11",
                where,
                f"l'exécution dure {french.months(scope.duration)}, moins de {french.number(shortest.value)} mois, et "
                f"porte {french.hours(lot.hours.advised)} d'insertion : vérifiez qu'un parcours tient dans ce temps.",
                way_out=f"Confirmez le volume avec le facilitateur ou prévoyez la globalisation des heures. {way_out}"
                if works
                else "",
            )
        if scope.technicity is Technicity.HIGH:
            yield _Raised(
                "W11",
                where,
                "l'exécution demande des qualifications ou des habilitations.",
                "Quels postes sont ouverts sans habilitation, ou après quelle formation ?",
            )


def _typed_share(
    lot: LotCalibration, understood: Understood, where: str, library: Library, on: date
) -> Iterator[_Raised]:
    """Hours typed above the ceiling of the lot, or of its territory. Above a quarter the calibrage says it itself."""
    worked = next((step.value for step in lot.steps if step.name == WORKED_HOURS), None)
    if understood.scope.overrides.hours is None or not isinstance(worked, Hours) or not worked:
        return
    ceiling, _, _ = effort_ceiling(understood, library, on)
    share = lot.hours.advised.value / worked.value
    if ceiling.value < share <= _TYPED_SHARE:
        yield _Raised(
            "W11",
            where,
            f"les {french.hours(lot.hours.advised)} saisies font {french.percent(Rate(share))} du travail estimé "
            f"({french.hours(worked.floor_ten())}), plus que {french.show(ceiling)}.",
        )


def hourly_penalty(selection: Selection, library: Library, on: date) -> Euros | None:
    """What an hour not done costs: a multiple of the hourly SMIC of that day; None before the first known SMIC."""
    smic = library.value("smic.horaire", on)
    if smic is None:
        return None
    clause = _hours_clause(selection)
    coefficient = clause.values.get("coefficient") if clause else None
    if coefficient is None:
        coefficient = library.penalties["INS-H"].parameters["coefficient"].default
    return Euros((smic * coefficient.value).rounded(2))


def _hours_clause(selection: Selection) -> Proposal | None:
    return next((item for item in selection.kept if item.clause.family is Family.INSERTION), None)


def _penalties(
    understanding: Understanding, calibration: Calibration, selection: Selection, library: Library, on: date
) -> Iterator[_Raised]:
    smic = library.value("smic.horaire", on)
    times = library.value("avertissements.penalite-smic-max", on)
    clause = _hours_clause(selection)
    if smic is not None and times is not None:
        limit = Euros((smic * times.value).rounded(2))
        sums: list[tuple[str, Euros]] = []
        if clause and (ours := hourly_penalty(selection, library, on)):
            sums.append((f"Clause « {clause.clause.title} »", ours))
        for number, own in enumerate(understanding.market.own_clauses, 1):
            sums += [(f"Votre clause n° {number} ({own.piece})", sum_) for sum_ in typed_penalties(own.text)]
        for where, sum_ in sums:
            if sum_ > limit:
                yield _Raised(
                    "PEN-1",
                    where,
                    f"{french.euros(sum_)} par heure font plus de {french.number(times.value)} fois le SMIC horaire "
                    f"({french.euros(limit)}).",
                )
    part = library.value("avertissements.penalites-part-max", on)
    per_hour = hourly_penalty(selection, library, on)
    if clause is None or part is None or per_hour is None:
        return
    capped = clause.values.get("plafond_insertion")
    for lot in calibration.with_clause:
        amount = _scope(understanding, lot).amount
        if amount is None or not amount:
            continue
        total = Euros(per_hour.value * lot.hours.advised.value)
        cap = Euros(amount.value * capped.value) if isinstance(capped, Rate) else None
        reached = min(total, cap) if cap is not None else total
        if reached.value > amount.value * part.value:
            most = f", ramené par le plafond de la clause à {french.euros(reached)}" if reached < total else ""
            yield _Raised(
                "PEN-2",
                _lot_name(lot),
                f"aucune heure faite, {french.hours(lot.hours.advised)} à {french.euros(per_hour)} donnent "
                f"{french.euros(total)}{most}, plus de {french.show(part)} du montant ({french.euros(amount)} HT).",
            )


def typed_penalties(text: str) -> tuple[Euros, ...]:
    """Amounts « par heure » in the sentences of a clause that speak of a penalty."""
    found = []
    for sentence in sentences(text):
        if any(token.stem.startswith("penalit") for token in sentence.tokens):
            for match in _PER_HOUR.finditer(text, sentence.start, sentence.end):
                with suppress(ValueError):  # « 1.234 € » : ambiguous, so nothing is said of it
                    found.append(Euros.read(match[1]))
    return tuple(found)
