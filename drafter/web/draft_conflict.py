"""Two people at once on a draft: what differs, shown before anyone chooses, and the union of both."""

from __future__ import annotations

from flask import render_template, request

from drafter import dossier
from drafter.dossiers import Draft
from drafter.errors import InputError, RefusedError
from drafter.exchange import Merged, differences, merge, take
from drafter.market import Market
from drafter.web.draft_link import Carried, now, store
from drafter.web.files import DOSSIER, handing_over
from drafter.web.sent import carried, library


def compare(mine: Market, held: Carried, current: Draft, message: str = "") -> tuple[str, int]:
    """Both versions side by side; nothing is written before the person chooses.

    The page still carries the revision it started from: sent anywhere but to `settle`, it is compared again.
    """
    with handing_over(current.content):
        theirs = dossier.load(current.content)
    merged = merged_with(mine, theirs, held)
    html = render_template(
        "brouillon_conflit.html",
        ecarts=differences(mine, theirs, library()),
        reunis=differences(mine, merged.market, library()) if merged else (),
        collisions=merged.collisions if merged else (),
        reunion=merged is not None,
        vue=current.revision,
        enregistre=current.saved,
        message=message,
        dossier=carried(mine),
        fichier=DOSSIER,
    )
    return html, 409


def merged_with(mine: Market, theirs: Market, held: Carried) -> Merged | None:
    """None when the version both started from is no longer kept, or read: nothing says who changed what."""
    try:
        first = dossier.load(store().version(held.token, held.revision, now()).content)
    except (InputError, RefusedError):
        return None
    return merge(first, mine, theirs, library())


def union(mine: Market, held: Carried, current: Draft) -> Market:
    theirs = dossier.load(current.content)
    merged = merged_with(mine, theirs, held)
    if merged is None:
        raise RefusedError("la version de départ n'est plus gardée : gardez l'une des deux versions")
    keys = {found.key for found in merged.collisions}
    return take(merged.market, theirs, keys & set(request.form.getlist("prendre")))
