"""The letter of formal notice, and the letter that gives the penalties envisaged with their computation.

The clause orders them: notice first, then the amount and the invitation to answer, then only a decision. Amounts,
delays and articles are those of this dossier's clause; names, dates and article numbers of the piece are blanks.
"""

from __future__ import annotations

from drafter import french
from drafter.draft.blocks import Block, Document, Inline, Paragraph, Text
from drafter.followup.balance import LotBalance, as_calibrated
from drafter.followup.papers.common import (
    Cell,
    article,
    blank,
    closing,
    heading,
    hours,
    line,
    lot_line,
    opening,
    paper,
    rule,
    said,
    sender,
    short_day,
    table,
)
from drafter.followup.penalties import Ground, Penalties
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.terms import DOCUMENT_CODE, HOURS_CODE, Terms
from drafter.values import Euros

NOTICE_FILE, PENALTIES_FILE = "mise-en-demeure.docx", "penalites-envisagees.docx"


def formal_notice(
    plan: Plan, terms: Terms, lot: LotPlan | None, found: LotBalance | None = None, counted: Penalties | None = None
) -> Document:
    words, ended = terms.words, found is not None and found.ended
    delay = french.show(terms.value("delai_mise_en_demeure"))
    blocks: list[Block] = [
        *sender(plan, found.holder if found else ""),
        lot_line(plan, lot),
        said(Text("Objet : mise en demeure au titre de la clause d'insertion sociale", strong=True)),
        opening(),
        heading("Constat"),
        said(
            *_capital(article(terms, "volume")),
            " vous engage sur le volume suivant : ",
            rule(lot) if lot else blank("volume d'heures du lot"),
            ".",
        ),
        _facts(lot, found),
        *_why(terms, found, counted),
        heading("Mise en demeure"),
    ]
    missing: Inline = hours(counted.missing if counted else None, "nombre d'heures")
    if found is None or not ended:
        blocks.append(
            said(
                "Conformément à ",
                *article(terms, "penalites"),
                ", je vous mets en demeure de réaliser les heures manquantes, soit ",
                missing,
                f", dans un délai de {delay} à compter de la réception de la présente lettre.",
            )
        )
    if found is None:
        blocks.append(said("Variante, si l'exécution est achevée :"))
        blocks.append(said(*_final_statement()))
    if found is None or ended:
        blocks.append(
            said(
                "Conformément à ",
                *article(terms, "penalites"),
                f", je vous mets en demeure d'établir, dans un délai de {delay} à compter de la réception de la "
                "présente lettre, que les heures manquantes, soit ",
                missing,
                ", ont été réalisées, y compris par globalisation, ou qu'elles relèvent d'une difficulté que vous avez "
                "signalée selon ",
                *article(terms, "difficultes"),
                ".",
            )
        )
    blocks += [
        said(
            "Le facilitateur peut vous aider à " + ("réunir les pièces : " if ended else "réaliser ces heures : "),
            blank("structure et adresse électronique générique"),
            ".",
        ),
        heading("Suites"),
        said(
            f"À défaut, la pénalité {HOURS_CODE} ",
            *_per_hour(terms),
            " pourra s'appliquer"
            + ("" if ended or _ordered(lot) else " aux heures qui manqueront au décompte final")
            + ". Son montant vous sera d'abord communiqué et vous serez invité à présenter vos observations"
            f"{_observations(terms)}.",
        ),
        said(
            "La part des heures que vous n'avez pu réaliser malgré l'aide demandée "
            f"{words.of_buyer.replace('de ', 'à ', 1)} et au facilitateur, signalée selon ",
            *article(terms, "difficultes"),
            ", n'est pas pénalisée.",
        ),
        *closing(),
    ]
    return paper(plan, "Mise en demeure : heures d'insertion", blocks)


