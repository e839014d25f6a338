"""Settings: every variable read once, every fault said at once, no secret shown."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from drafter.cli import main
from drafter.errors import InputError
from drafter.settings import VARIABLES, AccessibilityState, Settings, masked_url, read_settings

KEY = "8f1c2b7a90de4356b1f07c2299aa51d38f1c2b7a90de4356b1f07c2299aa51d3"
BLANK = {name: "" for variable in VARIABLES for name in variable.names}
SAFE = {"DRAFTER_PRODUCTION": "oui", "DRAFTER_SECRET_KEY": KEY, "DRAFTER_HOTES": "clauses.exemple.fr"}


def faults(**environment: str) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        read_settings(environment)
    return {fault.where: fault.message for fault in caught.value.faults}


def test_a_workstation_needs_nothing() -> None:
    settings = read_settings({"HOME": "/home/lea"})
    assert not settings.production
    assert settings.drafts
    assert settings.draft_days == 90
    assert settings.data_dir == Path("/home/lea/.local/share/drafter")
    assert settings.sqlalchemy_url == "sqlite:////home/lea/.local/share/drafter/drafter.db"
    assert settings.warnings() == ()


def test_every_field_has_its_variable() -> None:
    assert {variable.field for variable in VARIABLES} == {field.name for field in fields(Settings)} - {"given"}
    names = [name for variable in VARIABLES for name in variable.names]
    assert len(names) == len(set(names))


def test_reading_creates_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "données"
    assert read_settings({"DRAFTER_DONNEES": str(folder)}).data_dir == folder
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="the data folder of Windows is elsewhere")
@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_DATA_HOME": "/srv/xdg", "HOME": "/home/lea"}, "/srv/xdg/drafter"),
        ({"XDG_DATA_HOME": "relatif", "HOME": "/home/lea"}, "/home/lea/.local/share/drafter"),
    ],
)
def test_the_data_folder_follows_the_system(environment: dict[str, str], folder: str) -> None:
    assert read_settings(environment).data_dir == Path(folder)


@pytest.mark.parametrize("written", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_url_is_normalised(written: str) -> None:
    read = read_settings({"DATABASE_URL": f"{written}://u:p@base/drafter"})
    assert read.database_url == "postgresql+psycopg://u:p@base/drafter"


def test_our_own_variable_is_over_the_common_one() -> None:
    both = {"DATABASE_URL": "postgres://a/b", "DRAFTER_DATABASE_URL": "postgres://c/d"}
    assert read_settings(both).database_url == "postgresql+psycopg://c/d"
    # set to nothing is not set, as in a systemd environment file
    assert read_settings({**both, "DRAFTER_DATABASE_URL": " "}).database_url == "postgresql+psycopg://a/b"


WRONG = {
    "DRAFTER_PRODUCTION": "peut-être",
    "DRAFTER_HOTES": "https://clauses.exemple.fr",
    "DRAFTER_URL": "clauses.exemple.fr",
    "DRAFTER_PROXYS": "-1",
    "WEB_CONCURRENCY": "0",
    "DRAFTER_JOURNAL": "xml",
    "DRAFTER_DONNEES": "relatif/dossier",
    "DRAFTER_DATABASE_URL": "mysql://base",
    "DRAFTER_BROUILLONS": "2",
    "DRAFTER_BROUILLONS_JOURS": "0",
    "DRAFTER_LIMITE_PAR_MINUTE": "1,5",
    "DRAFTER_LIMITE_PAGES": "-1",
    "DRAFTER_LIMITE_DOCUMENTS": "²",
    "DRAFTER_LIMITES_STOCKAGE": "sqlite://",
    "DRAFTER_METRIQUES_JETON": "court",
    "PROMETHEUS_MULTIPROC_DIR": "/nulle/part/du/tout",
    "DRAFTER_ORGANISME": "deux\nlignes",
    "DRAFTER_ORGANISME_ADRESSE": "x" * 501,
    "DRAFTER_ORGANISME_COURRIEL": "pas une adresse",
    "DRAFTER_ACCESSIBILITE_CONTACT": "a@b",
    "DRAFTER_ACCESSIBILITE_ETAT": "conforme",
    "DRAFTER_ACCESSIBILITE_AUDIT": "30/11/2026",
    "DRAFTER_ACCESSIBILITE_TAUX": "101",
}


def test_every_wrong_value_is_said_at_once() -> None:
    found = faults(**WRONG)
    assert set(found) == set(WRONG)
    assert all(message[0].islower() or message[0] == "«" for message in found.values())


def test_an_enormous_number_is_a_fault_and_not_a_crash() -> None:
    assert "nombre entier" in faults(DRAFTER_PROXYS="9" * 10_000)["DRAFTER_PROXYS"]


def test_a_slip_in_a_name_is_not_passed_over() -> None:
    assert "DRAFTER_PRODUCTION" in faults(DRAFTER_PRODUTION="oui")["DRAFTER_PRODUTION"]
    assert read_settings({"DRAFTER_SHARED": "/ailleurs"}) == read_settings({})  # not ours, and unlike any of ours


def test_production_asks_for_a_key_and_for_names() -> None:
    assert set(faults(DRAFTER_PRODUCTION="oui")) == {"DRAFTER_SECRET_KEY", "DRAFTER_HOTES"}
    assert read_settings(SAFE).production


@pytest.mark.parametrize(
    "key",
    ["court", "changez-moi-changez-moi-changez-moi-vite", "a" * 64, "0123456789abcdef0123456789abcdef", "secret" * 8],
)
def test_production_refuses_a_key_that_can_be_guessed(key: str) -> None:
    assert "tirez-en une" in faults(**{**SAFE, "DRAFTER_SECRET_KEY": key})["DRAFTER_SECRET_KEY"]
    old = faults(**SAFE, DRAFTER_SECRET_KEY_ANCIENNES=f"{KEY},{key}")
    assert set(old) == {"DRAFTER_SECRET_KEY_ANCIENNES"}


def test_production_is_reached_by_https() -> None:
    assert set(faults(**SAFE, DRAFTER_URL="http://clauses.exemple.fr")) == {"DRAFTER_URL"}
    assert (
        read_settings({**SAFE, "DRAFTER_URL": "https://clauses.exemple.fr/"}).public_url == "https://clauses.exemple.fr"
    )


def test_limits_counted_by_each_process_are_told() -> None:
    several = read_settings({**SAFE, "WEB_CONCURRENCY": "3", "DRAFTER_DONNEES": "/var/lib/drafter"})
    assert len(several.warnings()) == 1
    assert "3 fois la limite" in several.warnings()[0]
    shared = read_settings({**SAFE, "WEB_CONCURRENCY": "3", "DRAFTER_LIMITES_STOCKAGE": "redis://cache:6379"})
    assert not any("LIMITES" in warning for warning in shared.warnings())


# --- accessibility: never declared without an audit ------------------------------------------------


def audited(**changes: str) -> dict[str, str]:
    return {
        "DRAFTER_ACCESSIBILITE_ETAT": "partiellement conforme",
        "DRAFTER_ACCESSIBILITE_AUDIT": "2026-09-15",
        "DRAFTER_ACCESSIBILITE_TAUX": "74",
        **changes,
    }


def test_a_state_asks_for_its_audit() -> None:
    assert set(faults(DRAFTER_ACCESSIBILITE_ETAT="totalement conforme")) == {
        "DRAFTER_ACCESSIBILITE_AUDIT",
        "DRAFTER_ACCESSIBILITE_TAUX",
    }
    assert set(faults(**audited(DRAFTER_ACCESSIBILITE_TAUX="49"))) == {"DRAFTER_ACCESSIBILITE_TAUX"}
    assert set(faults(**audited(DRAFTER_ACCESSIBILITE_ETAT="totalement conforme"))) == {"DRAFTER_ACCESSIBILITE_TAUX"}


def test_an_audit_lasts_three_years() -> None:
    settings = read_settings(audited())
    assert settings.accessibility_on(date(2029, 9, 15)) is AccessibilityState.PARTIAL
    assert settings.accessibility_on(date(2029, 9, 16)) is AccessibilityState.NONE
    assert read_settings({}).accessibility_on(date(2026, 11, 22)) is AccessibilityState.NONE


# --- shown -----------------------------------------------------------------------------------------


def test_no_secret_is_shown() -> None:
    secrets = {
        "DRAFTER_SECRET_KEY": KEY,
        "DRAFTER_SECRET_KEY_ANCIENNES": f"{KEY}1,{KEY}2",
        "DRAFTER_DATABASE_URL": "postgres://u:mot-de-passe@base:5432/drafter?sslpassword=cache-cache",
        "DRAFTER_LIMITES_STOCKAGE": "redis://:mot-de-passe@cache:6379/0",
        "DRAFTER_METRIQUES_JETON": "jeton-de-supervision",
    }
    rows = read_settings(secrets).shown()
    written = repr(rows)
    for secret in (KEY, "mot-de-passe", "cache-cache", "jeton-de-supervision"):
        assert secret not in written
    shown = {row.variable: row for row in rows}
    assert shown["DRAFTER_DATABASE_URL"].value.startswith("postgresql+psycopg://u:••••••@base:5432/drafter")
    assert shown["DRAFTER_DATABASE_URL"].source == "DRAFTER_DATABASE_URL"
    assert shown["DRAFTER_PROXYS"].source == "par défaut"


def test_the_command_shows_every_setting() -> None:
    done = CliRunner().invoke(main, ["config"], env=BLANK | {"DRAFTER_SECRET_KEY": KEY})
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["Variable", *(variable.name for variable in VARIABLES)]
    assert KEY not in done.output
    as_json = CliRunner().invoke(main, ["config", "--json"], env=BLANK)
    rows = json.loads(as_json.stdout)
    assert [row["variable"] for row in rows] == [variable.name for variable in VARIABLES]
    assert {tuple(row) for row in rows} == {("variable", "value", "source")}


def test_the_command_tells_all_faults_and_stops() -> None:
    done = CliRunner().invoke(main, ["config"], env=BLANK | WRONG)
    assert done.exit_code == 3
    assert done.stdout == ""
    for name in WRONG:
        assert f"{name} : " in done.stderr


@pytest.mark.parametrize("url", ["memory://", "redis://cache:6379", "sqlite:////var/lib/drafter/drafter.db"])
def test_an_address_without_a_secret_is_shown_whole(url: str) -> None:
    assert masked_url(url) == url
