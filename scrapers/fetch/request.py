"""Send one request and read its response to the end, or to a limit of size or time."""

import http.client
import http.cookiejar
import logging
import threading
from collections.abc import Mapping

import requests

from archive.warc.parse_http import has_complete_header
from scrapers.fetch.fetch_policy import FetchPolicy, TransferLimits
from scrapers.fetch.recorder import Recorder, RecordingAdapter
from scrapers.url_key import redact_url

logger = logging.getLogger(__name__)


class _PlainSession(requests.Session):
    """A session that leaves redirects alone: requests parses Location even if not to follow it."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target, so that a malformed Location does not end the request."""


def open_session(policy: FetchPolicy) -> requests.Session:
    session = _PlainSession()
    session.trust_env = False  # a stray HTTPS_PROXY or .netrc would be used
    session.verify = policy.verify
    session.headers.clear()
    session.headers.update(
        {
            "User-Agent": policy.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",  # so that zcat alone makes a WARC file readable
        }
    )
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    if policy.proxy:
        session.proxies = {"http": policy.proxy, "https": policy.proxy}
    adapter = RecordingAdapter(pool_maxsize=8, max_retries=0)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def send_request(
    session: requests.Session,
    url: str,
    headers: Mapping[str, str],
    recorder: Recorder,
    limits: TransferLimits,
) -> Exception | None:
    """Send GET `url` and read the whole response; return the error that ended it, None for none."""
    watchdog = threading.Timer(limits.total_timeout, recorder.stop)
    watchdog.daemon = True
    watchdog.start()
    logger.debug("GET %s", redact_url(url))
    try:
        timeout = (limits.connect_timeout, limits.read_timeout)
        with session.get(
            url, headers=dict(headers), stream=True, allow_redirects=False, timeout=timeout
        ) as response:
            for _ in response.raw.stream(65536, decode_content=False):
                pass
    except Exception as error:  # noqa: BLE001 - the border of one exchange: what came is stored
        logger.debug("GET %s ended with %s", redact_url(url), type(error).__name__)
        return error
    finally:
        watchdog.cancel()
    return None


def truncation_reason(problem: Exception | None, recorder: Recorder) -> str:
    """Return the value of WARC-Truncated for a response; "" where it is complete."""
    if recorder.recording and recorder.recording.over_limit:
        return "length"
    if recorder.stopped:
        return "time"
    # http.client accepts a truncated head as complete.
    headless = recorder.recording is not None and not has_complete_header(
        bytes(recorder.recording.response)
    )
    return "disconnect" if problem or headless else ""
