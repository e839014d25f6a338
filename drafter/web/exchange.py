"""Buyer and facilitateur: an opinion asked, given and answered, by a link or by the dossier file alone.

The page of an opinion never writes over the market: it leaves the opinion beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from drafter import dossier
from drafter.dossiers import Access, Conflict, LinkRefused, Refusal, StoreUnavailable
from drafter.errors import DrafterError, InputError, RefusedError
from drafter.exchange import Answer, accept, receive, take
from drafter.french import plural, typeset
from drafter.market import Market, Opinion, market_data, read_market
from drafter.pipeline import Result, run
from drafter.vocabulary import Choice, OpinionSense, Outcome
from drafter.web.describe import read_sent
from drafter.web.draft_conflict import compare
from drafter.web.draft_link import address, asked_revision, carried_draft, carry, now, store
from drafter.web.drafts import manage_page, same_page
from drafter.web.fields import Fields, sentences, whole
from drafter.web.files import DOSSIER, DOSSIER_TYPE, attached, handing_over, uploaded_market
from drafter.web.left_opinions import arrived, save, told, unreadable_by_link, waiting_by_link
from drafter.web.limits import costly
from drafter.web.market_form import as_fields
from drafter.web.opinion_form import read_opinion
from drafter.web.opinion_view import opinion_page, received_page
from drafter.web.pages import verify_or_mend
from drafter.web.security import unlisted
from drafter.web.sent import carried, library, sent_dossier, today

blueprint = Blueprint("exchange", __name__)
blueprint.add_app_template_global(arrived, "avis_par_lien")

FILE = "dossier-avis.json"
GIVING, ANSWERING = "avis", "avis-recu"
_EMPTY = "le dossier de cette page est vide : rouvrez-le depuis l'accueil"
_UNREAD = "avis arrivé par le lien ne se lit plus avec cette version du service"
_UNREAD_MANY = "avis arrivés par le lien ne se lisent plus avec cette version du service"
_ASK_FILE = "Demandez au facilitateur de le donner de nouveau, ou de vous envoyer son fichier."
_TO_SEND = (
    "Transmettez au facilitateur le nouveau lien ci-dessous : il y lit le marché et y donne son avis, sans compte et "
    "sans rien changer à votre dossier."
)


blueprint.after_request(unlisted)


# --- the facilitateur gives an opinion -----------------------------------------------------------


@blueprint.post("/avis")
@costly
def give() -> ResponseReturnValue:
    """By file: the dossier comes with the page, and leaves with the opinion."""
    if request.form.get("page") == GIVING:
        return _given("")
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty:
        return verify_or_mend(checked)
    return _show_giving(checked.result, checked.market, Fields())


@blueprint.get("/avis/<token>")
def by_link(token: str) -> ResponseReturnValue:
    draft = store().open(token, now())
    if draft.access is Access.READ:
        raise LinkRefused(Refusal.NOT_ALLOWED)
    with handing_over(draft.content):
        market = dossier.load(draft.content)
        result = run(market, library())
    return _show_giving(result, market, Fields(), token, draft.revision)


@blueprint.post("/avis/<token>")
@costly
def give_by_link(token: str) -> ResponseReturnValue:
    return _given(token)


def _given(token: str) -> ResponseReturnValue:
    """What the page sent: tried, sent by the link, or downloaded."""
    market = sent_dossier()
    if market is None:
        raise InputError(_EMPTY)
    action, revision = request.form.get("action", ""), asked_revision("lu")
    final, result = action in ("transmettre", "telecharger"), run(market, library())
    found = read_opinion(request.form, result, today(), final=final)
    if found.opinion is None:
        code = 422 if found.fields.faulty else 200
        return _show_giving(result, found.trial, found.fields, token, revision, code)
    done = market.model_copy(update={"opinions": (*market.opinions, found.opinion)})
    content = dossier.dump(done, library())
    if action == "telecharger":
        return attached(content.encode(), FILE, DOSSIER_TYPE)
    try:
        store().leave_opinion(token, content, revision, now())
        moved = store().open(token, now()).revision != revision
    except DrafterError as error:  # what was typed stays, and may still leave as a file
        fields = Fields(found.fields.values, {}, tuple(sentences(error)))
        return _show_giving(result, found.trial, fields, token, revision, 422)
    return render_template("avis_transmis.html", opinion=found.opinion, dossier=carried(done), moved=moved)


def _show_giving(
    result: Result, trial: Market, fields: Fields, token: str = "", revision: int = 0, code: int = 200
) -> tuple[str, int]:
    wanted = request.form.get("voir") or request.form.get("lot", "")
    page = opinion_page(result, trial, fields, whole(wanted))
    html = render_template(
        "avis.html",
        page=page,
        champs=fields,
        result=result,
        dossier=carried(result.market),
        jeton=token,
        revision=revision,
        sens=OpinionSense,
        transmis=told(token, result.market) if token else (),
        adresse=url_for("exchange.give_by_link", token=token) if token else url_for("exchange.give"),
    )
    return html, code


# --- the buyer asks, by the file or by a link -------------------------------------------------------


@blueprint.post("/avis/dossier")
def to_send() -> ResponseReturnValue:
    """The dossier with what the page has just been told, to send to the facilitateur."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty:
        return verify_or_mend(checked)
    return attached(dossier.dump(checked.market, library()).encode(), DOSSIER, DOSSIER_TYPE)


