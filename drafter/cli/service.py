"""The service: starting it, and showing how it is set."""

from __future__ import annotations

import json

import click

from drafter.cli.files import trouble
from drafter.settings import Settings, read_settings


@click.command(help="Démarre le service web.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Adresse d'écoute.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="NOMBRE",
    help="Port d'écoute, 0 pour un port libre.",
)
def serve(host: str, port: int) -> None:
    import waitress

    from drafter.web import create_app

    settings = read_settings()
    app = create_app(settings=settings)
    try:
        server = waitress.create_server(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        raise click.UsageError(
            f"Le port {port} ne s'ouvre pas : {trouble(error)}. Choisissez-en un autre (--port)."
        ) from None
    except ValueError:
        raise click.UsageError(
            f"L'adresse « {host} » n'existe pas sur cette machine : écrivez par exemple 127.0.0.1."
        ) from None
    opened = getattr(server, "effective_port", port)
    click.echo(f"Service ouvert sur http://{host}:{opened}/ (Ctrl+C pour arrêter)", err=True)
    if not settings.production and host not in ("127.0.0.1", "::1", "localhost"):
        click.echo("Attention : d'autres machines joignent ce service ; réglez DRAFTER_PRODUCTION=oui.", err=True)
    _warn(settings)
    server.run()


@click.command(help="Montre les réglages du service, lus dans l'environnement ; les secrets sont masqués.")
@click.option("--json", "as_json", is_flag=True, help="Écrit du JSON.")
def config(as_json: bool) -> None:
    settings = read_settings()
    rows = settings.shown()
    if as_json:
        click.echo(json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=2))
    else:
        for line in _table((("Variable", "Valeur", "Source"), *rows)):
            click.echo(line)
    _warn(settings)


def _warn(settings: Settings) -> None:
    for words in settings.warnings():
        click.echo(f"Attention : {words}.", err=True)


def _table(rows: tuple[tuple[str, str, str], ...]) -> list[str]:
    """In columns; a value too long for its own pushes the last one."""
    widths = [min(40, max(len(row[column]) for row in rows)) for column in range(2)]
    return ["  ".join((row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2])).rstrip() for row in rows]
