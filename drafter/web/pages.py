"""The pages after the description: each view reads the form, calls the pipeline, and prints."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from drafter import dossier
from drafter.document_set import set_archive
from drafter.errors import DrafterError, InputError
from drafter.french import typeset
from drafter.pipeline import Result, run
from drafter.readers import clean
from drafter.sheets import FILE_NAME, MEDIA_TYPE, calibration_workbook
from drafter.vocabulary import Role
from drafter.web import market_form
from drafter.web.calibration_form import PREFIX
from drafter.web.calibration_view import calibration_page
from drafter.web.choices import Checked, check, leftovers
from drafter.web.describe import LISTS, describe, read_sent
from drafter.web.describe import blueprint as blueprint  # its own pages and these make one path
from drafter.web.fields import Fields, sentences, whole
from drafter.web.files import DOSSIER, DOSSIER_TYPE, attached, uploaded_market
from drafter.web.folded_lots import unfolded
from drafter.web.law import law_of
from drafter.web.preview import preview
from drafter.web.preview_parts import part_at, parts_of
from drafter.web.rules import read_rules
from drafter.web.sent import carried, library, sent_dossier, today
from drafter.web.view import check_page, pieces
from drafter.word.bundle import FILE_NAMES, render_pieces

ARCHIVE = "dossier-clauses.zip"
WORKBOOK = FILE_NAME
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXPIRED = "La page était ouverte depuis longtemps : rien n'est perdu, envoyez-la de nouveau."


# --- coming back to a dossier, or trying ---------------------------------------------------------


@blueprint.get("/essai/<name>")
def trial(name: str) -> ResponseReturnValue:
    """An example, straight to its result."""
    market = library().examples.get(name)
    if market is None:
        abort(404)
    return verify(check(MultiDict(), market, library()), example=True)


@blueprint.post("/rouvrir")
def reopen() -> ResponseReturnValue:
    """A dossier kept on the person's computer, or a document of ours, which carries it."""
    try:
        market = uploaded_market(request.files.get("fichier"))
        return verify(check(request.form, market, library()))
    except DrafterError as error:
        fields = Fields(market_form.blank_values(today()), {"fichier": tuple(sentences(error, 5))})
        return describe(fields, code=422, fresh=True)


# --- 2. Vérifier et décider ----------------------------------------------------------------------


@blueprint.post("/verifier")
def verification() -> ResponseReturnValue:
    checked = read_sent()
    return checked if isinstance(checked, tuple) else verify_or_mend(checked)


@blueprint.post("/verifier/calibrage")
def calibration() -> ResponseReturnValue:
    """The hours of one lot, step by step. `fragment`: only the form, for the page that recomputes as one types."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    return verify(checked) if wrong_choices(checked) else show_calibration(checked)


def wrong_choices(checked: Checked) -> bool:
    """Whether a fault is to be mended on the second page rather than among the figures."""
    return any(not name.startswith(PREFIX) for name in checked.fields.errors)


def verify_or_mend(checked: Checked, code: int = 200) -> tuple[str, int]:
    """The second page; the figures first when they alone are at fault."""
    figures = checked.fields.errors and not wrong_choices(checked)
    return show_calibration(checked, code) if figures else verify(checked, code)


def show_calibration(checked: Checked, code: int = 200) -> tuple[str, int]:
    asked = request.form.get("voir") or request.form.get("lot", "")
    wrong = next((name.split("--")[1] for name in checked.fields.errors if name.startswith(PREFIX)), "")
    page = calibration_page(checked, whole(wrong) or whole(asked))
    html = render_template(
        "calibrage_calcul.html" if "fragment" in request.form else "calibrage.html",
        page=page,
        champs=page.fields,
        result=page.result,
        dossier=carried(checked.market),
        roles=Role,
    )
    return html, 422 if page.fields.faulty and code == 200 else code


def verify(checked: Checked, code: int = 200, *, example: bool = False) -> tuple[str, int]:
    """The second page. `example`: it says that the market is not the reader's."""
    page = check_page(checked, request.form.getlist("fiche"))
    html = render_template(
        "verifier.html",
        page=page,
        champs=page.fields,
        result=page.result,
        dossier=carried(checked.market),
        pieces=pieces(page.result),
        carried=leftovers(checked, (PREFIX,)),
        ouvert=request.form.get("ouvrir", ""),
        listes=LISTS,
        exemple=example or "exemple" in request.form,
    )
    return html, 422 if page.fields.faulty and code == 200 else code


@blueprint.post("/verifier/partie/<path:name>")
def part(name: str) -> ResponseReturnValue:
    """A part of the second page that stays folded: fetched when opened, so that it weighs on nobody else."""
    checked = read_sent()
    if isinstance(checked, tuple):
        abort(404)
    page = check_page(checked)
    kind, _, identifier = name.partition("/")
    what: object = page if kind in ("alertes", "autres", "non-dues", "reservations") and not identifier else None
    if kind == "clause":
        what = next((card for card in page.kept if card.clause.id == identifier), None)
    elif kind == "obligation":
        what = next((line for line in page.law.lines if line.id == identifier), None)
    else:
        what = what or page.group(kind, identifier)
    if what is None:
        abort(404)
    return render_template("partie.html", genre=kind, quoi=what, page=page, champs=page.fields, result=page.result)