def envisaged(
    plan: Plan, terms: Terms, lot: LotPlan | None, found: LotBalance | None = None, counted: Penalties | None = None
) -> Document:
    blocks: list[Block] = [
        *sender(plan, found.holder if found else ""),
        lot_line(plan, lot),
        said(Text("Objet : pénalités d'insertion envisagées, invitation à présenter vos observations", strong=True)),
        opening(),
        *_grounds(terms, lot, found, counted),
        heading("Calcul des pénalités envisagées"),
        _sum(terms, counted),
    ]
    if counted is not None and counted.documents:
        blocks.append(_documents(terms, counted))
    blocks += [
        said(
            *_capital(article(terms, "penalites")),
            f" plafonne le total des pénalités {HOURS_CODE} et {DOCUMENT_CODE} à "
            f"{french.show(terms.value('plafond_insertion'))} du {terms.words.amount}, hors révision des prix"
            + (
                ", montant des commandes passées"
                if _ordered(lot)
                else ", montant des tranches affermies"
                if lot and lot.tranches
                else ""
            )
            + ". Les heures sont comptées entières, à l'heure inférieure.",
        ),
    ]
    if counted is not None and not _ordered(lot) and found is not None and found.facts.amount is None:
        blocks.append(
            Paragraph(
                line(
                    "À retirer avant l'envoi. Le plafond est calculé sur le montant estimé au dossier : saisissez le "
                    f"montant HT {terms.words.of_contract} signé dans la feuille « Lots » du classeur."
                ),
                "note",
            )
        )
    blocks += [
        heading("Vos observations"),
        said(f"Je vous invite à présenter vos observations{_observations(terms)}."),
        said(
            "La décision motivée, qui répondra à vos observations, vous sera notifiée ensuite."
            + ("" if _documents_only(counted) else " Une heure pénalisée n'est plus due.")
        ),
        *closing(),
    ]
    return paper(plan, "Pénalités d'insertion envisagées", blocks)


def _documents_only(counted: Penalties | None) -> bool:
    return counted is not None and not counted.whole_hours


def _grounds(terms: Terms, lot: LotPlan | None, found: LotBalance | None, counted: Penalties | None) -> list[Block]:
    """What was asked before, and what is found: a reminder for a document is itself a notice."""
    if _documents_only(counted):
        return [
            said(
                "La relance écrite que vous avez reçue vaut mise en demeure, selon ", *article(terms, "penalites"), "."
            )
        ]
    sent, received = blank("date de la mise en demeure"), blank("date de réception")
    return [
        said("Mise en demeure du ", sent, ", reçue le ", received, "."),
        heading("Constat"),
        _facts(lot, found),
        *_why(terms, found, counted),
    ]


def _facts(lot: LotPlan | None, found: LotBalance | None) -> Block:
    rows: list[tuple[Cell, ...]] = [
        ("Heures dues", hours(found.due if found else None, "heures dues")),
    ]
    if found and _ordered(lot):
        rows.insert(0, ("Commandes retenues (HT)", french.euros(found.ordered)))
    if found and not found.ended and not _ordered(lot):
        rows.append(("Heures prévues à la fin du dernier trimestre échu", french.hours(found.expected)))
    rows.append(("Heures réalisées et comptées", hours(found.counted if found else None, "heures comptées")))
    if found and found.training > found.training_most:
        rows.append(("dont formation, dans sa limite", french.hours(found.training_most)))
    if found and found.not_due:
        rows.append(("Heures qui ne sont plus dues (difficulté reconnue, pénalité)", french.hours(found.not_due)))
    missing = (found.missing if found.ended or _ordered(lot) else found.late) if found else None
    rows.append(("Heures manquantes", hours(missing, "heures manquantes")))
    caption = f"Situation au {french.day(found.on)}" if found else "Situation"
    return table(caption, ("Élément", "Valeur"), rows, (8, 3), (1,), total=True)


def _ordered(lot: LotPlan | None) -> bool:
    return lot is not None and lot.ratio is not None


def _final_statement() -> tuple[str | Inline, ...]:
    """The clause puts it before the notice."""
    told = "Le facilitateur vous a communiqué le décompte final des heures le "
    return told, blank("date de communication du décompte final"), "."


def _why(terms: Terms, found: LotBalance | None, counted: Penalties | None) -> list[Block]:
    if found is None:
        return []
    if found.ended:
        return [said(f"L'exécution est achevée depuis le {french.day(found.end)}. ", *_final_statement())]
    if counted is not None and counted.ground is Ground.CARRIED:
        return [
            said(
                f"Dont {french.hours(counted.missing)} qui manquaient à un constat annuel, reportées une fois sur "
                "l'année suivante et non réalisées au constat d'après, que le facilitateur vous a communiqué le ",
                blank("date de communication du constat annuel"),
                ".",
            )
        ]
    if found.plan.ratio:
        return [said("Les commandes passées ouvrent ces heures : elles restent à réaliser.")]
    return [
        said(
            "Le cumul trimestriel des heures est inférieur aux heures prévues au calendrier prévisionnel que vous avez "
            "remis le ",
            blank("date de remise du calendrier prévisionnel"),
            ".",
        ),
        _before_sending(found),
    ]


