"""The facilitateur's page: from what was typed to an opinion, each fault beside its field.

Names: `avis--<lot>--<figure>` and its `--motif` (lot 0 is a market without lots), `remarque--<clause>`, `sens`,
`motif`, `structure`. A figure left empty is the one already there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from drafter.errors import Fault
from drafter.exchange import as_proposed, figure_text, figures_used, proposed_figure
from drafter.market import Market, Opinion, Proposition
from drafter.pipeline import Result
from drafter.validation import faults_of
from drafter.vocabulary import OpinionSense, ProposedFigure, Role
from drafter.web.fields import Fields, gathered
from drafter.web.market_form import as_fields, percent

FIGURE = "avis--"
REMARK = "remarque--"
ORDER = ("structure", FIGURE, REMARK, "sens", "motif")


@dataclass(frozen=True)
class Given:
    """`opinion` is None while something is at fault; `trial` holds every figure that reads, for its effect."""

    opinion: Opinion | None
    trial: Market
    fields: Fields


@dataclass
class _Read:
    items: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """The field each proposition came from."""
    remarks: list[dict[str, Any]] = field(default_factory=list)
    remark_names: list[str] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def refuse(self, name: str, words: str) -> None:
        self.faults.append((name, Fault("", words)))


def read_opinion(form: MultiDict[str, str], result: Result, on: date, *, final: bool) -> Given:
    """`final`: the opinion is being sent, so that a missing answer is a fault too. `on` is the day it is given."""
    read = _Read()
    for name, lot, figure, used in _figures(result):
        if name in form:
            _figure(form, name, lot, figure, used, read, final=final)
    for name in form:
        identifier = name.removeprefix(REMARK)
        if name.startswith(REMARK) and identifier in result.library.clauses and form[name].strip():
            read.remarks.append({"clause": identifier, "texte": form[name]})
            read.remark_names.append(name)
    opinion = _opinion(form, read, on) if final else None
    errors, general = gathered(read.faults, ORDER)
    trial = [Proposition.model_validate({**item, "motif": "à l'essai"}) for item in read.items]
    fields = Fields(as_fields(form), errors, general)
    return Given(None if fields.faulty else opinion, as_proposed(result.market, trial), fields)


def _figures(result: Result) -> Iterator[tuple[str, int | None, ProposedFigure, Any]]:
    for lot, understood in zip(result.calibration.lots, result.understanding.lots, strict=True):
        used = figures_used(lot, understood, result.library, result.on)
        for figure in ProposedFigure:
            yield figure_name(lot.lot, figure), lot.lot, figure, used.get(figure)


def figure_name(lot: int | None, figure: ProposedFigure) -> str:
    return f"{FIGURE}{lot or 0}--{figure}"


def _figure(
    form: MultiDict[str, str],
    name: str,
    lot: int | None,
    figure: ProposedFigure,
    used: Any,
    read: _Read,
    *,
    final: bool,
) -> None:
    text, reason = percent(str(figure), form[name]), form.get(f"{name}--motif", "").strip()
    if not text:
        if reason and final:
            read.refuse(name, "écrivez le chiffre que ce motif justifie, ou effacez le motif")
        return
    try:
        value = proposed_figure(figure, text)
    except ValidationError as error:
        read.refuse(name, faults_of(error)[0].message)
        return
    if value == used:
        return
    if final and not reason:
        read.refuse(f"{name}--motif", "écrivez pourquoi ce chiffre change")
    before = {"avant": figure_text(used)} if used is not None else {}
    read.items.append({"lot": lot, "cle": str(figure), **before, "apres": figure_text(value), "motif": reason})
    read.names.append(name)


def _opinion(form: MultiDict[str, str], read: _Read, on: date) -> Opinion | None:
    sense = form.get("sens", "")
    if sense not in list(OpinionSense):
        read.refuse("sens", "choisissez votre avis : accord, accord avec modifications ou pas de clause")
    elif sense == OpinionSense.AGREED and read.items:
        read.refuse("sens", "vous proposez des chiffres : choisissez « Accord avec modifications », ou videz-les")
    if read.faults:
        if sense in list(OpinionSense)[1:] and not form.get("motif", "").strip():
            read.refuse("motif", "écrivez le motif de cet avis, qui n'est pas un simple accord")
        return None
    data = {
        "par": str(Role.FACILITATOR),
        "structure": form.get("structure", ""),
        "le": on.isoformat(),
        "sens": sense,
        "motif": form.get("motif", ""),
        "remarques": read.remarks,
        "propositions": read.items,
    }
    try:
        return Opinion.model_validate(data)
    except ValidationError as error:
        for fault in faults_of(error):
            read.faults.append((_place(fault.where, read), fault))
        return None


def _place(where: str, read: _Read) -> str:
    """`propositions[2].motif` -> the field of the page."""
    if found := re.match(r"propositions\[(\d+)\]\.(\w+)", where):
        name = read.names[int(found[1]) - 1]
        return f"{name}--motif" if found[2] == "motif" else name
    if found := re.match(r"remarques\[(\d+)\]", where):
        return read.remark_names[int(found[1]) - 1]
    return where if where in ("structure", "sens", "motif") else ""
