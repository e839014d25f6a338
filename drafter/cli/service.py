"""The service: starting it."""

from __future__ import annotations

import click

from drafter.cli.files import trouble


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

    app = create_app()
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
    server.run()
