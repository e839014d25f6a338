"""Drafts kept on the server for those who ask: kept, opened, saved, shared, compared, deleted.

A view that changes something is a POST. Whatever refuses a save shows the page that was sent again, as it was.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from drafter import dossier
from drafter.dossiers import (
    Access,
    Conflict,
    Draft,
    LinkRefused,
    Refusal,
    StoreUnavailable,
    open_store,
)
from drafter.errors import InputError, RefusedError
from drafter.market import Market
from drafter.settings import Settings
from drafter.web import left_opinions
from drafter.web.choices import Checked, check
from drafter.web.describe import read_sent
from drafter.web.draft_conflict import compare, union
from drafter.web.draft_link import (
    Carried,
    DraftsClosed,
    address,
    asked_revision,
    carried_draft,
    carry,
    closed_page,
    draft_note,
    let_go,
    moment,
    note_draft,
    now,
    refused_page,
    said,
    store,
    tell,
    unavailable_page,
)
from drafter.web.fields import Fields
from drafter.web.files import DOSSIER, handing_over
from drafter.web.limits import costly
from drafter.web.pages import list_documents, verify, verify_or_mend
from drafter.web.security import unlisted
from drafter.web.sent import carried, library
from drafter.web.view import check_page, pieces

blueprint = Blueprint("drafts", __name__, url_prefix="/brouillon")


def register_drafts(app: Flask, settings: Settings) -> None:
    """Even when drafts are closed, so that an old link says so. Touches neither the disk nor the network."""
    app.register_blueprint(blueprint)
    app.register_error_handler(LinkRefused, refused_page)
    app.register_error_handler(StoreUnavailable, unavailable_page)
    app.register_error_handler(DraftsClosed, closed_page)
    app.jinja_env.globals |= {"brouillon_porte": carried_draft, "brouillon_note": draft_note}
    app.jinja_env.filters["moment"] = moment
    if settings.drafts:
        app.extensions["store"] = open_store(settings)
        app.extensions["ping_drafts"] = app.extensions["store"].ping


blueprint.after_request(unlisted)


# --- keeping and opening -------------------------------------------------------------------------


@blueprint.post("")
@costly
def save() -> ResponseReturnValue:
    """Keep what the page holds: a new draft, or the next revision of the one it works on."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty:
        return verify_or_mend(checked)
    held = carried_draft()
    try:
        return keep_anew(checked) if held is None else save_over(checked, held)
    except (LinkRefused, StoreUnavailable, RefusedError) as error:
        return same_page(checked, error)


def keep_anew(checked: Checked) -> ResponseReturnValue:
    draft, token = store().keep(dossier.dump(checked.market, library()), now())
    carry(token, draft.revision)
    return manage_page(checked.market, draft, new=True)


def save_over(checked: Checked, held: Carried) -> ResponseReturnValue:
    try:
        draft = left_opinions.save(held.token, checked.market, held.revision)
    except Conflict as conflict:
        return compare(checked.market, held, conflict.current)
    carry(held.token, draft.revision, f"Enregistré le {moment(draft.saved)}.")
    return same_page(checked)


def same_page(checked: Checked, error: LinkRefused | StoreUnavailable | RefusedError | None = None) -> tuple[str, int]:
    """The page that was sent, with what has been done, or why it could not be."""
    code = 200
    if isinstance(error, StoreUnavailable):
        tell(error)
        code = 503
    elif error is not None:
        code = 409
    if isinstance(error, LinkRefused) and error.reason is not Refusal.NOT_ALLOWED:
        let_go()  # the draft is gone, not the work: it can be kept anew
    if error is not None:
        note_draft(said(error))  # the button leads to the box of the draft, far from the top of the page
    if request.form.get("page") == "documents":
        return list_documents(checked.result, said(error) if error else "", code)
    general = (said(error), *checked.fields.general) if error else checked.fields.general
    return verify(Checked(checked.market, checked.result, Fields(checked.fields.values, {}, general)), code)


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """The draft as its link allows: to change, to read, to give an opinion on. Changes nothing."""
    draft = store().open(token, now())
    if draft.access is Access.OPINION:
        return redirect(url_for("exchange.by_link", token=token))
    checked = opened(draft)
    if draft.access is Access.READ:
        return read_only(checked, draft, token)
    carry(
        token, draft.revision, f"Brouillon enregistré le {moment(draft.saved)}, gardé jusqu'au {moment(draft.expires)}."
    )
    return verify(checked)


def opened(draft: Draft) -> Checked:
    with handing_over(draft.content):
        return check(MultiDict(), dossier.load(draft.content), library())


def read_only(checked: Checked, draft: Draft, token: str) -> ResponseReturnValue:
    return render_template(
        "brouillon_lecture.html",
        jeton=token,
        page=check_page(checked),
        result=checked.result,
        draft=draft,
        pieces=pieces(checked.result),
        apercu=checked.result.documents.get(request.args.get("piece", "")),
        dossier=carried(checked.market),
        fichier=DOSSIER,
    )


# --- links, versions, deletion -------------------------------------------------------------------


@blueprint.post("/gerer")
def manage() -> ResponseReturnValue:
    checked, held = sent()
    if isinstance(checked, tuple):
        return checked
    return manage_page(checked.market, store().open(held.token, now()))


