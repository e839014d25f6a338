"""What the person decided, applied beside the proposal: kept, changed or withdrawn, each with its reason."""

from __future__ import annotations

from dataclasses import replace

from drafter.dated import Number
from drafter.errors import Fault, RefusedError
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.market import Decision
from drafter.proposal import Proposal, Selection, SetAside, propose, whole_market
from drafter.understanding import Understanding
from drafter.values import Quantity
from drafter.vocabulary import Choice

WEIGHT = "poids"
"""The weight of a criterion is changed like a parameter, under this name (percent, 5 to 60)."""


def apply_decisions(
    selection: Selection, decisions: tuple[Decision, ...], understanding: Understanding, library: Library
) -> Selection:
    """The selection after the person's choices. Raises RefusedError with every decision that cannot stand."""
    kept, dropped = list(selection.kept), list(selection.dropped)
    faults: list[Fault] = []
    for index, decision in enumerate(decisions, 1):
        if decision.clause is None:
            continue
        where = f"decisions[{index}]"
        clause = library.clauses.get(decision.clause)
        if fault := _refusal(clause, decision, understanding):
            faults.append(Fault(where, fault))
        if fault or clause is None:
            continue
        values, value_faults = _values(clause, decision, where)
        faults += value_faults
        found, kept = _concerned(kept, clause, decision.lot, understanding)
        dropped = [item for item in dropped if item.clause.id != clause.id]
        if decision.choice is Choice.WITHDRAW:
            where_from = f" pour le lot n° {decision.lot}" if decision.lot else ""
            dropped.append(SetAside(clause, (f"Retirée par l'acheteur{where_from}.",), decision.reason or ""))
            continue
        for place, item in found or [(len(kept), _brought_back(clause, decision, understanding))]:
            changed = replace(
                item,
                values={**item.values, **values},
                choice=decision.choice,
                choice_reason=decision.reason or "",
                changed=item.changed | set(values),
            )
            kept.insert(place, changed)
    if faults:
        raise RefusedError(faults)
    return Selection(tuple(kept), tuple(dropped), selection.to_ask)


def _refusal(clause: Clause | None, decision: Decision, understanding: Understanding) -> str:
    """Why this decision cannot stand, empty when it can."""
    if clause is None:
        return f"la clause « {decision.clause} » n'existe pas dans la bibliothèque : vérifiez son identifiant"
    withdraw = decision.choice is Choice.WITHDRAW
    if withdraw and not decision.reason:
        return f"écrivez pourquoi vous retirez « {clause.title} » : le motif figure dans la fiche de décision"
    if not withdraw and not clause.in_force(understanding.market.launch_date):
        return f"la clause « {clause.title} » n'est pas en vigueur à la date de lancement : retirez cette décision"
    if decision.lot is None:
        return ""
    count = len(understanding.market.lots)
    if decision.lot > count:
        told = f"va de 1 à {count}" if count else "n'existe pas, puisque ce marché n'a pas de lots"
        return f"le lot n° {decision.lot} n'existe pas : ce numéro {told}"
    if whole_market(clause):
        return f"« {clause.title} » s'écrit une fois pour tout le marché : retirez « lot » de cette décision"
    return ""


def _concerned(
    kept: list[Proposal], clause: Clause, lot: int | None, understanding: Understanding
) -> tuple[list[tuple[int, Proposal]], list[Proposal]]:
    """The proposals of a clause for this lot (or for all), each with its place, and the list without them.

    A proposal written for several lots is parted: the others keep theirs.
    """
    segments = {each.lot: each.segment for each in understanding.lots}
    numbers = [each for each in segments if each is not None]
    found: list[tuple[int, Proposal]] = []
    rest: list[Proposal] = []
    for item in kept:
        lots = item.lots or tuple(numbers)
        if item.clause.id != clause.id or (lot is not None and lot not in lots):
            rest.append(item)
        elif lot is None or lots == (lot,):
            found.append((len(rest) + len(found), item))
        else:
            others = tuple(number for number in lots if number != lot)
            found.append((len(rest) + len(found), replace(item, lots=(lot,), segment=segments[lot])))
            rest.append(replace(item, lots=others, segment=segments[others[0]]))
    return found, rest


def _brought_back(clause: Clause, decision: Decision, understanding: Understanding) -> Proposal:
    """A clause the proposal had set aside: the person decides, it is written at the level the ambition allows."""
    lots = [lot for lot in understanding.lots if decision.lot in (None, lot.lot)]
    fitting = [lot for lot in lots if not clause.segments or lot.segment in clause.segments]
    return propose(clause, [lot.lot or 0 for lot in fitting or lots], understanding, ("Choisie par l'acheteur.",))


def _values(clause: Clause, decision: Decision, where: str) -> tuple[dict[str, Quantity], list[Fault]]:
    values: dict[str, Quantity] = {}
    faults: list[Fault] = []
    for name, text in decision.parameters.items():
        parameter = clause.parameters.get(name)
        try:
            if parameter is not None:
                value = parameter.unit.read(text)
                parameter.check(value)
            elif name == WEIGHT and clause.criterion is not None:
                value = Number.read(text.removesuffix("%").strip())
                if not 5 <= value.value <= 60:
                    raise ValueError(f"le poids d'un critère va de 5 à 60 % : « {text} » est hors de ces bornes")
            else:
                known = ", ".join([*clause.parameters, *([WEIGHT] if clause.criterion else [])]) or "aucun"
                raise ValueError(f"« {name} » n'est pas un paramètre de cette clause (paramètres : {known})")
        except ValueError as error:
            faults.append(Fault(f"{where}.parametres.{name}", str(error)))
        else:
            values[name] = value
    return values, faults
