"""Security of the reading room: hosts, origins, limits, headers, log-in, and no log of queries."""

import time
from pathlib import Path

import pytest
import requests
from argon2 import PasswordHasher

from onrecord.web.security import MAX_BODY_BYTES
from onrecord.web.serve.login import SESSION_COOKIE, Login, RateLimiter
from tests.support.reading_room_server import (
    RELEASE,
    RunningRoom,
    create_sample_archive,
    serve_archive,
)


def test_a_foreign_host_name_is_refused(room: RunningRoom) -> None:
    response = room.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 421
    assert "OnRecord" not in response.text


def test_replay_refuses_a_foreign_host_name(room: RunningRoom) -> None:
    assert room.get_replay("/", headers={"Host": "evil.example"}).status_code == 421


def test_a_form_from_another_site_is_refused(room: RunningRoom) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": room.replay_url},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        response = requests.post(room.url + "/check", headers=headers, timeout=10)
        assert response.status_code == 403


def test_a_body_that_is_too_large_is_refused(room: RunningRoom) -> None:
    try:
        response = requests.post(room.url + "/check", data=b"x" * (MAX_BODY_BYTES + 1), timeout=10)
    except requests.ConnectionError:
        return  # refused before all was sent

    assert response.status_code == 413


def test_pages_may_load_nothing_but_our_own_files(room: RunningRoom) -> None:
    headers = room.get("/").headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_query_is_not_logged(room: RunningRoom) -> None:
    room.get("/search?q=unmistakable")
    room.get("/search?q=%22unmistakable")

    files = [path for path in room.archive.rglob("*") if path.is_file()]
    assert "unmistakable" not in room.log.read_text()
    assert not any(b"unmistakable" in path.read_bytes() for path in files)


def test_nothing_about_requests_is_logged_under_vv(tmp_path: Path) -> None:
    archive = create_sample_archive(tmp_path)
    with serve_archive(archive, verbosity="-vv") as served:
        for path in (
            "/search?q=unmistakable",
            "/search?q=%22unmistakable",
            f"/statement/{RELEASE}",
        ):
            served.get(path)
        requests.post(
            served.url + "/check",
            {"text": "He said: “unmistakable words of a reader.”"},
            timeout=60,
        )
        requests.post(served.url + f"/statement/{RELEASE}/pack", timeout=60)
        served.get_replay("/web/https://panel.meridian.example/statements/")

    lines = served.log.read_text().splitlines()
    logged = [line for line in lines if " onrecord.web." in line]
    assert len(logged) == 1
    assert f"serving {served.url} and {served.replay_url} in " in logged[0]
    assert lines[-1] == logged[0]


def test_a_host_other_than_loopback_needs_a_password(run: object, archive_folder: object) -> None:
    run("init")  # type: ignore[operator]

    result = run("serve", "--host", "0.0.0.0")  # type: ignore[operator]  # noqa: S104

    assert result.exit_code == 2
    assert "password" in result.stderr


def test_pages_need_the_password(
    room: RunningRoom, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "password"
    secret.write_text(PasswordHasher(time_cost=1, memory_cost=8192).hash("open sesame"))
    with serve_archive(room.archive, "--password-file", str(secret)) as protected_room:
        without_session = protected_room.get("/search?q=panel")
        rejected = requests.post(protected_room.url + "/login", {"password": "open"}, timeout=10)
        accepted = requests.post(
            protected_room.url + "/login",
            {"password": "open sesame"},
            timeout=10,
            allow_redirects=False,
        )
        cookie = accepted.headers["Set-Cookie"]
        with_session = protected_room.get(
            "/search?q=panel", headers={"Cookie": cookie.partition(";")[0]}
        )

    assert (without_session.status_code, rejected.status_code, accepted.status_code) == (
        401,
        401,
        303,
    )
    assert "Ostrel" not in without_session.text
    for flag in ("Secure", "HttpOnly", "SameSite=strict"):
        assert flag in cookie
    assert "3 statements" in with_session.text


def test_a_forged_or_expired_session_is_invalid() -> None:
    login = Login(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))
    now = time.time()
    session = login.create_session(now)

    assert login.is_valid_session(session, now)
    assert not login.is_valid_session(session, now + 13 * 3600)
    assert not login.is_valid_session("9" + session, now)
    login.end_session(session)
    assert not login.is_valid_session(session, now)
    assert not login.is_valid_session("", now)
    assert SESSION_COOKIE.startswith("__Secure-")


def test_a_rate_limiter_counts_each_address() -> None:
    limiter = RateLimiter(2, 1.0)

    assert [limiter.allow("a", 0.0) for _ in range(3)] == [True, True, False]
    assert limiter.allow("b", 0.0)
    assert limiter.allow("a", 1.0)