@blueprint.post("/avis/lien")
@costly
def ask() -> ResponseReturnValue:
    """A link for the facilitateur, on the draft of this page; the draft is kept first when there is none."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty:
        return verify_or_mend(checked)
    held = carried_draft()
    try:
        if held is None:
            draft, token = store().keep(dossier.dump(checked.market, library()), now())
        else:
            token = held.token
            draft = save(token, checked.market, held.revision)
        carry(token, draft.revision)
        link = store().share(token, Access.OPINION, now())
    except Conflict as conflict:
        assert held is not None  # a new draft has nobody to disagree with
        return compare(checked.market, held, conflict.current)
    except (LinkRefused, StoreUnavailable, RefusedError) as error:
        return same_page(checked, error)
    return manage_page(
        checked.market, draft, new=held is None, link=address("exchange.by_link", link), message=_TO_SEND
    )


# --- the buyer reads and answers -----------------------------------------------------------------


@blueprint.post("/avis/recu")
@costly
def received() -> ResponseReturnValue:
    if request.form.get("page") != ANSWERING:
        return _first_read()
    mine, theirs = sent_dossier(), _theirs()
    if mine is None:
        raise InputError(_EMPTY)
    action = request.form.get("action", "")
    try:
        if action == "ouvrir":
            theirs = uploaded_market(request.files.get("fichier"))
            told = _brought(mine, theirs)
            return _show_received(receive(mine, theirs), theirs, told)
        done = _answered(mine, theirs, action)
        told = _keep(done, mine)
    except DrafterError as error:
        fields = Fields(as_fields(request.form), {}, tuple(sentences(error)))
        return _show_received(mine, theirs, "", fields, 422)
    return _show_received(done, theirs, told)


def _first_read() -> ResponseReturnValue:
    """From the check page: with the opinions left by the link, and those the dossier holds."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty:
        return verify_or_mend(checked)
    mine, theirs = checked.market, None
    for _, left in waiting_by_link():
        mine, theirs = receive(mine, left), left
    lost = unreadable_by_link()
    return _show_received(mine, theirs, f"{plural(lost, _UNREAD, _UNREAD_MANY)}. {_ASK_FILE}" if lost else "")


def _brought(mine: Market, theirs: Market) -> str:
    if not theirs.opinions:
        raise InputError("ce dossier ne porte aucun avis : demandez au facilitateur celui qu'il a téléchargé à la fin")
    new = len(receive(mine, theirs).opinions) - len(mine.opinions)
    return "Un avis nouveau est ajouté à votre dossier." if new else "Cet avis était déjà dans votre dossier."


