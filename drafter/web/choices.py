"""The second page: what the person ticked, changed and wrote, as decisions and figures of the market.

Names: `c--<clause>--garder|motif|p--<parameter>`, `o--<duty>--derogation|motif`, the figures of the calibrage
(`k--…`, see `calibration_form`) and answers to open questions (`r--…`, see `actions`). Only what a form holds is
read: the rest of the dossier stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from drafter import readers
from drafter.dated import Unit
from drafter.decisions import WEIGHT
from drafter.errors import Fault, InputError, RefusedError
from drafter.library import Library
from drafter.market import Decision, Market, market_data, read_market
from drafter.pipeline import Result, run
from drafter.vocabulary import Choice
from drafter.web.actions import ANSWER, answered, applied
from drafter.web.calibration_form import PAIRED, PREFIX, FiguresRead, read_figures
from drafter.web.fields import Fields, gathered
from drafter.web.market_form import as_fields
from drafter.web.seen import parse_seen

PREFIXES = ("c--", "o--", "k--")
_DECISION = re.compile(r"decisions\[(\d+)\](?:\.(?:parametres\.)?(\w+))?")


@dataclass(frozen=True)
class Checked:
    """The market with the choices that can stand, what it gives, and the fields as typed with their faults."""

    market: Market
    result: Result
    fields: Fields


@dataclass
class _Draft:
    """Market data being changed. `owners[i]` is the prefix of the fields that decision i came from."""

    data: dict[str, Any]
    decisions: list[dict[str, Any]] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    figures: FiguresRead = field(default_factory=FiguresRead)

    def add(self, decision: dict[str, Any], owner: str) -> None:
        self.decisions.append(decision)
        self.owners.append(owner)


def check(form: MultiDict[str, str], market: Market, library: Library) -> Checked:
    """Apply the choices of the form to the market. Choices that cannot stand are left out and said.

    Raises DrafterError only for a fault of the market itself.
    """
    form = applied(form, library)
    market, unread = answered(form, market, library)
    draft = _draft(form, market, library)
    changed = _market(draft, market)
    result = _run(draft, changed, library)
    errors, general = gathered(draft.faults, ("o--", "k--", "c--"))
    kept = PREFIXES if not unread else (*PREFIXES, ANSWER)  # an answer that stands is a fact of the market by now
    typed = {name: found for name, found in as_fields(form).items() if name.startswith(kept)}
    return Checked(result.market, result, Fields(typed, {**unread, **errors}, general))


def leftovers(checked: Checked, prefixes: tuple[str, ...] = PREFIXES) -> dict[str, str]:
    """Fields at fault, to carry through a page that does not show them: the dossier could not take them."""
    groups = {_group(name) for name in checked.fields.errors if name.startswith(prefixes)}
    return {name: found[0] for name, found in checked.fields.values.items() if found and _group(name) in groups}


def _group(name: str) -> str:
    """What is read together: a clause, a duty, a figure with its reason, all the tranches of a lot."""
    parts = name.split("--")
    if name.startswith(PREFIX) and len(parts) > 2:
        figure = "tranche" if parts[2].startswith("tranche") else PAIRED.get(parts[2], parts[2])
        return "--".join([*parts[:2], figure])
    return "--".join(parts[:2])


# --- reading -------------------------------------------------------------------------------------


def _draft(form: MultiDict[str, str], market: Market, library: Library) -> _Draft:
    draft = _Draft(market_data(market))
    seen = {_group(name) for name in form if name.startswith(("c--", "o--"))}
    for decision in draft.data.get("decisions", []):
        owner = f"c--{decision['clause']}" if "clause" in decision else f"o--{decision['obligation']}"
        if owner not in seen or "lot" in decision:  # not on the page, or finer than what it shows
            draft.add(decision, owner)
    draft.figures = read_figures(form, draft.data)
    for owner in sorted(seen, key=list(map(_group, form)).index):
        if owner.startswith("o--"):
            _read_duty(form, owner, draft)
        elif f"{owner}--vue" in form or f"{owner}--garder" in form:
            _read_clause(form, owner, draft, library)
    return draft


def _read_duty(form: MultiDict[str, str], owner: str, draft: _Draft) -> None:
    exemption = form.get(f"{owner}--derogation", "").strip()
    reason = form.get(f"{owner}--motif", "").strip()
    if exemption:
        duty = owner.removeprefix("o--")
        draft.add({"obligation": duty, "derogation": exemption, "motif": reason or None}, owner)
    elif reason:
        fault = Fault("", "choisissez la dérogation que ce motif justifie, ou effacez le motif")
        draft.faults.append((f"{owner}--derogation", fault))


def _read_clause(form: MultiDict[str, str], owner: str, draft: _Draft, library: Library) -> None:
    """A decision only where the person departs from what the page proposed, or gives a reason."""
    identifier = owner.removeprefix("c--")
    seen = parse_seen(form.get(f"{owner}--vue", ""))  # a clause set aside sends its box only, and only when ticked
    reason = form.get(f"{owner}--motif", "").strip()
    keep = f"{owner}--garder" in form
    changed = _changed(form, owner, seen.parameters, library)
    if keep and seen.proposed and not (reason or changed):
        return
    if not keep and not seen.proposed and not reason:
        return
    choice = Choice.ADAPT if keep and changed else Choice.KEEP if keep else Choice.WITHDRAW
    decision = {
        "clause": identifier,
        "choix": str(choice),
        "motif": reason or None,
        "parametres": changed if keep else {},
    }
    draft.add(decision, owner)


def _changed(form: MultiDict[str, str], owner: str, shown: Mapping[str, str], library: Library) -> dict[str, str]:
    clause = library.clauses.get(owner.removeprefix("c--"))
    prefix = f"{owner}--p--"
    changed = {}
    for name in form:
        if not name.startswith(prefix):
            continue
        key, text = name.removeprefix(prefix), readers.clean(form[name])
        if text and text != readers.clean(shown.get(key, "")):
            parameter = clause.parameters.get(key) if clause else None
            changed[key] = _with_unit(text, parameter.unit if parameter else None, key)
    return changed


def _with_unit(text: str, unit: Unit | None, key: str) -> str:
    """The unit stands in the label: typed or not, it is read."""
    if unit is Unit.RATE and re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        return f"{text} %"
    if unit in (Unit.DAYS, Unit.NUMBER) or key == WEIGHT:
        return re.sub(r" ?(jours?|%)$", "", text, flags=re.I)
    return text


# --- what can stand ------------------------------------------------------------------------------


def _market(draft: _Draft, market: Market) -> Market:
    """The changed market, without the figures and decisions that cannot be read."""
    for _ in range(3):
        try:
            return read_market({**draft.data, "decisions": draft.decisions})
        except InputError as error:
            _undo(draft, error.faults)
    return market


def _undo(draft: _Draft, faults: tuple[Fault, ...]) -> None:
    unread: set[int] = set()
    for fault in faults:
        if match := _DECISION.match(fault.where):
            unread.add(int(match[1]) - 1)
            draft.faults.append((_decision_field(draft, match), fault))
            continue
        name = draft.figures.place(fault.where)
        draft.faults.append((name, draft.figures.said(fault)))
        draft.figures.undo(name)
    _drop(draft, unread)


def _decision_field(draft: _Draft, match: re.Match[str]) -> str:
    """The field a refused decision came from: its parameter, else its reason."""
    index = int(match[1]) - 1
    if not 0 <= index < len(draft.owners):
        return ""
    owner, key = draft.owners[index], match[2] or "motif"
    if draft.decisions[index].get("parametres", {}).get(key):
        return f"{owner}--p--{key}"
    return f"{owner}--derogation" if key == "derogation" else f"{owner}--motif"


def _drop(draft: _Draft, indexes: set[int]) -> None:
    draft.decisions = [item for index, item in enumerate(draft.decisions) if index not in indexes]
    draft.owners = [item for index, item in enumerate(draft.owners) if index not in indexes]


def _run(draft: _Draft, market: Market, library: Library) -> Result:
    """The result, decisions that a rule refuses left out one round after another (duties first, then clauses)."""
    for _ in range(4):
        try:
            return run(market, library)
        except RefusedError as error:
            refused: set[int] = set()
            for fault in error.faults:
                match = _DECISION.match(fault.where)
                draft.faults.append((_decision_field(draft, match) if match else "", fault))
                if match:
                    refused.add(int(match[1]) - 1)
            if not refused:
                break
            _drop(draft, refused)
            market = _with_decisions(market, draft.decisions)
    return run(_with_decisions(market, []), library)


def _with_decisions(market: Market, decisions: list[dict[str, Any]]) -> Market:
    return read_market({**market_data(market), "decisions": decisions})


def decision_values(decisions: tuple[Decision, ...]) -> dict[str, tuple[str, ...]]:
    """The fields that decisions fill; the ticks come from the result."""
    values: dict[str, tuple[str, ...]] = {}
    for decision in decisions:
        if decision.lot is not None:
            continue
        if decision.duty is not None:
            values[f"o--{decision.duty}--derogation"] = (decision.exemption or "",)
            values[f"o--{decision.duty}--motif"] = (decision.reason or "",)
        else:
            values[f"c--{decision.clause}--motif"] = (decision.reason or "",)
            for name, text in decision.parameters.items():
                values[f"c--{decision.clause}--p--{name}"] = (text,)
    return values
