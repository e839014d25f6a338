"""What a request holds, read strictly: an unknown word of the address is refused as an unknown key of a market is."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from drafter import dossier
from drafter.errors import Fault, InputError
from drafter.market import Market, load_text
from drafter.readers import shown
from drafter.web.api.operations import JSON, Operation
from drafter.web.api.problems import ApiError


def read_query(operation: Operation) -> Mapping[str, str]:
    """The parameters of the address, defaults filled in; one that is absent and has none is the empty text."""
    known, faults = operation.query, []
    for name, typed in request.args.lists():
        if name not in known:
            words = f"écrivez {', '.join(known)}" if known else "cette adresse n'en prend aucun"
            faults.append(Fault(name[:80], f"ce paramètre n'existe pas : {words}"))
        elif len(typed) > 1:
            faults.append(Fault(name, "ce paramètre est écrit deux fois : gardez-en une seule"))
        elif why := known[name].refuses(typed[0]):
            faults.append(Fault(name, f"{shown(typed[0])} : {why}"))
    if faults:
        raise ApiError("parametre", faults=faults)
    return {name: request.args.get(name, item.default) for name, item in known.items()}


def read_sent_market() -> Market:
    """The market of the body, or of the dossier there. Raises ApiError when it is no JSON, InputError for its facts."""
    if request.mimetype != JSON or request.content_encoding not in (None, "identity"):
        raise ApiError("type-de-contenu")
    try:
        text = request.get_data(cache=False).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError("lecture", "Le corps n'est pas du texte UTF-8 : envoyez-le en UTF-8.") from None
    try:
        data = load_text(text, "json")
    except InputError as error:
        raise ApiError("lecture", faults=error.faults) from None
    return dossier.market_of(data)