@blueprint.post("/apercu/<piece>")
def show_piece(piece: str) -> ResponseReturnValue:
    """A piece as it will stand in Word. `fragment`: the piece alone, for the module that shows it by the choices."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty and "fragment" not in request.form:
        return verify_or_mend(checked)
    return preview_page(checked.result, piece, incomplete=checked.fields.faulty)


def preview_page(result: Result, piece: str, *, incomplete: bool = False) -> str:
    """`incomplete`: a choice at fault is left out of the piece, and it says so.

    A long piece is shown in parts: `?partie=` asks for one, `?lieu=` for the one where a blank or a change stands.
    """
    shown = preview(result, piece)
    if shown is None:
        abort(404)
    text = carried(result.market)
    parts = parts_of(shown, len(text.encode()))
    return render_template(
        "apercu_piece.html" if "fragment" in request.form else "apercu.html",
        vue=shown,
        parties=parts,
        partie=part_at(parts, request.args.get("lieu", ""), whole(request.args.get("partie", ""))),
        pieces=pieces(result),
        dossier=text,
        incomplet=incomplete,
    )


@blueprint.post("/loi")
def law() -> ResponseReturnValue:
    """What the law imposes, all open, to print or to keep."""
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    return verify_or_mend(checked) if checked.fields.faulty else show_law(checked.result)


def show_law(result: Result, message: str = "", code: int = 200) -> tuple[str, int]:
    html = render_template(
        "loi.html", result=result, loi=law_of(result), dossier=carried(result.market), message=message
    )
    return html, code


# --- 3. Documents --------------------------------------------------------------------------------


@blueprint.post("/documents")
def documents() -> ResponseReturnValue:
    checked = read_sent()
    if isinstance(checked, tuple):
        return checked
    if checked.fields.faulty:
        return verify_or_mend(checked)
    return list_documents(checked.result)


def list_documents(result: Result, message: str = "", code: int = 200) -> tuple[str, int]:
    html = render_template(
        "documents.html",
        result=result,
        pieces=pieces(result),
        dossier=carried(result.market),
        message=message,
        archive=ARCHIVE,
        fichier=DOSSIER,
        classeur=WORKBOOK,
    )
    return html, code


def sent_result() -> Result:
    market = sent_dossier()
    if market is None:
        raise InputError("le dossier de cette page est vide : rouvrez-le depuis l'accueil")
    return run(market, library())


@blueprint.post("/telecharger/<name>")
def download(name: str) -> ResponseReturnValue:
    """One piece, by its file name; all of them (`.zip`); the hours (`.xlsx`); the dossier to keep (`.json`).

    `sans_commentaires`, `sans_dossier`: the Word pieces without the drafting notes, without what re-opens them.
    """
    result = sent_result()
    comments, carry = "sans_commentaires" not in request.form, "sans_dossier" not in request.form
    if name == ARCHIVE:
        return attached(set_archive(result, comments=comments, carry=carry), name, "application/zip")
    if name == DOSSIER:
        return attached(dossier.dump(result.market, library()).encode(), name, DOSSIER_TYPE)
    if name == WORKBOOK:
        return attached(calibration_workbook(result), name, MEDIA_TYPE)
    piece = next((key for key, file in FILE_NAMES.items() if file == name and key in result.documents), None)
    if piece is None:
        abort(404)
    return attached(render_pieces(result, [piece], comments=comments, carry=carry)[piece], name, DOCX)


# --- plain pages ---------------------------------------------------------------------------------


@blueprint.get("/aide")
def help_page() -> ResponseReturnValue:
    return render_template("aide.html", library=library(), listes=LISTS)


@blueprint.get("/regles")
def rules() -> ResponseReturnValue:
    """Every rule we know, by its title. `?partie=` shows a part whole, `?regle=` the part of a rule, `?q=` a search."""
    words = clean(request.args.get("q", ""))[:200]
    part, rule = request.args.get("partie", ""), request.args.get("regle", "")
    found = read_rules(library(), today(), words=words, part=part, rule=rule)
    return render_template("regles.html", regles=found, mots=words), 404 if found.unknown else 200


@blueprint.get("/donnees-personnelles")
def personal_data() -> ResponseReturnValue:
    return render_template("donnees-personnelles.html")


@blueprint.get("/accessibilite")
def accessibility() -> ResponseReturnValue:
    return render_template("accessibilite.html")


# --- when the token of a form has expired --------------------------------------------------------


def show_again() -> ResponseReturnValue:
    """The page that was sent, as it was, asking to send it once more."""
    message = typeset(EXPIRED)
    page, base = request.form.get("page"), sent_dossier()
    if page in ("verifier", "brouillon") and base is not None:
        checked = check(request.form, base, library())
        fields = Fields(checked.fields.values, checked.fields.errors, (message, *checked.fields.general))
        return verify(Checked(checked.market, checked.result, fields), 400)
    if page == "calibrage" and base is not None:
        checked = check(request.form, base, library())
        fields = Fields(checked.fields.values, checked.fields.errors, (message, *checked.fields.general))
        return show_calibration(Checked(checked.market, checked.result, fields), 400)
    if page in ("documents", "apercu") and base is not None:
        return list_documents(run(base, library()), message, 400)
    if page == "loi" and base is not None:
        return show_law(run(base, library()), message, 400)
    if page in ("avis", "avis-recu"):
        from drafter.web.exchange import show_again as show_opinion_again  # here: its pages stand on these

        return show_opinion_again(message)
    if page == "decrire":
        values = market_form.as_fields(unfolded(request.form))
    else:
        values = market_form.page_values(base, library()) if base else market_form.blank_values(today())
    return describe(Fields(values, {}, (message,)), base, 400)
