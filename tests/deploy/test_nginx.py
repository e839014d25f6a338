"""The nginx sample: no link of a draft in its logs, no port of supervision open; run for real where nginx is."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import ssl
import subprocess
import time
from contextlib import closing
from pathlib import Path

from .conftest import FILES, HOST, Run, free_port

SAMPLE = FILES / "nginx.conf"
SECRET = "jeton-qui-ne-doit-pas-paraitre"


def sample() -> str:
    return SAMPLE.read_text(encoding="utf-8")


def test_the_sample_is_well_formed() -> None:
    plain = re.sub(r"#.*|'[^']*'", "", sample())
    assert plain.count("{") == plain.count("}")
    for line in filter(None, map(str.strip, plain.splitlines())):
        assert line.endswith((";", "{", "}")), line


def test_no_log_holds_a_whole_address() -> None:
    (fields,) = re.findall(r"log_format drafter '([^']*)'", sample())
    words = set(re.findall(r"\$\w+", fields))
    whole = {"$request", "$request_uri", "$uri", "$document_uri", "$args", "$query_string", "$http_referer"}
    assert not words & whole
    assert set(re.findall(r"^\s*access_log \S+ (\w+);", sample(), re.MULTILINE)) == {"drafter"}
    assert len(re.findall(r"^\s*server \{", sample(), re.MULTILINE)) == 2
    assert len(re.findall(r"^\s*access_log", sample(), re.MULTILINE)) == 2
    assert re.search(r"^\s*error_log .* crit;", sample(), re.MULTILINE)


def test_the_body_that_passes_is_the_largest_that_the_program_takes() -> None:
    from drafter.web.insertion import MAX_BODY

    (size,) = re.findall(r"client_max_body_size (\d+)m;", sample())
    assert MAX_BODY <= int(size) * 1024 * 1024 <= MAX_BODY + 2 * 1024 * 1024


def test_nginx_serves_it(run: Run, tmp_path: Path) -> None:
    """Only where nginx and openssl are installed; the rules above hold everywhere."""
    nginx, openssl = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"), shutil.which("openssl")
    if not nginx or not openssl:
        return
    service, plain, tls = run(1), free_port(), free_port()
    keys = ["-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem", "-days", "2", "-nodes"]
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", *keys, "-subj", f"/CN={HOST}"]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    site = sample().replace("/etc/ssl/drafter", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}")
    site = site.replace("listen [::]", "# listen [::]").replace("listen 80;", f"listen 127.0.0.1:{plain};")
    site = site.replace("listen 443 ", f"listen 127.0.0.1:{tls} ")
    (tmp_path / "site.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {tmp_path / kind};" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(
        f"{user} daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/demarrage.log;"
        f" events {{}} http {{ {temporary} include {tmp_path}/site.conf; }}",
        encoding="utf-8",
    )
    process = subprocess.Popen([nginx, "-e", tmp_path / "demarrage.log", "-c", tmp_path / "nginx.conf"])
    try:
        home = over_tls(tls, "/")
        assert home[0] == 200
        assert home[1]["Strict-Transport-Security"]
        assert "Secure" in home[1]["Set-Cookie"]
        assert over_tls(tls, f"/brouillon/{SECRET}?q={SECRET}")[0] in (404, 410)
        assert over_tls(tls, "/metrics")[0] == over_tls(tls, "/sante/pret")[0] == 404
        with closing(http.client.HTTPConnection("127.0.0.1", plain, timeout=20)) as clear:
            clear.request("GET", f"/brouillon/{SECRET}", headers={"Host": HOST})
            assert clear.getresponse().status == 404
        statuses = {over_tls(tls, f"/brouillon/{SECRET}")[0] for _ in range(120)}
        assert statuses <= {404, 410, 429}  # a fast machine reaches the barrier, whose refusal is logged as well
        service.process.terminate()
        service.process.wait(40)
        assert over_tls(tls, f"/brouillon/{SECRET}")[0] == 502
    finally:
        process.terminate()
        process.wait(20)
    logs = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.log"))
    assert "/brouillon" in logs
    assert SECRET not in logs
    assert SECRET not in service.log.read_text(encoding="utf-8")


def over_tls(port: int, path: str) -> tuple[int, dict[str, str]]:
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    for _ in range(100):
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=unchecked)
        try:
            connection.request("GET", path, headers={"Host": HOST})
            answer = connection.getresponse()
            answer.read()
            return answer.status, dict(answer.getheaders())
        except ConnectionRefusedError:
            time.sleep(0.1)  # nginx is starting
        finally:
            connection.close()
    raise AssertionError("nginx does not answer")
