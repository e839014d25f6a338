"""The first page and its tools: describe the purchase, change it, come back to it from a later page."""

from __future__ import annotations

import re

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from drafter.errors import DrafterError, InputError
from drafter.market import Market
from drafter.readers import clean
from drafter.vocabulary import (
    Ambition,
    Buyer,
    Ccag,
    ContractKind,
    Flag,
    Form,
    Nature,
    Procedure,
    Technicity,
    ThresholdBasis,
)
from drafter.web import market_form
from drafter.web.choices import PREFIXES, Checked, check, leftovers
from drafter.web.estimate import Estimate, estimate
from drafter.web.fields import Fields, lot_numbers, one, sentence
from drafter.web.folded_lots import ASKED, lots_shown, unfolded
from drafter.web.lots_paste import PASTE, Pasted, read_lots, with_lots
from drafter.web.segment_search import find_segments
from drafter.web.sent import carried, library, sent_dossier, today

blueprint = Blueprint("pages", __name__)
"""Shared with `pages`: the whole path has its addresses under one name."""

FAMILIAR = ("nettoyage-mediatheque", "renovation-ecole", "restauration-scolaire", "mobilier-creche", "voirie-programme")


@blueprint.get("/")
def home() -> ResponseReturnValue:
    return describe(Fields(market_form.blank_values(today())), fresh=True)


@blueprint.get("/exemple/<name>")
def example(name: str) -> ResponseReturnValue:
    market = library().examples.get(name)
    if market is None:
        abort(404)
    return describe(Fields(market_form.page_values(market, library())), market)


@blueprint.post("/decrire")
def edit() -> ResponseReturnValue:
    """The first page again: with one lot more or less, or come back to from a later page."""
    base = sent_dossier()
    if request.form.get("page") != "decrire":
        return back_to_description(base)
    fields = Fields(market_form.as_fields(unfolded(request.form)))
    action, focus = request.form.get("action", ""), ""
    if action == "coller-lots":
        return take_pasted(fields, base)
    if action == "ajouter-lot":
        fields, focus = market_form.with_lot_added(fields)
    elif removed := re.fullmatch(r"retirer-lot-(\d{1,3})", action):
        fields = market_form.with_lot_removed(fields, int(removed[1]))
        focus = "ajouter-lot"
    return describe(fields, base, focus=focus)


def back_to_description(base: Market | None) -> ResponseReturnValue:
    if base is None:
        return redirect(url_for("pages.home"))
    checked = check(request.form, base, library())
    values = market_form.page_values(checked.market, library())
    kept = {name: (text,) for name, text in leftovers(checked).items()}
    return describe(Fields({**values, **kept}), checked.market)


def take_pasted(fields: Fields, base: Market | None) -> tuple[str, int]:
    """The lots of the text zone as fields, with what was understood; the text stays when it says nothing."""
    room = market_form.MAX_LOTS - len(lot_numbers(fields.values))
    pasted = read_lots(fields.text(PASTE), library(), max(0, room))
    if pasted.problem:
        errors = {PASTE: one(sentence(pasted.problem))}
        return describe(Fields(fields.values, errors), base, 422, pasted=pasted)
    fields = with_lots(fields, pasted.lots)
    if pasted.left:
        fields = Fields({**fields.values, PASTE: one(pasted.left)}, fields.errors)
    return describe(fields, base, 422 if fields.faulty else 200, pasted=pasted)


def describe(
    fields: Fields,
    base: Market | None = None,
    code: int = 200,
    focus: str = "",
    fresh: bool = False,
    pasted: Pasted | None = None,
) -> tuple[str, int]:
    """The first page. `fresh`: nothing is typed yet, so the examples and the way back to a dossier are shown."""
    known = _estimate(fields, base)
    page = render_template(
        "decrire.html",
        champs=fields,
        lots=lots_shown(fields, (focus, request.form.get(ASKED, "")), (item.field for item in known.unread)),
        carried={name: found[0] for name, found in fields.values.items() if name.startswith(PREFIXES) and found},
        dossier=carried(base) if base else "",
        fresh=fresh,
        exemples=_varied(list(library().examples.items())) if fresh else [],
        segments=sorted(library().segments.values(), key=lambda segment: segment.label),
        focus=focus,
        listes=LISTS,
        max_lots=market_form.MAX_LOTS,
        estimation=known,
        colles=pasted,
    )
    return page, code