def _answered(mine: Market, theirs: Market | None, action: str) -> Market:
    """The market with the answers of the form, the facts taken over and the clauses withdrawn."""
    whole = action.removeprefix("tout-") if action.startswith("tout-") else ""
    for place, opinion in enumerate(mine.opinions):
        answers = dict(_answers(place, opinion, everything=whole == str(place)))
        mine = accept(mine, place, answers)
        if f"retirer--{place}" in request.form:
            mine = _withdrawn(mine, request.form.getlist(f"retirer--{place}"), _typed(f"retirer--{place}--motif"))
    chosen = request.form.getlist("reprendre")
    if theirs is not None and chosen:
        mine = take(mine, theirs.model_copy(update={"opinions": mine.opinions}), chosen)
    run(mine, library())  # a rule may refuse it: said before anything is kept
    return mine


def _answers(place: int, opinion: Opinion, *, everything: bool) -> Iterator[tuple[int, Answer]]:
    for index, _ in enumerate(opinion.propositions):
        name = f"suite--{place}--{index}"
        given = request.form.get(name, "")
        outcome = Outcome.ACCEPTED if everything else Outcome(given) if given in list(Outcome) else Outcome.PENDING
        yield index, Answer(outcome, _typed(f"{name}--motif"))


def _withdrawn(market: Market, clauses: list[str], reason: str) -> Market:
    """Withdrawn as on the check page; an earlier decision on the same clause gives way."""
    if not reason:
        raise RefusedError(
            "écrivez pourquoi vous retirez la clause d'heures : le motif figure dans la fiche de décision"
        )
    kept = [item for item in market_data(market).get("decisions", ()) if item.get("clause") not in clauses]
    new = [{"clause": name, "choix": str(Choice.WITHDRAW), "motif": reason} for name in clauses]
    return read_market({**market_data(market), "decisions": [*kept, *new]})


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _keep(done: Market, before: Market) -> str:
    """Saves the draft of this page, when there is one."""
    if done == before:
        return ""
    said = "Vos réponses sont notées dans le dossier de cette page."
    held = carried_draft()
    if held is None:
        return f"{said} Gardez le fichier du dossier pour ne pas les perdre."
    try:
        draft = save(held.token, done, held.revision)
    except Conflict:
        return (
            f"{said} Le brouillon, lui, a été enregistré par quelqu'un d'autre entre-temps : "
            "revenez à la vérification et enregistrez-le pour comparer les deux versions."
        )
    carry(held.token, draft.revision)
    return "Vos réponses sont enregistrées dans le brouillon."


def _show_received(
    mine: Market, theirs: Market | None, message: str, fields: Fields | None = None, code: int = 200
) -> tuple[str, int]:
    html = render_template(
        "avis_recu.html",
        page=received_page(run(mine, library()), theirs),
        champs=fields or Fields(),
        message=typeset(message),
        dossier=carried(mine),
        recu=carried(theirs) if theirs else "",
        suites=Outcome,
    )
    return html, code


def _theirs() -> Market | None:
    text = request.form.get("recu", "").strip()
    return dossier.load(text) if text else None


# --- when the token of a form has expired --------------------------------------------------------


def show_again(message: str) -> tuple[str, int]:
    """The page that was sent, with everything typed, asking to send it once more."""
    market = sent_dossier()
    if market is None:
        raise InputError(_EMPTY)
    fields = Fields(as_fields(request.form), {}, (message,))
    if request.form.get("page") == ANSWERING:
        return _show_received(market, _theirs(), "", fields, 400)
    result = run(market, library())
    trial = read_opinion(request.form, result, today(), final=False).trial
    token = (request.view_args or {}).get("token", "")
    return _show_giving(result, trial, fields, token, asked_revision("lu"), 400)
