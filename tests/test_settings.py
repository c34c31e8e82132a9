"""A site's settings: the documented file, the environment, and what is said of a wrong one."""

import os
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from ui.__main__ import main
from ui.configure import configure
from ui.settings import Settings, contrast

DOCUMENTED = Path(__file__).parent.parent / "docs" / "settings.toml"


def test_the_documented_file_has_every_setting_with_its_default() -> None:
    names = {field.name for field in fields(Settings)}
    assert tomllib.loads(DOCUMENTED.read_text()).keys() == names
    assert configure(DOCUMENTED, {}) == Settings()


def test_variables_win_over_the_file_and_flags_over_both(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 1\ncountry = "gb"\nsites = ["https://a.example"]\nindex = "built"\n')
    variables = {"BONEWISE_PORT": "2", "BONEWISE_CHAT": "off", "BONEWISE_SETTINGS": str(file)}
    variables |= {
        "BONEWISE_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        "PORT": "9",
        "BONEWISE_LIBRARY": "",
    }
    settings = configure(None, variables, {"country": "us", "host": None})
    assert (settings.port, settings.country, settings.host) == (2, "us", "127.0.0.1")
    assert settings.sites == ("https://a.example",)
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.index == tmp_path / "built"
    assert not settings.chat


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("prot = 1", "did you mean port?"),
        ('port = "abc"', 'port = "abc": must be a whole number'),
        ("port = true", "port = true: must be a whole number"),
        ("port = 70000", "port = 70000: must be from 0 to 65535"),
        ('feedback = "yes"', 'feedback = "yes": must be true or false'),
        ("feedback = true", "set feedback_file too"),
        ("metrics_port = 7860", "another port than the service's own"),
        ('sites = "https://a.example"', "must be a list of texts"),
        ('sites = ["https://a.example/"]', "https://a.example/"),
        ('sites = ["http://a.example"]', "http only for localhost"),
        ('sites = ["https://*.example"]', "no *"),
        ('sites = ["https://a..example"]', "https://a..example"),
        ('sites = ["https://a.example:65536"]', "https://a.example:65536"),
        ('sites = ["https://a.example; script-src *"]', "no path"),
        ('accent = "#ffcc00"', "contrast with white is 1.5:1"),
        ('accent = "teal"', '"#0b5c6b"'),
        ('root_path = "/bones/"', "without a slash at its end"),
        ('root_path = "/../x"', "without a slash at its end"),
        ('trusted_proxies = ["proxy.example"]', '"proxy.example" is neither'),
        ('ask_rate = "many"', 'a rate such as "30/minute"'),
        ('contact_url = "javascript:alert(1)"', "https://, tel: or mailto:"),
        ('contact = "one\\ntwo"', "one line"),
        ("deadline = 0", "from 0.1 to 120 seconds"),
        ("port = ", "is not TOML"),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(line)
    with pytest.raises(ValueError, match=r"settings\.toml") as refused:
        configure(file, {})
    assert said in str(refused.value)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('prot = 1\naccent = "#fff"\n')
    with pytest.raises(ValueError, match="prot") as refused:
        configure(
            file, {"BONEWISE_ACENT": "#000000", "BONEWISE_PORT": "x", "BONEWISE_CHAT": "maybe"}
        )
    lines = str(refused.value).splitlines()
    assert len(lines) == 5
    assert "did you mean BONEWISE_ACCENT?" in str(refused.value)
    assert 'BONEWISE_CHAT = "maybe": must be true or false' in lines


def test_a_wrong_variable_is_not_blamed_on_the_file() -> None:
    with pytest.raises(ValueError, match=r"^BONEWISE_ACCENT = "):
        configure(DOCUMENTED, {"BONEWISE_ACCENT": "#ffffff"})


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff") == pytest.approx(1)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_check_says_what_is_wrong_with_the_country_once(built: Path) -> None:
    chosen = {"BONEWISE_INDEX": str(built), "BONEWISE_COUNTRY": "xx"}
    done = subprocess.run(
        [sys.executable, "-m", "ui", "check"], capture_output=True, text=True,
        env=os.environ | chosen, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stdout.splitlines()
    assert line.startswith("cards or country: ")
    assert "'xx'" in line


def test_check_says_each_finding(
    tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'index = "{built}"\ncountry = "gb"\n')
    assert main(["check", "--settings", str(file)]) == 0
    file.write_text('index = "none"\ncountry = "xx"\n')
    assert main(["check", "--settings", str(file)]) == 2
    said = capsys.readouterr().out
    assert "python -m index build" in said
    assert "'xx'" in said
    assert main(["check", "--settings", str(tmp_path / "missing.toml")]) == 2
    assert "can't read the settings file" in capsys.readouterr().err
