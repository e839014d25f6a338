"""gunicorn for a Debian host: gunicorn -c gunicorn.conf.py 'drafter.web:create_app()'

The number of processes is read from WEB_CONCURRENCY: one a core, for making a document is work for the processor.
"""

from __future__ import annotations

import sys
from typing import Any

bind = "127.0.0.1:8000"
worker_class = "gthread"
threads = 8
timeout = 90  # the largest piece takes some ten seconds on a slow machine
graceful_timeout = 30
keepalive = 5
max_requests = 2000  # what memory a process may have gathered is given back
max_requests_jitter = 200
worker_tmp_dir = "/dev/shm"  # a busy disk must not make a process look dead
control_socket_disable = True  # nobody asks for it: one door less

# One form of log for everything; the lines of requests are the program's own, without any address.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lignes": {"()": "drafter.web.logs.JsonLines"}},
    "handlers": {"journal": {"class": "logging.StreamHandler", "formatter": "lignes"}},
    "root": {"level": "WARNING", "handlers": ["journal"]},
    "loggers": {
        "drafter": {"level": "INFO"},
        "gunicorn.error": {"level": "INFO", "propagate": True, "handlers": []},
    },
}


def on_starting(server: Any) -> None:
    """A wrong setting is told once, in its own words, before any process starts."""
    from drafter.errors import InputError
    from drafter.settings import read_settings

    try:
        settings = read_settings()
    except InputError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")
        sys.exit(error.exit_code)
    for words in settings.warnings():
        sys.stderr.write(f"Attention : {words}.\n")
    if settings.metrics_folder:
        for left in settings.metrics_folder.glob("*.db"):  # the figures of an earlier start
            left.unlink()


def child_exit(server: Any, worker: Any) -> None:
    """The figures of a process that is gone stay counted; its gauges do not."""
    import os

    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
