"""Hours done against hours due, for each lot: what counts, what is missing, what is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.quarters import Quarter, quarter_of
from drafter.followup.tally import HoursDone, LotFacts, Order, Tally
from drafter.followup.ways import Way
from drafter.readers import plain
from drafter.values import Euros, Hours

NONE = Hours(0)


@dataclass(frozen=True)
class QuarterBalance:
    """One civil quarter. `planned` and `done` are its own hours; `due` and `counted` run from the beginning."""

    quarter: Quarter
    planned: Hours
    done: Hours
    due: Hours
    counted: Hours

    @property
    def gap(self) -> Hours:
        return self.counted - self.due


@dataclass(frozen=True)
class LotBalance:
    """One lot, or one holder of a lot shared between several. Every figure is at `on`.

    `due` is what the contract asks in all (for orders: for those placed so far); `expected` what the calendar asks
    by the last quarter that is over; `counted` the hours done that count, training within its share.
    """

    plan: LotPlan
    holder: str
    on: date
    end: date
    facts: LotFacts
    due: Hours
    expected: Hours
    worked: Hours
    training: Hours
    training_most: Hours
    placed: Euros
    """Every order placed: the ceiling of penalties is a share of it."""
    ordered: Euros
    """Those that carry hours: the least amount of an order may set some aside."""
    by_way: tuple[tuple[Way, Hours], ...]
    by_company: tuple[tuple[str, Hours], ...]
    quarters: tuple[QuarterBalance, ...]
    silent: tuple[Quarter, ...]
    """Quarters that are over and for which nothing was written."""

    @property
    def counted(self) -> Hours:
        return self.worked + min(self.training, self.training_most)

    @property
    def not_due(self) -> Hours:
        return self.facts.released + self.facts.penalised

    @property
    def missing(self) -> Hours:
        """Hours still to do before the end."""
        return max(self.due - self.not_due - self.counted, NONE)

    @property
    def surplus(self) -> Hours:
        return max(self.counted - self.due, NONE)

    @property
    def late(self) -> Hours:
        """Hours behind the calendar; for orders, behind what the orders placed ask."""
        return max(min(self.expected, self.due) - self.not_due - self.counted, NONE)

    @property
    def late_share(self) -> Fraction:
        return self.late.value / self.expected.value if self.expected else Fraction(0)

    @property
    def ended(self) -> bool:
        """Only a real end closes the execution: works that run late are not over on the day they were planned to be."""
        return self.facts.end is not None and self.on > self.facts.end

    @property
    def overdue(self) -> bool:
        """The planned end has passed, and nobody wrote the real one."""
        return self.facts.end is None and self.on > self.end

    @property
    def label(self) -> str:
        return f"{self.plan.label} ({self.holder})" if self.holder and self.plan.several_holders else self.plan.label


def balances(plan: Plan, tally: Tally) -> tuple[LotBalance, ...]:
    """A balance for each lot that owes hours, in order; for each holder where several share the orders."""
    found: list[LotBalance] = []
    for lot in plan.lots:
        facts = tally.facts(lot.number)
        hours = [item for item in tally.hours if item.lot == lot.number and item.quarter <= quarter_of(tally.on)]
        orders = [item for item in tally.orders if item.lot == lot.number and item.day <= tally.on]
        if lot.several_holders:
            said = [*(item.holder for item in hours), *(item.holder for item in orders)]
            names = {plain(holder): holder for holder in said}
            for key, holder in sorted(names.items()):
                mine = [item for item in hours if plain(item.holder) == key]
                found.append(_one(plan, lot, tally, facts, mine, [o for o in orders if plain(o.holder) == key], holder))
        else:
            found.append(_one(plan, lot, tally, facts, hours, orders, facts.holder))
    return tuple(found)


def _one(
    plan: Plan,
    lot: LotPlan,
    tally: Tally,
    facts: LotFacts,
    hours: list[HoursDone],
    orders: list[Order],
    holder: str,
) -> LotBalance:
    assert plan.terms is not None
    share = plan.terms.share("part_formation")
    end = facts.end or lot.end
    ordered = _ordered(lot, orders)
    due = volume(lot, facts, ordered)
    worked = _sum(item.hours for item in hours if item.way is not Way.TRAINING)
    training = _sum(item.hours for item in hours if item.way is Way.TRAINING)
    over = _Over(tally.on, end)
    planned = _planned(lot, facts)
    quarters: list[QuarterBalance] = []
    run_due = run_worked = run_training = NONE
    for quarter in sorted({*planned, *(item.quarter for item in hours)}):
        done = [item for item in hours if item.quarter == quarter]
        mine = _sum(item.hours for item in done)
        run_due += planned.get(quarter, NONE)
        run_worked += _sum(item.hours for item in done if item.way is not Way.TRAINING)
        run_training += _sum(item.hours for item in done if item.way is Way.TRAINING)
        counted = run_worked + min(run_training, due * share)
        quarters.append(QuarterBalance(quarter, planned.get(quarter, NONE), mine, run_due, counted))
    written = {item.quarter for item in hours}
    return LotBalance(
        lot,
        holder,
        tally.on,
        end,
        facts,
        due,
        due if lot.ratio else _sum(value for quarter, value in planned.items() if quarter in over),
        worked,
        training,
        due * share,
        sum((item.amount for item in orders), Euros(0)),
        ordered,
        tuple((way, total) for way in Way if (total := _sum(item.hours for item in hours if item.way is way))),
        tuple(_by_company(hours)),
        tuple(quarters),
        tuple(quarter for quarter in planned if quarter in over and quarter.first <= end and quarter not in written),
    )


def volume(lot: LotPlan, facts: LotFacts, ordered: Euros) -> Hours:
    """The hours that the contract asks, as modified; those of the tranches taken up; those of the orders placed."""
    if lot.ratio is not None:
        return lot.due_for(ordered, minimum=not lot.several_holders)
    if facts.volume is not None:
        return facts.volume
    return _sum(
        (part.hours for rank, part in enumerate(lot.tranches) if part.firm or rank in facts.taken_up)
        if lot.tranches
        else (lot.hours,)
    )


def _planned(lot: LotPlan, facts: LotFacts) -> dict[Quarter, Hours]:
    if lot.ratio is not None:
        return {item.quarter: NONE for item in lot.quarters}
    if facts.planned is not None:
        return dict(facts.planned)
    return {item.quarter: item.hours for item in lot.quarters}


def _ordered(lot: LotPlan, orders: list[Order]) -> Euros:
    """Orders that carry hours: those above the least amount that the clause may set."""
    least = lot.ratio.threshold if lot.ratio else None
    return sum((item.amount for item in orders if least is None or item.amount >= least), Euros(0))


class _Over:
    """Quarters that are over on a day: their last day has passed, or that of the execution."""

    def __init__(self, on: date, end: date) -> None:
        self._on, self._end = on, end

    def __contains__(self, quarter: object) -> bool:
        return isinstance(quarter, Quarter) and (quarter.last < self._on or (self._end < self._on))


def _by_company(hours: list[HoursDone]) -> Iterable[tuple[str, Hours]]:
    names: dict[str, str] = {}
    for item in hours:
        names.setdefault(plain(item.company), item.company)
    for key, name in sorted(names.items()):
        yield name, _sum(item.hours for item in hours if plain(item.company) == key)


def _sum(values: Iterable[Hours]) -> Hours:
    return sum(values, NONE)


def warnings(balance: LotBalance, threshold: Fraction) -> tuple[str, ...]:
    """What a person should look at, as sentences. None of them is a penalty."""
    found: list[str] = []
    if balance.late and balance.late_share > threshold and not balance.ended:
        what = "les commandes passées" if balance.plan.ratio else "le calendrier prévisionnel"
        found.append(
            f"retard de {french.hours(balance.late)} sur {what} ({french.number(balance.late_share * 100, 1)} %)"
        )
    if balance.overdue:
        found.append(
            f"la fin prévisionnelle ({french.day(balance.end)}) est passée : écrivez la fin réelle dans la feuille "
            "« Lots » une fois l'exécution achevée ; d'ici là, ni bilan final, ni attestation, ni pénalité d'heures au "
            "titre de la fin"
        )
    if balance.silent:
        names = french.joined([quarter.name for quarter in balance.silent])
        found.append(f"aucune saisie pour {names} : écrivez une ligne de 0 heure si rien n'a été fait")
    if balance.training > balance.training_most:
        found.append(
            f"formation : {french.hours(balance.training)} saisies, {french.hours(balance.training_most)} comptées "
            "au plus (part fixée par la clause)"
        )
    planned = _sum(item.planned for item in balance.quarters)
    if balance.plan.ratio is None and planned != balance.due:
        found.append(
            f"les heures prévues par trimestre font {french.hours(planned)}, le volume dû "
            f"{french.hours(balance.due)} : "
            "mettez le calendrier prévisionnel à jour"
        )
    if balance.late and not balance.ended and not balance.plan.ratio and as_calibrated(balance):
        found.append(
            "les heures prévues sont encore celles du calibrage : saisissez le calendrier prévisionnel remis à la "
            "réunion de lancement, lui seul permet une mise en demeure avant la fin"
        )
    if balance.plan.several_holders and balance.plan.ratio and balance.plan.ratio.at_minimum:
        found.append(
            "plusieurs titulaires : le volume dû au montant minimum n'est pas compté ici, il n'engage que le titulaire "
            "auquel ce montant est garanti"
        )
    if balance.plan.several_holders and (balance.not_due or balance.facts.paid):
        found.append(
            "plusieurs titulaires : les heures qui ne sont plus dues et les pénalités déjà appliquées de la feuille "
            "« Lots » sont déduites pour chacun d'eux : gardez un classeur par titulaire dès que l'un d'eux en a"
        )
    return tuple(found)


def as_calibrated(balance: LotBalance) -> bool:
    """Nobody replaced the calendar of the calibrage, or by the very same one."""
    planned = {item.quarter: item.planned for item in balance.quarters if item.planned}
    return planned == {item.quarter: item.hours for item in balance.plan.quarters if item.hours}
