from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.log.checkpoint_files import StoredCheckpoint
from archive.timestamps import renewal
from archive.timestamps.rfc3161 import Authority
from archive.verification_finding import Grade
from tests.support.filled_logs import new_log
from tests.support.timestamp_authority import post, serving, unreachable

NOW = datetime.now(UTC)


def grades(
    checkpoint: StoredCheckpoint, authority: Authority, now: datetime
) -> list[tuple[str, Grade]]:
    trusted = {authority.name: authority.roots}
    return [(finding.object, finding.grade) for finding in renewal.check(checkpoint, trusted, now)]


def test_only_the_newest_checkpoint_is_stamped_once_by_each_authority(tmp_path: Path) -> None:
    with (
        new_log(tmp_path, captures=3) as log,
        serving(tmp_path / "a", "one") as first,
        serving(tmp_path / "b", "two") as second,
    ):
        requests = renewal.pending_requests(log.checkpoints, [first, second], NOW)
        findings = renewal.obtain_timestamps(log, requests, post, NOW)

        assert [request.path.name for request in requests] == [
            "000000000004.one.tsr",
            "000000000004.two.tsr",
        ]
        assert [finding.grade for finding in findings] == [Grade.OK, Grade.OK]
        assert renewal.pending_requests(log.checkpoints, [first, second], NOW) == []


def test_without_a_network_the_timestamp_stays_pending(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a") as authority:
        requests = renewal.pending_requests(log.checkpoints, [authority], NOW)
        offline = renewal.obtain_timestamps(log, requests, unreachable, NOW)

        assert [finding.grade for finding in offline] == [Grade.NOTED]
        assert renewal.pending_requests(log.checkpoints, [authority], NOW) == requests
        assert [
            finding.grade for finding in renewal.obtain_timestamps(log, requests, post, NOW)
        ] == [Grade.OK]


def test_a_token_far_from_expiry_is_not_renewed(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a") as authority:
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [authority], NOW), post, NOW
        )

        assert renewal.pending_requests(log.checkpoints, [authority], NOW) == []
        assert grades(log.checkpoints.load(4), authority, NOW) == [
            ("000000000004.local.tsr", Grade.OK)
        ]


def test_a_token_about_to_expire_is_stamped_again_and_outlives_its_certificate(
    tmp_path: Path,
) -> None:
    with (
        new_log(tmp_path, captures=3) as log,
        serving(tmp_path / "a", "short", days=30) as short,
        serving(tmp_path / "b", "long") as long,
    ):
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [short], NOW), post, NOW
        )
        due = renewal.pending_requests(log.checkpoints, [short, long], NOW)
        names = [request.path.name for request in due]
        renewals = [request for request in due if "tsr.long" in request.path.name]
        renewal.obtain_timestamps(log, renewals, post, NOW)
        checkpoint = log.checkpoints.load(4)

    assert "000000000004.short.tsr.long.tsr" in names
    trusted = {"short": short.roots, "long": long.roots}
    much_later = NOW + timedelta(days=400)
    grade_by_object = {
        finding.object: finding.grade for finding in renewal.check(checkpoint, trusted, much_later)
    }
    assert grade_by_object == {
        "000000000004.short.tsr": Grade.OK,
        "000000000004.short.tsr.long.tsr": Grade.OK,
    }


def test_a_token_that_expired_and_was_not_renewed_is_noted(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a", days=30) as authority:
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [authority], NOW), post, NOW
        )
        checkpoint = log.checkpoints.load(4)

    later = NOW + timedelta(days=31)
    assert grades(checkpoint, authority, later) == [("000000000004.local.tsr", Grade.NOTED)]


def test_a_token_of_an_unknown_authority_fails(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a", "stranger") as stranger:
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [stranger], NOW), post, NOW
        )
        checkpoint = log.checkpoints.load(4)

    (finding,) = renewal.check(checkpoint, {}, NOW)

    assert finding.grade is Grade.FAILED
    assert "expected" not in finding.detail
    assert "a trusted authority (none), found stranger" in finding.detail


def test_an_answer_that_does_not_verify_is_not_kept(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a") as authority:
        requests = renewal.pending_requests(log.checkpoints, [authority], NOW)

        (finding,) = renewal.obtain_timestamps(
            log, requests, lambda *_: b"<html>please log in</html>", NOW
        )

        assert finding.grade is Grade.FAILED
        assert not requests[0].path.exists()


@pytest.mark.parametrize("name", ["000000000004.local.tsr", "x.tsr.other.tsr"])
def test_a_tokens_file_name_has_its_authoritys_name(name: str) -> None:
    assert renewal.authority_of(Path(name)) in {"local", "other"}


def test_a_chain_of_renewals_is_valid_as_long_as_its_last_link(tmp_path: Path) -> None:
    with (
        new_log(tmp_path, captures=3) as log,
        serving(tmp_path / "a", "first", days=30) as first,
        serving(tmp_path / "b", "second", days=60) as second,
        serving(tmp_path / "c", "third") as third,
    ):
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [first], NOW), post, NOW
        )
        for name in ("first.tsr.second", "first.tsr.second.tsr.third"):
            requests = renewal.pending_requests(log.checkpoints, [first, second, third], NOW)
            renewals = [
                request for request in requests if request.path.name.endswith(f"{name}.tsr")
            ]
            assert len(renewals) == 1
            renewal.obtain_timestamps(log, renewals, post, NOW)
        assert not [
            request
            for request in renewal.pending_requests(log.checkpoints, [first, second, third], NOW)
            if ".tsr." in request.path.name
        ]
        checkpoint = log.checkpoints.load(4)

    trusted = {authority.name: authority.roots for authority in (first, second, third)}
    later = NOW + timedelta(days=300)
    grade_by_object = {
        finding.object: finding.grade for finding in renewal.check(checkpoint, trusted, later)
    }
    assert set(grade_by_object.values()) == {Grade.OK}
    assert len(grade_by_object) == 3
    too_late = NOW + timedelta(days=3652)
    assert {finding.grade for finding in renewal.check(checkpoint, trusted, too_late)} == {
        Grade.NOTED
    }


def test_a_renewal_that_does_not_verify_renews_nothing(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a", days=30) as authority:
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [authority], NOW), post, NOW
        )
        checkpoint = log.checkpoints.load(4)
    token = next(checkpoint.path.parent.glob("*.tsr"))
    token.with_name(f"{token.name}.local.tsr").write_bytes(b"forged")

    later = NOW + timedelta(days=31)
    grade_by_object = dict(grades(checkpoint, authority, later))
    assert grade_by_object == {
        f"{token.name}.local.tsr": Grade.FAILED,
        token.name: Grade.NOTED,
    }
