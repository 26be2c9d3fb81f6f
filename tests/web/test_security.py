"""Who is answered, what a browser is told it may do, and what is written down."""

import time

import pytest
import requests
from argon2 import PasswordHasher

from onrecord.web.security import MAX_BODY
from onrecord.web.serve.login import COOKIE, Bucket, Login
from tests.support.reading_room_server import Reading, serving


def test_a_name_that_is_not_ours_is_not_answered(reading: Reading) -> None:
    answer = reading.get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 421
    assert "OnRecord" not in answer.text


def test_replay_too_answers_to_its_own_name_only(reading: Reading) -> None:
    assert reading.copy("/", headers={"Host": "evil.example"}).status_code == 421


def test_a_form_from_another_site_is_refused(reading: Reading) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": reading.replay},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = requests.post(reading.room + "/check", headers=headers, timeout=10)
        assert answer.status_code == 403


def test_what_is_too_large_is_not_read(reading: Reading) -> None:
    try:
        answer = requests.post(reading.room + "/check", data=b"x" * (MAX_BODY + 1), timeout=10)
    except requests.ConnectionError:
        return  # refused before all was sent

    assert answer.status_code == 413


def test_pages_may_load_nothing_but_our_own_files(reading: Reading) -> None:
    headers = reading.get("/").headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_query_is_not_written_down(reading: Reading) -> None:
    reading.get("/search?q=unmistakable")
    reading.get("/search?q=%22unmistakable")

    held = [path for path in reading.archive.rglob("*") if path.is_file()]
    assert "unmistakable" not in reading.log.read_text()
    assert not any(b"unmistakable" in path.read_bytes() for path in held)


def test_beyond_this_machine_a_password_is_needed(run: object, archive_folder: object) -> None:
    run("init")  # type: ignore[operator]

    result = run("serve", "--host", "0.0.0.0")  # type: ignore[operator]  # noqa: S104

    assert result.exit_code == 2
    assert "password" in result.stderr


def test_who_does_not_know_the_password_sees_nothing(
    reading: Reading, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "password"
    secret.write_text(PasswordHasher(time_cost=1, memory_cost=8192).hash("open sesame"))
    with serving(reading.archive, "--password-file", str(secret)) as guarded:
        outside = guarded.get("/search?q=panel")
        wrong = requests.post(guarded.room + "/login", {"password": "open"}, timeout=10)
        right = requests.post(
            guarded.room + "/login", {"password": "open sesame"}, timeout=10, allow_redirects=False
        )
        cookie = right.headers["Set-Cookie"]
        inside = guarded.get("/search?q=panel", headers={"Cookie": cookie.partition(";")[0]})

    assert (outside.status_code, wrong.status_code, right.status_code) == (401, 401, 303)
    assert "Ostrel" not in outside.text
    for flag in ("Secure", "HttpOnly", "SameSite=strict"):
        assert flag in cookie
    assert "3 statements" in inside.text


def test_a_forged_or_old_session_is_none() -> None:
    login = Login(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))
    now = time.time()
    session = login.session(now)

    assert login.knows(session, now)
    assert not login.knows(session, now + 13 * 3600)
    assert not login.knows("9" + session, now)
    assert not login.knows("", now)
    assert COOKIE.startswith("__Secure-")


def test_an_address_gets_so_many_tries_and_no_more() -> None:
    bucket = Bucket(2, 1.0)

    assert [bucket.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert bucket.take("b", 0.0)
    assert bucket.take("a", 1.0)