def sent() -> tuple[Checked | tuple[str, int], Carried]:
    """What the page holds and the draft it works on. Raises LinkRefused when it works on none."""
    held = carried_draft()
    if held is None:
        raise LinkRefused(Refusal.UNKNOWN)
    checked = read_sent()
    if not isinstance(checked, tuple) and checked.fields.faulty:
        return verify_or_mend(checked), held
    return checked, held


def manage_page(
    market: Market, draft: Draft, *, new: bool = False, link: str = "", message: str = "", asked: Draft | None = None
) -> str:
    """`link`: a new one, shown this once. `asked`: an older version that would take the place of unsaved changes."""
    held = carried_draft()
    assert held is not None
    return render_template(
        "brouillon.html",
        draft=draft,
        nouveau=new,
        lien=address("drafts.show", held.token),
        nouveau_lien=link,
        message=message,
        change=not new and unsaved(market, held),
        demandee=asked,
        liens=store().links(held.token, now()),
        versions=store().history(held.token, now()),
        dossier=carried(market),
        fichier=DOSSIER,
    )


def unsaved(market: Market, held: Carried) -> bool:
    """Whether the page differs from the revision it works on. Unknown, when that one is gone or unreadable, is yes."""
    try:
        return dossier.load(store().version(held.token, held.revision, now()).content) != market
    except (InputError, RefusedError):
        return True


@blueprint.post("/partager")
def share() -> ResponseReturnValue:
    checked, held = sent()
    if isinstance(checked, tuple):
        return checked
    access = Access.OPINION if request.form.get("acces") == Access.OPINION else Access.READ
    token = store().share(held.token, access, now())
    draft = store().open(held.token, now())
    return manage_page(checked.market, draft, link=address("drafts.show", token))


@blueprint.post("/retirer")
def revoke() -> ResponseReturnValue:
    checked, held = sent()
    if isinstance(checked, tuple):
        return checked
    store().revoke(held.token, request.form.get("lien", ""), now())
    draft = store().open(held.token, now())
    return manage_page(checked.market, draft, message="Lien retiré : il n'ouvre plus rien.")


@blueprint.post("/version")
def version() -> ResponseReturnValue:
    """An older version on the second page. Nothing is written: saving it is the person's choice.

    `version` asks first when it would take the place of unsaved changes; `remplacer` names one all the same.
    """
    checked, held = sent()
    if isinstance(checked, tuple):
        return checked
    older = store().version(held.token, asked_revision("remplacer") or asked_revision("version"), now())
    current = store().open(held.token, now())
    if "remplacer" not in request.form and unsaved(checked.market, held):
        return manage_page(checked.market, current, asked=older)
    shown = opened(older)
    carry(
        held.token,
        current.revision,
        f"Version du {moment(older.saved)}, pas encore remise : enregistrez pour la reprendre.",
    )
    return verify(shown)


@blueprint.post("/supprimer")
def remove() -> ResponseReturnValue:
    """Asks first. The dossier stays in the page: deleting the draft does not lose the work."""
    checked, held = sent()
    if isinstance(checked, tuple):
        return checked
    done = "confirmer" in request.form
    if done:
        store().delete(held.token, now())
        let_go()
    else:
        store().open(held.token, now())
    return render_template(
        "brouillon_supprimer.html", fait=done, dossier=carried(checked.market), fichier=DOSSIER, result=checked.result
    )


# --- two people at once --------------------------------------------------------------------------


@blueprint.post("/conflit")
def settle() -> ResponseReturnValue:
    """Mine over theirs, theirs over mine, or both; each version that was written stays in the history."""
    checked, held = sent()
    if isinstance(checked, tuple):
        return checked
    mine, choice = checked.market, request.form.get("choix", "")
    seen = Carried(held.token, asked_revision("vue"))
    current = store().open(held.token, now())
    try:
        if choice == "mienne":
            return settled(seen, mine, "Votre version est enregistrée.")
        if choice == "autre":
            return theirs_over_mine(seen, mine)
        if choice == "reunir" and current.revision == seen.revision:
            return settled(seen, union(mine, held, current), "Les deux versions sont réunies et enregistrées.")
        raise Conflict(current)
    except Conflict as conflict:
        return compare(mine, held, conflict.current)
    except (InputError, RefusedError) as error:
        return compare(mine, held, current, " ".join(str(fault) for fault in error.faults))


def settled(seen: Carried, market: Market, note: str) -> tuple[str, int]:
    """Over the version that was shown, never over a later one."""
    draft = left_opinions.save(seen.token, market, seen.revision)
    carry(seen.token, draft.revision, f"{note} L'autre reste parmi les versions du brouillon.")
    return verify(check(MultiDict(), market, library()))


def theirs_over_mine(seen: Carried, mine: Market) -> tuple[str, int]:
    """Mine is written first, so that it can be taken up again."""
    theirs = store().version(seen.token, seen.revision, now())
    shown = opened(theirs)
    draft = store().save(seen.token, dossier.dump(mine, library()), seen.revision, now())
    draft = store().save(seen.token, theirs.content, draft.revision, now())
    carry(seen.token, draft.revision, "L'autre version est reprise. La vôtre reste parmi les versions du brouillon.")
    return verify(shown)
