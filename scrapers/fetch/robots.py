"""Rules of robots.txt (RFC 9309), fetched once a day per site and recorded as captures."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from scrapers.fetch.fetcher import FetchedResponse
from scrapers.url_key import url_host

logger = logging.getLogger(__name__)

PRODUCT_NAME = "OnRecord"
MAX_AGE = timedelta(hours=24)
_MAX_INTERVAL = 10**12  # seconds: some thousand years, which a float and a date can still hold
MAX_PARSED_BYTES = 512 << 10  # bytes; the standard asks for 500 KiB at least


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """A site's rules at one time."""

    fetched_at: datetime
    rules: Protego | None  # None: all is allowed, or nothing, as `reachable` says
    reachable: bool
    problem: str = ""

    def refusal_reason(self, url: str) -> str:
        """Return why `url` must not be fetched, "" where it may."""
        if not self.reachable:
            return f"robots.txt cannot be had ({self.problem}), so nothing may be fetched"
        if self.rules and not self.rules.can_fetch(url, PRODUCT_NAME):
            return "robots.txt disallows it"
        return ""

    @property
    def delay(self) -> float:
        """Return the seconds between requests that the site asks for (not in the standard)."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(PRODUCT_NAME)
        seconds = min(rate.seconds, _MAX_INTERVAL) if rate else 0
        interval = seconds / rate.requests if rate and rate.requests else 0.0
        return max(float(self.rules.crawl_delay(PRODUCT_NAME) or 0.0), interval)


class RobotsCache:
    """The rules of each site, fetched by `fetch(url, source)` when first needed."""

    def __init__(
        self, fetch: Callable[[str, str], FetchedResponse], now: Callable[[], datetime]
    ) -> None:
        self._fetch, self._now = fetch, now
        self._sites: dict[str, RobotsRules] = {}

    def rules_for(self, url: str, source: str) -> RobotsRules:
        """Return the rules of the site that `url` is on, not older than a day."""
        parts = urlsplit(url)
        robots_url = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        rules = self._sites.get(robots_url)
        if rules is None or self._now() - rules.fetched_at > MAX_AGE:
            rules = self._sites[robots_url] = self._load_rules(robots_url, source)
            logger.debug(
                "robots.txt of %s: %s, %.1f s between requests",
                url_host(url),
                _describe(rules),
                rules.delay,
            )
        return rules

    def _load_rules(self, robots_url: str, source: str) -> RobotsRules:
        response, fetched_at = self._fetch(robots_url, source), self._now()
        status = response.capture.status
        if status is not None and 200 <= status < 300:
            text = response.body[:MAX_PARSED_BYTES].decode("utf-8-sig", "replace")
            try:
                rules = Protego.parse(text)
            except Exception as error:  # noqa: BLE001 - the border of one exchange
                problem = f"cannot be read: {type(error).__name__}"
                return RobotsRules(
                    fetched_at=fetched_at, rules=None, reachable=False, problem=problem
                )
            return RobotsRules(fetched_at=fetched_at, rules=rules, reachable=True)
        if status is not None and 300 <= status < 500:
            return RobotsRules(fetched_at=fetched_at, rules=None, reachable=True)
        problem = response.capture.note or f"{status}"
        return RobotsRules(fetched_at=fetched_at, rules=None, reachable=False, problem=problem)


def _describe(rules: RobotsRules) -> str:
    if not rules.reachable:
        return "cannot be had, so nothing may be fetched"
    return "its rules apply" if rules.rules else "there is none, so all may be fetched"
