"""The pages: each view reads the form, calls the pipeline, and prints."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from drafter import dossier
from drafter.errors import DrafterError, InputError
from drafter.french import typeset
from drafter.market import Market, load_text, read_market
from drafter.pipeline import Result, run
from drafter.readers import clean
from drafter.sheets import FILE_NAME, MEDIA_TYPE, calibration_workbook
from drafter.vocabulary import (
    Ambition,
    Buyer,
    Ccag,
    ContractKind,
    Flag,
    Form,
    Nature,
    Procedure,
    Role,
    Technicity,
    ThresholdBasis,
)
from drafter.web import market_form
from drafter.web.calibration_form import PREFIX
from drafter.web.calibration_view import calibration_page
from drafter.web.choices import PREFIXES, Checked, check, leftovers
from drafter.web.fields import Fields, lot_numbers, sentence
from drafter.web.law import law_of
from drafter.web.rules import find_rules
from drafter.web.sent import carried, library, sent_dossier, today
from drafter.web.view import check_page, pieces
from drafter.word.bundle import FILE_NAMES, render_archive, render_pieces

blueprint = Blueprint("pages", __name__)

FAMILIAR = ("nettoyage-mediatheque", "renovation-ecole", "restauration-scolaire", "mobilier-creche", "voirie-programme")
ARCHIVE = "dossier-clauses.zip"
DOSSIER = "dossier-clauses.json"
WORKBOOK = FILE_NAME
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXPIRED = "La page était ouverte depuis longtemps : rien n'est perdu, envoyez-la de nouveau."


# --- 1. Décrire l'achat --------------------------------------------------------------------------


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
    fields = Fields(market_form.as_fields(request.form))
    action, focus = request.form.get("action", ""), ""
    if action == "ajouter-lot":
        fields, focus = market_form.with_lot_added(fields)
    elif action.startswith("retirer-lot-") and action.removeprefix("retirer-lot-").isdecimal():
        fields = market_form.with_lot_removed(fields, int(action.removeprefix("retirer-lot-")))
        focus = "ajouter-lot"
    return describe(fields, base, focus=focus)


def back_to_description(base: Market | None) -> ResponseReturnValue:
    if base is None:
        return redirect(url_for("pages.home"))
    checked = check(request.form, base, library())
    values = market_form.page_values(checked.market, library())
    kept = {name: (text,) for name, text in leftovers(checked).items()}
    return describe(Fields({**values, **kept}), checked.market)


def describe(
    fields: Fields, base: Market | None = None, code: int = 200, focus: str = "", fresh: bool = False
) -> tuple[str, int]:
    """The first page. `fresh`: nothing is typed yet, so the examples and the way back to a dossier are shown."""
    page = render_template(
        "decrire.html",
        champs=fields,
        lots=lot_numbers(fields.values),
        carried={name: found[0] for name, found in fields.values.items() if name.startswith(PREFIXES) and found},
        dossier=carried(base) if base else "",
        fresh=fresh,
        exemples=_varied(list(library().examples.items())) if fresh else [],
        segments=sorted(library().segments.values(), key=lambda segment: segment.label),
        focus=focus,
        listes=LISTS,
        max_lots=market_form.MAX_LOTS,
    )
    return page, code


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


@blueprint.post("/rouvrir")
def reopen() -> ResponseReturnValue:
    """A dossier kept on the person's computer, or a document of ours, which carries it."""
    try:
        market = read_upload(request.files.get("fichier"))
        return verify(check(request.form, market, library()))
    except DrafterError as error:
        messages = tuple(sentence(str(fault)) for fault in error.faults[:5])
        fields = Fields(market_form.blank_values(today()), {"fichier": messages})
        return describe(fields, code=422, fresh=True)


def read_upload(upload: FileStorage | None) -> Market:
    name = (upload.filename or "").lower() if upload else ""
    if upload is None or not name:
        raise InputError("choisissez d'abord un fichier : un dossier (.json) ou un document Word produit ici (.docx)")
    data = upload.read()
    if name.endswith(".docx"):
        from drafter.word import read_dossier

        text = read_dossier(data)
        if text is None:
            raise InputError("ce document Word ne porte pas de dossier : choisissez un document produit par ce service")
        return dossier.load(text)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("ce fichier n'est pas un dossier : choisissez le fichier .json que vous avez gardé") from None
    return read_market(load_text(text, "yaml")) if name.endswith((".yaml", ".yml")) else dossier.load(text)


