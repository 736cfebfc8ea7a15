"""Settings: what is wrong stops the start, every fault is told at once, and no password goes over a
network in plain text.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intake.errors import ConfigurationError
from intake.mail.sources.imap import ImapMailbox
from intake.settings import OTHER_VARIABLES, load, names

SECRET = "geheim-7K2x"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting around, and a working folder of its own."""
    for name in [name for name in os.environ if name.upper().startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    """What is told when these variables are set (``home`` is INTAKE_HOME)."""
    for name, value in variables.items():
        monkeypatch.setenv(f"INTAKE_{name.upper()}", value)
    with pytest.raises(ConfigurationError) as refused:
        load()
    return str(refused.value).splitlines()


class TestNames:
    @pytest.mark.parametrize(
        ("variable", "near"),
        [
            ("INTAKE_REPLIES__MOD", "INTAKE_REPLIES__MODE"),
            ("INTAKE_SMARTHOST__TSL", "INTAKE_SMARTHOST__TLS"),
            ("intake_databse_url", "INTAKE_DATABASE_URL"),
            ("INTAKE_MAILBOX__2__PASWORD", "INTAKE_MAILBOX__2__PASSWORD"),
            ("INTAKE_REVIEW__TRUSTED_PROXY", "INTAKE_REVIEW__TRUSTED_PROXIES"),
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
        (tmp_path / "intake.toml").write_text(
            'databse_url = ""\n[smart_host]\ntls = "tls"\n[smarthost]\nadress = "smtp.example.nl:587"\n'
            '[[mailbox]]\nhost = "a"\n[[mailbox]]\nhost = "b"\npasword = "x"\n'
        )

        assert refusal(monkeypatch) == [
            "intake.toml: databse_url: there is no such setting; did you mean database_url?",
            "intake.toml: smart_host: there is no such setting; did you mean smarthost?",
            "intake.toml: smarthost.adress: there is no such setting; did you mean smarthost.address?",
            "intake.toml: mailbox.2.pasword: there is no such setting; did you mean mailbox.2.password?",
        ]

    @pytest.mark.parametrize(
        ("old", "variable", "in_file"),
        [
            ("smtp_listen", "INTAKE_SMTP__LISTEN", "listen in [smtp]"),
            ("mailbox_host", "INTAKE_MAILBOX__HOST", "host in [[mailbox]]"),
            ("mailbox_from", "INTAKE_MAILBOX__SINCE", "since in [[mailbox]]"),
            ("folder", "INTAKE_FOLDER__PATH", "path in [[folder]]"),
            ("smarthost", "INTAKE_SMARTHOST__ADDRESS", "address in [smarthost]"),
            ("smarthost_tls", "INTAKE_SMARTHOST__TLS", "tls in [smarthost]"),
            ("reply_mode", "INTAKE_REPLIES__MODE", "mode in [replies]"),
            ("authserv_ids", "INTAKE_BORDER__AUTHSERV_IDS", "authserv_ids in [border]"),
            ("allowed_relays", "INTAKE_BORDER__RELAYS", "relays in [border]"),
            ("web_hosts", "INTAKE_REVIEW__HOSTS", "hosts in [review]"),
            ("audit_heads", "INTAKE_READINGS__HEADS", "heads in [readings]"),
        ],
    )
    def test_an_old_name_is_refused_with_its_new_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, variable: str, in_file: str
    ) -> None:
        """Who tried version 0.1 would search for the name of each of his settings."""
        (tmp_path / "intake.toml").write_text(f'{old} = "x"\n')

        assert refusal(monkeypatch, **{old: "x"}) == [
            f"intake.toml: {old}: is now {in_file}",
            f"INTAKE_{old.upper()}: is now {variable}",
        ]

    def test_the_sender_of_replies_went_to_the_profile(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One address for all would sign one municipality's letters with another's name."""
        assert refusal(monkeypatch, reply_from="a@b.example") == [
            "INTAKE_REPLY_FROM: is now reply-from in the municipality's profile.toml"
        ]

    def test_every_setting_and_the_failpoint_of_tests_are_known(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A start that refuses a right setting is a service that stands still."""
        Path("elsewhere.toml").write_text("")
        for name in OTHER_VARIABLES:
            monkeypatch.setenv(name, "elsewhere.toml")
        monkeypatch.setenv("intake_workers", "3")
        monkeypatch.setenv("INTAKE_REVIEW__HOSTS", "a.nl, b.nl")

        assert (load().workers, load().review.hosts) == (3, ("a.nl", "b.nl"))

    def test_the_names_that_the_contract_fixes(self) -> None:
        """Scripts of users set these."""
        assert {"home", "keys", "database_url", "profile"} <= set(names())

    def test_faults_of_every_kind_are_told_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One fault a start costs an afternoon."""
        (tmp_path / "intake.toml").write_text("profiel = 'almere'\nsmtp = 25\n")

        told = refusal(
            monkeypatch, workers="veel", replymode="off", smarthost__address="mail.example:25",
            smarthost__tls="none",
            smarthost__password=SECRET, mailbox__host="mail.example", mailbox__tls="false", profile="almelo",
            smtp__require_tls="true", review__trusted_proxies="::/0",
        )  # fmt: skip

        assert sorted(line.partition(":")[0] for line in told) == [
            "INTAKE_MAILBOX__TLS", "INTAKE_PROFILE", "INTAKE_REPLYMODE", "INTAKE_REVIEW__TRUSTED_PROXIES",
            "INTAKE_SMARTHOST__PASSWORD", "INTAKE_SMTP__REQUIRE_TLS", "INTAKE_WORKERS",
            "intake.toml", "intake.toml",
        ]  # fmt: skip
        assert SECRET not in "".join(told)


TWO_MAILBOXES = """
profile = "almere"
[[mailbox]]
host = "imap.almere.example"
[[mailbox]]
municipality = "hart-van-brabant"
host = "imap.tilburg.example"
"""


class TestSeveral:
    def test_each_mailbox_has_its_municipality_and_the_default_is_the_profile(
        self, tmp_path: Path
    ) -> None:
        """A letter would be in the name of another municipality."""
        (tmp_path / "intake.toml").write_text(TWO_MAILBOXES)

        settings = load()

        served = {part: source.served for part, source in settings.parts()}
        assert served == {
            "mailbox": ("almere",),
            "mailbox-2": ("hart-van-brabant",),
            "receiver": ("almere",),
        }
        assert settings.municipalities == ("almere", "hart-van-brabant")

    def test_a_password_by_the_environment_goes_to_the_mailbox_that_it_names(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Passwords do not belong in the file; one that went to the wrong mailbox locks it."""
        (tmp_path / "intake.toml").write_text(TWO_MAILBOXES)
        monkeypatch.setenv("INTAKE_MAILBOX__1__PASSWORD", "een")
        monkeypatch.setenv("INTAKE_MAILBOX__2__PASSWORD", "twee")

        passwords = [
            s.password.get_secret_value()
            for s in load().sources
            if isinstance(s, ImapMailbox) and s.password
        ]

        assert passwords == ["een", "twee"]

    def test_without_a_number_it_is_refused_when_there_are_several(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody knows which mailbox was meant."""
        (tmp_path / "intake.toml").write_text(TWO_MAILBOXES)

        (told,) = refusal(monkeypatch, mailbox__password=SECRET)

        assert told.startswith("INTAKE_MAILBOX__PASSWORD: there are 2 [[mailbox]]")

    def test_a_variable_fills_the_one_mailbox_of_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The usual way: all in the file, the password beside it."""
        (tmp_path / "intake.toml").write_text('[[mailbox]]\nhost = "imap.almere.example"\n')
        monkeypatch.setenv("INTAKE_MAILBOX__PASSWORD", SECRET)

        (mailbox,) = [s for s in load().sources if isinstance(s, ImapMailbox)]

        assert (mailbox.host, mailbox.password.get_secret_value()) == (
            "imap.almere.example",
            SECRET,
        )

    def test_one_account_is_watched_once(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Two watchers would take each other's mails from the folder of kept mails."""
        (tmp_path / "intake.toml").write_text(TWO_MAILBOXES.replace("tilburg", "almere"))

        (told,) = refusal(monkeypatch)

        assert told == "@imap.almere.example is watched 2 times: name each account once"

    def test_a_municipality_that_there_is_no_profile_of_stops_the_start(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its mails would come in and could not be judged."""
        (told,) = refusal(monkeypatch, mailbox__host="a.example", mailbox__municipality="almelo")

        assert told.startswith("INTAKE_MAILBOX__MUNICIPALITY: 'almelo' is not known; there are: ")


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
            smarthost__address=f"{host}:25",
            smarthost__tls="none",
            smarthost__user="u",
            smarthost__password=SECRET,
        )

        assert told.startswith("INTAKE_SMARTHOST__PASSWORD: ")
        assert "set INTAKE_SMARTHOST__TLS to starttls or tls" in told

    @pytest.mark.parametrize("host", ["mail.example", "192.0.2.1", "2001:db8::1"])
    def test_no_mailbox_without_tls_on_another_host(
        self, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        """Whoever listens on the network could read every invoice and its attachment."""
        (told,) = refusal(monkeypatch, mailbox__host=host, mailbox__tls="false")

        assert told.startswith("INTAKE_MAILBOX__TLS: ")
        assert "plain text" in told

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.8.8.8", "[::1]", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]"]
    )
    def test_a_relay_and_a_mailbox_on_this_machine_need_no_tls(self, host: str) -> None:
        """Its own mail server is how many installations send."""
        load(
            smarthost__address=f"{host}:25",
            smarthost__tls="none",
            smarthost__password=SECRET,
            mailbox__host=host.strip("[]"),
            mailbox__tls=False,
        )

    @pytest.mark.parametrize(
        ("tls", "password"), [("none", ""), ("starttls", SECRET), ("tls", SECRET)]
    )
    def test_a_relay_that_gets_no_password_or_gets_it_encrypted_is_fine(
        self, tls: str, password: str
    ) -> None:
        """A relay that knows us by our address asks for no password."""
        load(smarthost__address="mail.example:25", smarthost__tls=tls, smarthost__password=password)


class TestCertificateForMailIn:
    @pytest.mark.parametrize(
        "settings",
        [
            {"smtp__require_tls": "true"},
            {"smtp__key": "key.pem"},
            {"smtp__require_tls": "true", "smtp__key": "key.pem"},
        ],
    )
    def test_tls_without_a_certificate_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
    ) -> None:
        """No mail could come in, or it came in plain while the administrator thinks otherwise."""
        told = refusal(monkeypatch, **settings)

        assert len(told) == len(settings)
        assert all("INTAKE_SMTP__CERTIFICATE" in line for line in told)


@pytest.mark.parametrize("value", ["0.0.0.0/0", "10.0.0.1,::/0", "proxy.example", "10.0.0.1/8"])
def test_trusted_proxies_are_addresses_and_never_everybody(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """A visitor who writes his own address guesses passwords without end."""
    (told,) = refusal(monkeypatch, review__trusted_proxies=value)

    assert told.startswith("INTAKE_REVIEW__TRUSTED_PROXIES: ")


class TestElsewhere:
    """The file of the settings, and secrets that systemd hands over."""

    def test_a_variable_names_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A service has no working folder, and a command is typed in any."""
        (tmp_path / "etc.toml").write_text("workers = 3\n")
        monkeypatch.setenv("INTAKE_SETTINGS", str(tmp_path / "etc.toml"))

        assert load().workers == 3

    def test_a_named_file_that_is_not_there_stops_the_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All settings would silently be the built-in ones: another database, without keys."""
        monkeypatch.setenv("INTAKE_SETTINGS", str(tmp_path / "none.toml"))

        with pytest.raises(ConfigurationError, match=r"none\.toml, which is not there"):
            load()

    def test_secrets_come_from_systemd_one_a_service(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A password in the settings' file is read by every process, the page too."""
        (tmp_path / "intake.toml").write_text(TWO_MAILBOXES + '[smarthost]\npassword = "old"\n')
        handed = tmp_path / "credentials"
        handed.mkdir()
        (handed / "intake.smarthost.password").write_text(f"{SECRET}\n")
        (handed / "intake.mailbox.2.password").write_text(SECRET)
        (handed / "content-2026q4.key").write_text("a key of the database, no setting")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))

        settings = load()

        boxes = [each for each in settings.sources if isinstance(each, ImapMailbox)]
        assert settings.smarthost.password.get_secret_value() == SECRET
        assert [each.password.get_secret_value() for each in boxes] == ["", SECRET]

    def test_a_variable_goes_before_a_secret_of_systemd(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who tries another password in a shell would try the old one."""
        (tmp_path / "intake.smarthost.password").write_text("old")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        monkeypatch.setenv("INTAKE_SMARTHOST__PASSWORD", SECRET)

        assert load().smarthost.password.get_secret_value() == SECRET

    def test_a_mistyped_name_of_a_secret_stops_the_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The login at the mail server would fail, and nobody would see why."""
        (tmp_path / "intake.smarthost.pasword").write_text(SECRET)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

        (told,) = refusal(monkeypatch)

        assert "did you mean smarthost.password?" in told
        assert SECRET not in told

    def test_mail_keys_lie_in_the_key_store_unless_they_have_a_folder(self, tmp_path: Path) -> None:
        """An installation from before the setting would no longer open mail."""
        assert load(home=tmp_path).mail_key_folder == load(home=tmp_path).key_folder
        assert load(mail_keys=tmp_path).mail_key_folder == tmp_path
