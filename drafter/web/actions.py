"""What one button of the second page does at once: swap two clauses, take one, withdraw one, answer a question.

A button sends the whole form, so it only changes what the boxes would have said: `choices` then reads them as usual.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from drafter.library import Library
from drafter.market import Market
from drafter.web import market_form
from drafter.web.fields import LOT_NAME
from drafter.web.seen import parse_seen

ANSWER = "r--"
"""A field of the first page, asked again beside the question that waits for it."""


def applied(form: MultiDict[str, str], library: Library) -> MultiDict[str, str]:
    """The form once the button pressed is done. `echanger` and `retirer` name the clause that goes, then the other."""
    form = form.copy()
    gone, _, taken = (form.get("echanger") or form.get("retirer") or "").partition("|")
    if gone in library.clauses:
        why = "Incompatible avec" if "retirer" in form else "Remplacée par"
        _withdraw(form, gone, f"{why} « {library.clauses[taken].title} »." if taken in library.clauses else "")
    if "echanger" not in form:
        taken = form.get("ajouter", "")
    if taken in library.clauses:
        form[f"c--{taken}--garder"] = "1"
        form.poplist(f"c--{taken}--motif")  # why it had been withdrawn no longer stands
    return form


def _withdraw(form: MultiDict[str, str], clause: str, reason: str) -> None:
    form.poplist(f"c--{clause}--garder")
    proposed = parse_seen(form.get(f"c--{clause}--vue", "")).proposed
    if not proposed:  # the person had added it: nothing to justify
        form.poplist(f"c--{clause}--motif")
    elif reason and not form.get(f"c--{clause}--motif", "").strip():
        form[f"c--{clause}--motif"] = reason


def answered(
    form: MultiDict[str, str], market: Market, library: Library
) -> tuple[Market, Mapping[str, tuple[str, ...]]]:
    """The market with the questions answered on the second page, and the faults of the answers by field."""
    answers = {name.removeprefix(ANSWER): form[name] for name in form if name.startswith(ANSWER) and form[name].strip()}
    answers = {name: text for name, text in answers.items() if _known(name)}
    if not answers:
        return market, {}
    page: MultiDict[str, str] = MultiDict(
        [(name, text) for name, found in market_form.page_values(market, library).items() for text in found]
    )
    for name, text in answers.items():
        page[name] = text
    read, fields = market_form.read_page(page, market, library)
    if read is not None:
        return read, {}
    faults = {f"{ANSWER}{name}": fields.errors[name] for name in answers if name in fields.errors}
    return market, faults or {f"{ANSWER}{next(iter(answers))}": tuple(text for _, text in fields.summary())}


def _known(name: str) -> bool:
    return name in market_form.MARKET_FIELDS or LOT_NAME.fullmatch(name) is not None