def _before_sending(found: LotBalance) -> Paragraph:
    """The clause opens this notice on validated hours and on the calendar handed over: the sheet knows neither."""
    told = "À retirer avant l'envoi. Vérifiez que ces heures sont celles que le facilitateur a validées"
    if as_calibrated(found):
        told += (
            ". Les heures prévues sont encore celles du calibrage : si aucun calendrier prévisionnel n'a été remis, "
            "n'envoyez pas cette lettre ; s'il diffère, saisissez-le dans la feuille « Heures prévues »"
        )
    return Paragraph(line(f"{told}."), "note")


def _per_hour(terms: Terms) -> tuple[Inline | str, ...]:
    if terms.per_hour is None:
        return ("de ", blank("montant par heure"), " par heure due et non réalisée")
    return (
        f"de {french.euros(terms.per_hour)} par heure due et non réalisée, soit "
        f"{french.number(terms.multiple)} fois le SMIC "
        "horaire brut en vigueur au "
        "lancement de la consultation,",
    )


def _observations(terms: Terms) -> str:
    """How the holder answers: the procedure of the CCAG, as the clause cites it, else the delay of the clause."""
    if terms.has_ccag:
        return f", selon la procédure contradictoire que prévoit {terms.ccag('contradictoire')}"
    return f" dans les {french.show(terms.value('delai_observations'))} suivant la réception de cette invitation"


def _sum(terms: Terms, counted: Penalties | None) -> Block:
    def money(amount: Euros | None, label: str) -> Inline:
        return blank(label) if amount is None else Text(french.euros(amount), value=True)

    if counted is None:
        rows: list[tuple[Cell, ...]] = [
            (f"{HOURS_CODE} : heures manquantes × montant par heure", "", blank("montant")),
            (f"{DOCUMENT_CODE} : documents de suivi", "", blank("montant")),
            ("Plafond", french.show(terms.value("plafond_insertion")), blank("montant")),
            ("Montant envisagé", "", blank("montant")),
        ]
    else:
        per_hour = "" if counted.per_hour is None else f"{counted.whole_hours} h × {french.euros(counted.per_hour)}"
        base = (
            ""
            if counted.base is None
            else f"{french.show(terms.value('plafond_insertion'))} de {french.euros(counted.base)}"
        )
        hours_line: tuple[Cell, ...] = (
            f"{HOURS_CODE} : heures non réalisées",
            per_hour,
            money(counted.for_hours, "montant"),
        )
        rows = [
            *([] if _documents_only(counted) else [hours_line]),
            (f"{DOCUMENT_CODE} : documents de suivi", _days(counted), money(counted.for_documents, "montant")),
            ("Total avant plafond", "", money(counted.total, "total")),
            ("Plafond", base, money(counted.ceiling, "montant du plafond")),
        ]
        if counted.already:
            rows.append(("Pénalités d'insertion déjà appliquées", "", money(counted.already, "montant")))
        rows.append(("Montant envisagé", "", money(counted.applied, "montant envisagé")))
    return table("Pénalités envisagées", ("Pénalité", "Calcul", "Montant"), rows, (6, 4, 3), (2,), total=True)


def _days(counted: Penalties) -> str:
    days = sum(item.days for item in counted.documents)
    return french.plural(days, "jour") if days else "aucun"


def _documents(terms: Terms, counted: Penalties) -> Block:
    rows: list[tuple[Cell, ...]] = [
        (
            item.document.name,
            short_day(item.document.reminded),
            short_day(item.from_day),
            short_day(item.document.handed) if item.document.handed else "non remis",
            french.plural(item.days, "jour"),
            french.euros(item.amount) + (" (plafond)" if item.capped else ""),
        )
        for item in counted.documents
    ]
    return table(
        f"{DOCUMENT_CODE} : {french.euros(terms.document_day)} par jour et par document, dans la limite de "
        f"{french.euros(terms.document_most)} par document",
        ("Document", "Relance reçue le", "Délai laissé jusqu'au", "Remis le", "Retard", "Montant"),
        rows,
        (4, 3, 3, 3, 2, 3),
        (4, 5),
    )


def _capital(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    first, *rest = parts
    return (Text("L" + first.text[1:]) if isinstance(first, Text) else first, *rest)
