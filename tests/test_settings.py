"""Settings: what is wrong stops the start, every fault is told at once, and no password goes over a
network in plain text.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intake.errors import ConfigurationError
from intake.settings import OTHER_VARIABLES, Settings, load

SECRET = "geheim-7K2x"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting around, and a working folder of its own."""
    for name in [name for name in os.environ if name.upper().startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    """What is told when these variables are set (``smarthost`` is INTAKE_SMARTHOST)."""
    for name, value in variables.items():
        monkeypatch.setenv(f"INTAKE_{name.upper()}", value)
    with pytest.raises(ConfigurationError) as refused:
        load()
    return str(refused.value).splitlines()


class TestNames:
    @pytest.mark.parametrize(
        ("variable", "near"),
        [
            ("INTAKE_REPLY_MOD", "INTAKE_REPLY_MODE"), ("INTAKE_SMARTHOST_TSL", "INTAKE_SMARTHOST_TLS"), ("intake_databse_url", "INTAKE_DATABASE_URL"),
            ("INTAKE_TRUSTED_PROXY", "INTAKE_TRUSTED_PROXIES"),
        ],
    )  # fmt: skip
    def test_a_mistyped_variable_stops_the_start(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, near: str
    ) -> None:
        """Replies would leave by themselves, or mails go to another database, and nobody would see
        why.
        """
        monkeypatch.setenv(variable, SECRET)

        (told,) = refusal(monkeypatch)

        assert told == f"{variable}: there is no such setting; did you mean {near}?"

    def test_a_variable_that_is_near_to_none_is_named_all_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A container platform makes such variables for a service called intake."""
        assert refusal(monkeypatch, qqqq_xxxx="1") == [
            "INTAKE_QQQQ_XXXX: there is no such setting; take it away"
        ]

    def test_a_mistyped_name_in_the_file_stops_the_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file is where most settings are written."""
        (tmp_path / "intake.toml").write_text('smart_host = "smtp.example.nl:587"\n')

        assert refusal(monkeypatch) == [
            "intake.toml: smart_host: there is no such setting; did you mean smarthost?"
        ]

    def test_every_setting_and_the_failpoint_of_tests_are_known(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A start that refuses a right setting is a service that stands still."""
        for name in OTHER_VARIABLES:
            monkeypatch.setenv(name, "before-keep")
        monkeypatch.setenv("intake_workers", "3")
        monkeypatch.setenv("INTAKE_WEB_HOSTS", "a.nl, b.nl")

        assert (load().workers, load().web_hosts) == (3, ["a.nl", "b.nl"])

    def test_faults_of_every_kind_are_told_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One fault a start costs an afternoon."""
        (tmp_path / "intake.toml").write_text("profiel = 'almere'\n")

        told = refusal(
            monkeypatch, workers="veel", replymode="off", smarthost="mail.example:25", smarthost_tls="none", smarthost_password=SECRET,
            mailbox_host="mail.example", mailbox_tls="false", smtp_require_tls="true", trusted_proxies="::/0",
        )  # fmt: skip

        assert sorted(line.partition(":")[0] for line in told) == [
            "INTAKE_MAILBOX_TLS", "INTAKE_REPLYMODE", "INTAKE_SMARTHOST_PASSWORD", "INTAKE_SMTP_REQUIRE_TLS", "INTAKE_TRUSTED_PROXIES", "INTAKE_WORKERS",
            "intake.toml",
        ]  # fmt: skip
        assert SECRET not in "".join(told)


class TestPasswordsInSecret:
    @pytest.mark.parametrize(
        "host",
        [
            "mail.example",
            "192.0.2.1",
            "[2001:db8::1]",
            "localhost.example",
            "0.0.0.0",
            "127.0.0.1.example",
        ],
    )
    def test_no_password_in_plain_text_to_another_host(
        self, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        """Whoever listens on the network could mail in the municipality's name."""
        (told,) = refusal(
            monkeypatch,
            smarthost=f"{host}:25",
            smarthost_tls="none",
            smarthost_user="u",
            smarthost_password=SECRET,
        )

        assert told.startswith("INTAKE_SMARTHOST_PASSWORD: ")
        assert "set INTAKE_SMARTHOST_TLS to starttls or tls" in told

    @pytest.mark.parametrize("host", ["mail.example", "192.0.2.1", "2001:db8::1"])
    def test_no_mailbox_without_tls_on_another_host(
        self, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        """Whoever listens on the network could read every invoice and its attachment."""
        (told,) = refusal(monkeypatch, mailbox_host=host, mailbox_tls="false")

        assert told.startswith("INTAKE_MAILBOX_TLS: ")
        assert "plain text" in told

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.8.8.8", "[::1]", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]"]
    )
    def test_a_relay_and_a_mailbox_on_this_machine_need_no_tls(self, host: str) -> None:
        """Its own mail server is how many installations send."""
        Settings(
            smarthost=f"{host}:25",
            smarthost_tls="none",
            smarthost_password=SECRET,
            mailbox_host=host.strip("[]"),
            mailbox_tls=False,
        )

    @pytest.mark.parametrize(
        ("tls", "password"), [("none", ""), ("starttls", SECRET), ("tls", SECRET)]
    )
    def test_a_relay_that_gets_no_password_or_gets_it_encrypted_is_fine(
        self, tls: str, password: str
    ) -> None:
        """A relay that knows us by our address asks for no password."""
        Settings(smarthost="mail.example:25", smarthost_tls=tls, smarthost_password=password)


class TestCertificateForMailIn:
    @pytest.mark.parametrize(
        "settings",
        [
            {"smtp_require_tls": "true"},
            {"smtp_key": "key.pem"},
            {"smtp_require_tls": "true", "smtp_key": "key.pem"},
        ],
    )
    def test_tls_without_a_certificate_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
    ) -> None:
        """No mail could come in, or it came in plain while the administrator thinks otherwise."""
        told = refusal(monkeypatch, **settings)

        assert len(told) == len(settings)
        assert all("INTAKE_SMTP_CERTIFICATE" in line for line in told)


@pytest.mark.parametrize("value", ["0.0.0.0/0", "10.0.0.1,::/0", "proxy.example", "10.0.0.1/8"])
def test_trusted_proxies_are_addresses_and_never_everybody(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """A visitor who writes his own address guesses passwords without end."""
    (told,) = refusal(monkeypatch, trusted_proxies=value)

    assert told.startswith("INTAKE_TRUSTED_PROXIES: ")
