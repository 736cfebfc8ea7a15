"""The image, the compose file and the example of a web server agree with the rest of ``deploy/``."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from intake.cli import app
from intake.review.app import most_bytes_of
from intake.review.pages import portal, suppliers
from intake.review.security import MAX_FORM_BYTES
from intake.settings import load, names
from tests.deploy.units import DEPLOY, PROGRAM, services
from tests.servers import make_certificate

IMAGE = (DEPLOY / "Containerfile").read_text()


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def own(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in compose["services"].items() if each["image"] == "intake"}


def test_each_container_runs_a_command_that_there_is(compose: dict[str, Any]) -> None:
    """A mistyped command is a container that starts over and over."""
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    groups = {group.name for group in app.registered_groups}
    processes = {each["command"][0] for each in own(compose).values()}

    assert processes <= commands | groups
    assert {"work", "web", "receive", "watch", "send"} <= processes
    assert f'ENTRYPOINT ["{PROGRAM}"]' in IMAGE


def test_each_container_is_locked_up(compose: dict[str, Any]) -> None:
    """Who breaks into one could write to it, or become root in it."""
    for name, each in own(compose).items():
        assert each["read_only"], name
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"1000[12]:10001", each["user"]), name
        assert each["pids_limit"], name
        assert each["mem_limit"], name
        assert all("noexec" in mount for mount in each["tmpfs"]), name
        assert int(each["stop_grace_period"].rstrip("s")) >= 120, name


def test_the_page_is_another_user_and_has_no_key_of_mail(compose: dict[str, Any]) -> None:
    """As with systemd."""
    holds = {name for name, each in own(compose).items() if "mail-keys" in str(each["volumes"])}

    assert compose["services"]["web"]["user"] == "10002:10001"
    assert holds == {"work", "keys"}


def test_secrets_are_the_same_as_with_systemd(compose: dict[str, Any]) -> None:
    """A file with another name is a password that nobody reads."""
    known = names()
    units = {p: set(each["LoadCredentialEncrypted"]) for p, each in services().items()}
    for name, each in own(compose).items():
        for secret in each["secrets"]:
            assert secret.removeprefix("intake.").replace(".", "__") in known
            assert secret in units.get(each["command"][0], {"intake.database_url"}), name
        assert each["environment"]["CREDENTIALS_DIRECTORY"] == "/run/secrets"


def test_its_settings_are_right(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start would end with a fault in a file that nobody wrote."""
    monkeypatch.setenv("INTAKE_SETTINGS", str(DEPLOY / "intake.toml"))
    for name, value in compose["services"]["web"]["environment"].items():
        if name.startswith("INTAKE_"):
            monkeypatch.setenv(name, re.sub(r"\$\{.*\}", "", value))
    settings = load()

    assert settings.review.listen == "0.0.0.0:8000"
    volumes = {mount.split(":")[1] for mount in compose["services"]["work"]["volumes"]}
    assert {str(settings.home), str(settings.keys), str(settings.mail_keys)} <= volumes
    for folder in (settings.home, settings.keys, settings.mail_keys):
        assert re.search(rf"{folder}(?![\w-])", IMAGE)


def test_the_image_takes_the_lock_and_leaves_the_tools(compose: dict[str, Any]) -> None:
    """Other packages than were tested, or a compiler for whoever breaks in."""
    _, final = IMAGE.split("FROM docker.io/library/debian:12-slim\n")

    assert "--require-hashes -r requirements.lock" in IMAGE
    assert not re.search(r"gcc|build-essential|python3-dev|pip install", final)
    assert final.index("USER 10001:10001") < final.index("ENTRYPOINT")


def test_the_build_sees_what_it_copies_and_no_secret() -> None:
    """Secrets lie beside the compose file, and would end in a layer of the image."""
    seen = {
        line[1:]
        for line in (DEPLOY.parent / ".dockerignore").read_text().splitlines()
        if line[0] == "!"
    }
    copied = {
        path.removeprefix("./")
        for line in re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+)$", IMAGE, re.M)
        for path in line.split()[:-1]
    }

    assert (DEPLOY.parent / ".dockerignore").read_text().startswith("*\n")
    assert copied == seen


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    """A web server that does not start shows no page."""
    make_certificate(tmp_path)
    site = (DEPLOY / "nginx.conf").read_text()
    site = site.replace("/etc/ssl/certs/facturen.pem", f"{tmp_path}/cert.pem")
    site = site.replace("/etc/ssl/private/facturen.key", f"{tmp_path}/key.pem")
    site = site.replace("/var/log/nginx/", f"{tmp_path}/")
    whole = tmp_path / "whole.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error; events {{}} http {{ {site} }}\n"
    )

    done = subprocess.run(
        ["nginx", "-t", "-e", tmp_path / "error", "-c", whole],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "$request_uri" not in re.sub(r"return 301.*", "", site)


@pytest.mark.parametrize("path", ["/", portal.PATH, suppliers.FILE_PATH])
def test_nginx_takes_every_form_that_the_page_takes(path: str) -> None:
    """A clerk would get a bare 413 for what she fetched in a portal, and the invoice would stay there."""
    site = (DEPLOY / "nginx.conf").read_text()
    own = re.search(rf"location = {re.escape(path)} \{{(.*?)\n    \}}", site, re.DOTALL)
    size = re.compile(r"client_max_body_size (\d+)m;")
    told = (own and size.search(own[1])) or size.search(site.partition("\n    location ")[0])

    assert told is not None
    assert int(told[1]) * 1024**2 >= max(most_bytes_of(path), MAX_FORM_BYTES)
    assert site.count("proxy_pass") == len(re.findall(r"^    location ", site, re.MULTILINE))
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in site.partition("\n    location ")[0]