def _estimate(fields: Fields, base: Market | None) -> Estimate:
    form = MultiDict([(name, text) for name, found in fields.values.items() for text in found])
    return estimate(form, base, library(), today())


@blueprint.post("/estimation")
def estimation() -> ResponseReturnValue:
    """What is known so far. `fragment`: the box alone, for the page that follows what one types."""
    base, fields = sent_dossier(), Fields(market_form.as_fields(unfolded(request.form)))
    if "fragment" in request.form:
        return render_template("estimation.html", estimation=_estimate(fields, base))
    return describe(fields, base, focus="estimer")


@blueprint.get("/segments")
def segments() -> ResponseReturnValue:
    """Segments by words or CPV code: a page, or rows for the script of the first page (`format=json`)."""
    words = clean(request.args.get("q", ""))[:200]
    nature = next((term for term in Nature if term.value == request.args.get("nature")), None)
    hits = find_segments(words, library(), nature=nature)
    if request.args.get("format") == "json":
        return jsonify([vars(hit) for hit in hits])
    every = sorted(library().segments.values(), key=lambda segment: segment.label)
    return render_template("segments.html", mots=words, trouves=hits, segments=[] if words else every)


LISTS = {
    "nature": Nature,
    "acheteur": Buyer,
    "contrat": ContractKind,
    "forme": Form,
    "procedure": Procedure,
    "ccag": Ccag,
    "technicite": Technicity,
    "ambition": Ambition,
    "drapeaux": Flag,
    "base_seuil_social": ThresholdBasis,
}


def _varied(examples: list[tuple[str, Market]]) -> list[tuple[str, Market]]:
    """A few examples that differ: a service, works, supplies, a market with lots; the familiar ones first."""
    chosen: dict[object, tuple[str, Market]] = {}
    for name, market in sorted(examples, key=lambda item: item[0] not in FAMILIAR):
        chosen.setdefault("lots" if market.lots else market.nature, (name, market))
    return list(chosen.values())


# --- reading what was sent -----------------------------------------------------------------------


def read_sent() -> Checked | tuple[str, int]:
    """The market of whichever page was sent, with its choices; or the first page, with its faults."""
    base = sent_dossier()
    if request.form.get("page") == "decrire":
        form = unfolded(request.form)
        if form.get(PASTE, "").strip():  # pasted, and the button under it forgotten
            return take_pasted(Fields(market_form.as_fields(form)), base)
        market, fields = market_form.read_page(form, base, library())
        if market is None:
            return describe(fields, base, 422)
        try:
            return check(request.form, market, library())
        except InputError as error:  # a segment that does not exist
            return describe(fields_with(fields, error), base, 422)
    if base is None:
        raise InputError("le dossier de cette page est vide : rouvrez-le depuis l'accueil")
    return check(request.form, base, library())


def fields_with(fields: Fields, error: DrafterError) -> Fields:
    """A fault found after reading (a segment that does not exist) beside the field that holds the word it names."""
    errors: dict[str, tuple[str, ...]] = {}
    for fault in error.faults:
        named = [
            name
            for name, found in fields.values.items()
            if name.endswith("segment") and _names(fault.message, found[0])
        ]
        errors |= {name: (sentence(fault.message),) for name in named or ["segment"]}
    return Fields(fields.values, errors)


def _names(message: str, typed: str) -> bool:
    return bool(typed.strip()) and clean(typed)[:30] in clean(message)