# --- 2. Vérifier et décider ----------------------------------------------------------------------


@blueprint.post("/verifier")
def verification() -> ResponseReturnValue:
    checked = read_sent()
    return checked if isinstance(checked, tuple) else verify_or_mend(checked)


def read_sent() -> Checked | tuple[str, int]:
    """The market of whichever page was sent, with its choices; or the first page, with its faults."""
    base = sent_dossier()
    if request.form.get("page") == "decrire":
        market, fields = market_form.read_page(request.form, base, library())
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
    number = request.form.get("voir") or request.form.get("lot", "")
    wrong = next((name.split("--")[1] for name in checked.fields.errors if name.startswith(PREFIX)), "")
    if wrong.isdecimal() and int(wrong):
        number = wrong
    page = calibration_page(checked, int(number) if number.isdecimal() else 0)
    html = render_template(
        "calibrage_calcul.html" if "fragment" in request.form else "calibrage.html",
        page=page,
        champs=page.fields,
        result=page.result,
        dossier=carried(checked.market),
        roles=Role,
    )
    return html, 422 if page.fields.faulty and code == 200 else code


def verify(checked: Checked, code: int = 200) -> tuple[str, int]:
    page = check_page(checked)
    html = render_template(
        "verifier.html",
        page=page,
        champs=page.fields,
        result=page.result,
        dossier=carried(checked.market),
        pieces=pieces(page.result),
        carried=leftovers(checked, (PREFIX,)),
        ouverte=request.form.get("fiche", ""),
        apercu=page.result.documents.get(request.form.get("apercu", "")),
    )
    return html, 422 if page.fields.faulty and code == 200 else code


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
    """One piece, by its file name; all of them (`.zip`); the hours (`.xlsx`); the dossier to keep (`.json`)."""
    result = sent_result()
    if name == ARCHIVE:
        return attached(render_archive(result), name, "application/zip")
    if name == DOSSIER:
        return attached(dossier.dump(result.market, library()).encode(), name, "application/json")
    if name == WORKBOOK:
        return attached(calibration_workbook(result), name, MEDIA_TYPE)
    piece = next((key for key, file in FILE_NAMES.items() if file == name and key in result.documents), None)
    if piece is None:
        abort(404)
    return attached(render_pieces(result, [piece])[piece], name, DOCX)


def attached(data: bytes, name: str, mimetype: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=mimetype, headers=headers)


# --- plain pages ---------------------------------------------------------------------------------


@blueprint.get("/aide")
def help_page() -> ResponseReturnValue:
    return render_template("aide.html", library=library(), listes=LISTS)


@blueprint.get("/regles")
def rules() -> ResponseReturnValue:
    """Every rule we know. `?q=` keeps those that hold all its words."""
    words = clean(request.args.get("q", ""))[:200]
    return render_template("regles.html", regles=find_rules(library(), words, today()), mots=words)


@blueprint.get("/donnees-personnelles")
def personal_data() -> ResponseReturnValue:
    return render_template("donnees-personnelles.html")


@blueprint.get("/accessibilite")
def accessibility() -> ResponseReturnValue:
    return render_template("accessibilite.html")


@blueprint.get("/sante/vivant")
def alive() -> ResponseReturnValue:
    text = f"vivant, bibliothèque {library().info.version}\n"
    return Response(text, mimetype="text/plain")


# --- when the token of a form has expired --------------------------------------------------------


def show_again() -> ResponseReturnValue:
    """The page that was sent, as it was, asking to send it once more."""
    message = typeset(EXPIRED)
    page, base = request.form.get("page"), sent_dossier()
    if page == "verifier" and base is not None:
        checked = check(request.form, base, library())
        fields = Fields(checked.fields.values, checked.fields.errors, (message, *checked.fields.general))
        return verify(Checked(checked.market, checked.result, fields), 400)
    if page == "calibrage" and base is not None:
        checked = check(request.form, base, library())
        fields = Fields(checked.fields.values, checked.fields.errors, (message, *checked.fields.general))
        return show_calibration(Checked(checked.market, checked.result, fields), 400)
    if page == "documents" and base is not None:
        return list_documents(run(base, library()), message, 400)
    if page == "loi" and base is not None:
        return show_law(run(base, library()), message, 400)
    values = market_form.as_fields(request.form) if page == "decrire" else market_form.blank_values(today())
    return describe(Fields(values, {}, (message,)), base, 400)
