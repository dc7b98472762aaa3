"""The identity of a link: two links with one key lead to one page, as far as text can tell.

1. Scheme: http and https are one. Host: lower case, IDNA, without default port, ``www.``,
   ``m.``, ``mobile.``, ``amp.``.
2. A few platforms write one page in several ways (``youtu.be``, ``x.com``): one way is chosen.
3. Tracking parameters leave (table below), the rest is sorted.
4. No fragment, no trailing slash, no ``/amp`` at the end, percent escapes in one form.
Text that is no link is its own key. Nothing is fetched, nothing is raised.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

#: Raised whenever a rule below changes: keys of another version are not comparable.
URL_RULES_VERSION: Final = 1

#: Distinct links remembered: a few MB.
CACHED_URLS: Final = 65_536

#: Parameters that follow the reader and not the page.
TRACKING: Final = frozenset(
    {
        # Google Analytics and Ads help: "Collect campaign data", "Auto-tagging".
        "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl",
        # Meta: "About click ID".
        "fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "igshid", "igsh",
        # Microsoft Advertising: "Auto-tagging of Click ID"; X, TikTok, LinkedIn, Yandex click ids.
        "msclkid", "twclid", "ttclid", "li_fat_id", "yclid", "ysclid", "_openstat",
        # Mailchimp: "About campaign tracking"; HubSpot: "tracking parameters"; Marketo, Vero.
        "mc_cid", "mc_eid", "_hsenc", "_hsmi", "hsctatracking", "mkt_tok", "vero_id", "vero_conv",
        # Matomo: "Campaign tracking"; AT Internet (Piano): xtor, used by French media.
        "pk_campaign", "pk_kwd", "pk_source", "mtm_campaign", "mtm_source", "xtor", "xtref",
        # Share buttons: AddThis, ShareThis, Outbrain, Taboola, Reddit's "ref_source".
        "ncid", "ocid", "cmpid", "smid", "smtyp", "wt.mc_id", "wt_mc", "s_cid", "ref_src", "ref_url",
    }
)  # fmt: skip
#: Google Analytics: every ``utm_`` parameter.
TRACKING_PREFIXES: Final = ("utm_", "__twitter", "at_campaign", "at_medium", "at_custom")

#: Share parameters of one host only: elsewhere these names carry meaning.
TRACKING_OF_HOST: Final = {
    "x.com": frozenset({"s", "t", "cxt", "ref_src"}),
    "youtube.com": frozenset({"si", "feature", "pp", "ab_channel", "t", "index", "app"}),
    "open.spotify.com": frozenset({"si", "context"}),
    "tiktok.com": frozenset({"_r", "_t", "is_from_webapp", "sender_device", "lang"}),
    "instagram.com": frozenset({"hl", "img_index"}),
    "facebook.com": frozenset({"mibextid", "rdid", "sfnsn", "__tn__", "locale"}),
}

#: Hosts that are another host: renamed, or the phone's page.
HOST_IS: Final = {
    "twitter.com": "x.com",
    "nitter.net": "x.com",
    "fxtwitter.com": "x.com",
    "vxtwitter.com": "x.com",
    "fixupx.com": "x.com",
    "telegram.me": "t.me",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "music.youtube.com": "youtube.com",
    "youtube-nocookie.com": "youtube.com",
}

_HOST_PREFIX: Final = re.compile(r"^(?:(?:www\d?|m|mobile|amp|touch)\.)+(?=[^.]+\.[^.]+)")
_DEFAULT_PORT: Final = re.compile(r":(?:80|443)?$")
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?|\[[0-9a-f:.]+\](?::\d+)?")
_OTHER_SCHEME: Final = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_EMPTY_END: Final = re.compile(
    r"(?:/+amp|\.amp|/+amp\.html|/+(?:index|default)\.(?:html?|php|aspx?)|/)+$", re.IGNORECASE
)
#: A link that quoting leaves as it is: letters, digits and marks, no port, no parameters.
_PLAIN: Final = re.compile(
    r"https?://((?:[a-z0-9-]+\.)+[a-z]+)((?:/[A-Za-z0-9_.~!$&'()*+,;=:@-]*)*)"
)
_SAFE_PATH: Final = "/:@!$&'()*+,;=~-._"


@lru_cache(maxsize=CACHED_URLS)
def url_key(url: str) -> str:
    """Return the identity of a link, under rules `URL_RULES_VERSION`.

    Never raises; text that cannot be read as a link is returned as it is, without spaces
    around it.

    Examples
    --------
    >>> url_key("https://www.Example.org:443/news/?utm_source=x&b=2&a=1#top")
    'example.org/news?a=1&b=2'
    >>> url_key("https://youtu.be/abc?si=zz")
    'youtube.com/watch?v=abc'
    """
    text = url.strip()
    plain = _PLAIN.fullmatch(text)  # the quick way for the commonest shape
    if plain and (key := _plain_key(plain[1], plain[2])):
        return key
    try:
        return _key(text) or text
    except (ValueError, UnicodeError):
        return text


def url_host(key: str) -> str:
    """Return the host of a key that `url_key` made.

    Examples
    --------
    >>> url_host("example.org/news?a=1")
    'example.org'
    """
    return re.split(r"[/?]", key, maxsplit=1)[0]


def _key(text: str) -> str:
    if _OTHER_SCHEME.match(text):
        return ""
    parts = urlsplit(text if "//" in text[:12] else f"//{text}")
    if parts.scheme not in {"", "http", "https"} or "." not in parts.netloc:
        return ""
    # 1. host
    host = _host(parts.netloc)
    if not _HOST.fullmatch(host):
        return ""
    # 2. one way of writing
    path, query = _one_way(host, _path(parts.path), parts.query)
    if host == "youtu.be":
        host = "youtube.com"
    # 3. parameters
    kept = _parameters(host, query)
    return f"{host}{path}?{kept}" if kept else f"{host}{path}"


def _plain_key(netloc: str, path: str) -> str:
    host = _host(netloc)
    path, query = _one_way(host, _EMPTY_END.sub("", path), "")
    return "" if query or host == "youtu.be" else f"{host}{path}"


@lru_cache(maxsize=CACHED_URLS)
def _host(netloc: str) -> str:
    host = netloc.rpartition("@")[2].lower().rstrip(".")
    host = _DEFAULT_PORT.sub("", host)
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    shorter = _HOST_PREFIX.sub("", host)
    return HOST_IS.get(host) or HOST_IS.get(shorter, shorter)


def _path(path: str) -> str:
    # 4. one form of percent escapes, no end that says nothing
    return _EMPTY_END.sub("", quote(unquote(path), safe=_SAFE_PATH))


def _one_way(host: str, path: str, query: str) -> tuple[str, str]:
    if host == "youtu.be" and len(path) > 1:
        return "/watch", f"v={path[1:]}"
    if host == "youtube.com":
        first, _, rest = path[1:].partition("/")
        if first in {"shorts", "embed", "live", "v"} and rest:
            return "/watch", f"v={rest}"
    if host == "x.com":
        found = re.match(r"/[^/]+/status(?:es)?/(\d+)", path)
        if found:  # the handle before an X status leads nowhere else: the id decides
            return f"/i/status/{found[1]}", ""
    return path, query


def _parameters(host: str, query: str) -> str:
    if not query:
        return ""
    own = TRACKING_OF_HOST.get(host, frozenset())
    pairs = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=200)
        if name.lower() not in TRACKING
        and name not in own
        and not name.lower().startswith(TRACKING_PREFIXES)
    ]
    return urlencode(sorted(pairs))
