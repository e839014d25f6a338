"""What the person decided, applied beside the proposal: kept, changed or withdrawn, each with its reason."""

from __future__ import annotations

from dataclasses import replace

from drafter.dated import Number
from drafter.errors import Fault, RefusedError
from drafter.library import Library
from drafter.library.models import Clause
from drafter.market import Decision
from drafter.selection import Proposal, Selection, SetAside, propose
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
        if clause is None:
            faults.append(Fault(where, f"la clause « {decision.clause} » n'existe pas dans la bibliothèque : vérifiez son identifiant"))
            continue
        concerned = [item for item in kept if item.clause.id == clause.id and _for_lot(item, decision.lot)]
        if decision.choice is Choice.WITHDRAW:
            if not decision.reason:
                faults.append(Fault(where, f"écrivez pourquoi vous retirez « {clause.title} » : le motif figure dans la fiche de décision"))
                continue
            kept = [item for item in kept if item not in concerned]
            dropped = [item for item in dropped if item.clause.id != clause.id]
            dropped.append(SetAside(clause, ("Retirée par l'acheteur.",), decision.reason))
            continue
        if not concerned:
            concerned = [_brought_back(clause, decision, understanding)]
            kept += concerned
            dropped = [item for item in dropped if item.clause.id != clause.id]
        values, value_faults = _values(clause, decision, where)
        faults += value_faults
        for item in concerned:
            changed = replace(
                item,
                values={**item.values, **values},
                choice=decision.choice,
                choice_reason=decision.reason or "",
                changed=item.changed | set(values),
            )
            kept[kept.index(item)] = changed
    if faults:
        raise RefusedError(faults)
    return Selection(tuple(kept), tuple(dropped), selection.to_ask)


def _for_lot(proposal: Proposal, lot: int | None) -> bool:
    return lot is None or not proposal.lots or lot in proposal.lots


def _brought_back(clause: Clause, decision: Decision, understanding: Understanding) -> Proposal:
    """A clause the proposal had set aside: the person decides, it is written at the level the ambition allows."""
    numbers = [
        lot.lot or 0
        for lot in understanding.lots
        if (not clause.segments or lot.segment in clause.segments) and decision.lot in (None, lot.lot)
    ]
    return propose(clause, numbers or [lot.lot or 0 for lot in understanding.lots], understanding, ("Choisie par l'acheteur.",))


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
