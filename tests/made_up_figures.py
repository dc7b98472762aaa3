"""Made-up figures and their words in two languages, and a page that holds nothing else.

The page has the report's own style sheet and as strict a policy: one style, one script, each by
its hash, pictures from `data:` alone.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

import numpy as np

from fanal.reports import figures
from fanal.reports.figures import map as map_figure
from fanal.reports.figures import pair, raster, timeline

HOUR = 3_600_000_000
START_US = 1_740_960_000_000_000  # 3 March 2025, 00:00 UTC

ENGLISH = {
    "lang": "en", "table": "Show as a table", "save": "Save", "svg": "SVG", "png": "PNG",
    "csv": "CSV", "copy_caption": "Copy the caption", "copy_alt": "Copy the alt text",
    "copied": "Copied", "copy_failed": "Not copied: select the text and press Ctrl+C",
    "save_failed": "This browser could not make the file",
    "months": "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec",
    "source": "Source: made-up posts, 3 to 16 March 2025, read and drawn with Fanal 0.1.0.",
    "zoom_in": "Zoom in", "zoom_out": "Zoom out", "reset": "Show the whole map",
    "keys": "Click the map, then turn the wheel or press + and − to zoom, arrows to move, Page Down "
            "for the next community, 0 for the whole map.",
    "noscript": "The map needs a script, which this program does not run. The table has its numbers.",
    "legend": "Communities", "community": "Community {number}",
    "accounts": "one account|{count} accounts", "links": "one link|{count} links",
    "outside": "one link to another community|{count} links to other communities",
    "members": "Accounts:", "more": "and one more|and {count} more",
    "others": "one more community|{count} more communities",
    "col_community": "Community", "col_accounts": "Accounts", "col_links": "Links within",
    "col_outside": "Links to others", "col_account": "Account",
    "posts": "Posts per {per}", "linked": "of which by linked accounts",
    "share": "Share of the posts that are by linked accounts",
    "per": "hour|{count} hours;day|{count} days;week|{count} weeks",
    "col_time": "Time (UTC)", "col_posts": "Posts", "col_linked": "By linked accounts",
    "col_share": "Share",
    "whole": "whole period", "more_accounts": "One more account is in the table.|{count} more "
    "accounts are in the table.", "col_object": "Object", "col_layer": "Kind",
    "col_joint": "Joint", "yes": "yes", "no": "no",
    "gap": "6 s between the two", "window": "window: 60 s", "col_text": "Text",
    "col_gap": "Seconds after the first",
}  # fmt: skip
FRENCH = {
    **ENGLISH,
    "lang": "fr", "table": "Voir en tableau", "save": "Enregistrer",
    "copy_caption": "Copier la légende", "copy_alt": "Copier le texte de remplacement",
    "copied": "Copié", "copy_failed": "Rien n’a été copié : sélectionnez le texte, puis Ctrl+C",
    "save_failed": "Ce navigateur n’a pas pu faire le fichier",
    "months": "janv.,févr.,mars,avr.,mai,juin,juill.,août,sept.,oct.,nov.,déc.",
    "source": "Source : publications inventées, du 3 au 16 mars 2025, lues et dessinées avec Fanal 0.1.0.",
    "zoom_in": "Agrandir", "zoom_out": "Réduire", "reset": "Voir toute la carte",
    "keys": "Cliquez sur la carte, puis tournez la molette ou appuyez sur + et − pour zoomer, sur les "
            "flèches pour vous déplacer, sur Page suivante pour la communauté suivante, sur 0 pour "
            "toute la carte.",
    "noscript": "La carte a besoin d’un script, que ce programme n’exécute pas. Le tableau en donne "
                "les nombres.",
    "legend": "Communautés", "community": "Communauté {number}",
    "accounts": "un compte|{count} comptes", "links": "{count} lien|{count} liens",
    "outside": "{count} lien vers une autre communauté|{count} liens vers d’autres communautés",
    "members": "Comptes :", "more": "et un autre|et {count} autres",
    "others": "une autre communauté|{count} autres communautés",
    "col_community": "Communauté", "col_accounts": "Comptes", "col_links": "Liens internes",
    "col_outside": "Liens vers d’autres", "col_account": "Compte",
    "posts": "Publications par {per}", "linked": "dont celles de comptes liés",
    "share": "Part des publications qui viennent de comptes liés",
    "per": "heure|{count} heures;jour|{count} jours;semaine|{count} semaines",
    "col_time": "Heure (UTC)", "col_posts": "Publications", "col_linked": "De comptes liés",
    "col_share": "Part",
    "whole": "toute la période", "more_accounts": "Un autre compte est dans le tableau.|{count} "
    "autres comptes sont dans le tableau.", "col_object": "Objet", "col_layer": "Nature",
    "col_joint": "Ensemble", "yes": "oui", "no": "non",
    "gap": "6 s entre les deux", "window": "fenêtre : 60 s", "col_text": "Texte",
    "col_gap": "Secondes après la première",
}  # fmt: skip
#: Title, caption, alt text of each kind.
ABOUT = {
    "en": {
        "map": ("Who is linked with whom", ("Each disc is a community of linked accounts, each dot an "
                "account, each line a link; lines between discs are the thicker the more links. "
                "A link says that two accounts acted together more often than chance explains."),
                "Map of the communities of linked accounts"),
        "timeline": ("When they posted", ("All posts of the file, and those of accounts with a link. "
                     "Times are UTC."), "Posts over two weeks; linked accounts wrote few of them"),
        "raster": ("Community 1, minute by minute", ("Each row is an account, each tick a post; ticks "
                   "are joined where two accounts acted on the same thing within 60 s. The four "
                   "busiest spells are shown. Times are UTC."), "Posts of 14 accounts in four spells"),
        "pair": ("Two posts, six seconds apart", "The line is as long as the window of 60 s.",
                 "Two equal posts by two accounts, six seconds apart"),
    },
    "fr": {
        "map": ("Qui est lié à qui", ("Chaque disque est une communauté de comptes liés, chaque point un "
                "compte, chaque trait un lien ; entre les disques, le trait est d’autant plus épais "
                "qu’il y a de liens. Un lien dit que deux comptes ont agi ensemble plus souvent que "
                "le hasard ne l’explique."), "Carte des communautés de comptes liés"),
        "timeline": ("Quand ils ont publié", ("Toutes les publications du fichier, et celles des comptes "
                     "qui ont un lien. Heures en temps universel (UTC)."),
                     "Publications sur deux semaines ; les comptes liés en ont écrit peu"),
        "raster": ("La communauté 1, minute par minute", ("Chaque ligne est un compte, chaque trait "
                   "vertical une publication ; un trait les joint quand deux comptes ont agi sur le "
                   "même objet en moins de 60 s. On voit les quatre moments les plus denses. Heures "
                   "en temps universel (UTC)."), "Publications de 14 comptes en quatre moments"),
        "pair": ("Deux publications à six secondes d’écart", ("La ligne a la longueur de la fenêtre de "
                 "60 s."), "Deux publications égales de deux comptes, à six secondes d’écart"),
    },
}  # fmt: skip


def words(kind: str, lang: str = "en") -> dict[str, str]:
    """Return the words of one figure."""
    title, caption, alt = ABOUT[lang][kind]
    base = FRENCH if lang == "fr" else ENGLISH
    return {**base, "title": title, "caption": caption, "alt": alt, "file": f"fanal-{kind}"}


def planted(sizes: list[int], links: int, within: float, seed: int = 1) -> tuple[Any, Any, Any]:
    """Return communities of accounts, and links, a share of them within communities."""
    rng = np.random.default_rng(seed)
    community = np.repeat(np.arange(len(sizes)), sizes)
    first = np.cumsum(sizes) - np.asarray(sizes)
    share = np.asarray(sizes, float) ** 1.2
    own = rng.choice(len(sizes), int(links * within), p=share / share.sum())
    one = [first[own] + (rng.random(len(own)) ** 1.6 * np.asarray(sizes)[own]).astype(int)
           for _ in range(2)]  # fmt: skip
    away = links - len(own)
    hub = rng.choice(len(sizes), (2, away), p=share / share.sum())
    hub[1] = np.where(rng.random(away) < 0.8, (hub[0] // 4) * 4 + hub[1] % 4, hub[1])
    hub = np.minimum(hub, len(sizes) - 1)
    other = first[hub] + (rng.random((2, away)) * np.asarray(sizes)[hub]).astype(int)
    ends = np.hstack([np.stack(one), other])
    ends = np.sort(ends[:, ends[0] != ends[1]], axis=0)
    ends = np.unique(ends, axis=1)
    return community.astype(np.int64), ends[0].astype(np.int64), ends[1].astype(np.int64)


SIZES = [14, 13, 11, 9, 8, 6, 5, 4, 3, 3, 2, 2, 2]


def map_data(
    sizes: list[int] | None = None, links: int = 260, within: float = 0.93, text: str = ""
) -> dict[str, Any]:
    """Return a map's data; `text` is added to each account's name."""
    community, source, target = planted(sizes or SIZES, links, within)
    names = [f"@account.{n}{text}" for n in range(len(community))]
    return map_figure.prepared("map-1", names, community, source, target)


def timeline_data(hours: int = 14 * 24) -> dict[str, Any]:
    """Return posts with days and nights, a few of them by linked accounts in bursts."""
    rng = np.random.default_rng(3)
    rate = 6 + 22 * np.clip(np.sin((np.arange(hours) % 24 - 7) / 24 * 2 * np.pi), 0, 1)
    counts = rng.poisson(rate)
    times = (
        START_US
        + np.repeat(np.arange(hours), counts) * HOUR
        + rng.integers(0, HOUR, counts.sum())
    )
    linked = rng.random(len(times)) < 0.03
    for hour in rng.integers(0, hours, 16):
        times = np.append(times, START_US + hour * HOUR + rng.integers(0, HOUR, 13))
        linked = np.append(linked, np.ones(13, bool))
    return timeline.prepared("timeline-1", times.astype(np.int64), linked)


def raster_data(accounts: int = 14, text: str = "") -> dict[str, Any]:
    """Return joint acts on twelve objects over two weeks, and lonely ones between."""
    rng = np.random.default_rng(5)
    acts = []
    for thing in range(12):
        start = START_US + int(rng.integers(0, 13 * 24)) * HOUR + int(rng.integers(0, HOUR))
        who = rng.permutation(accounts)[: int(rng.integers(4, accounts + 1))]
        for account in who:
            acts.append((int(account), start, thing))
            start += int(rng.integers(1, 14)) * 1_000_000
    for _ in range(60):
        at = START_US + int(rng.integers(0, 14 * 24 * 3600)) * 1_000_000
        acts.append((int(rng.integers(accounts)), at, int(rng.integers(12))))
    names = [f"@account.{n}{text}" for n in range(accounts)]
    things = [f"post {n}{text}" for n in range(12)]
    return raster.prepared("raster-1", names, acts, things, [f"repost{text}"] * 12, 60.0)


def pair_data(text: str = "") -> dict[str, Any]:
    """Return two equal posts."""
    said = f"The bridge of Port-Ondrel is not safe and they have known it for a year. Nobody crosses it at ease, and they drink to it.{text}"  # fmt: skip
    one = {
        "who": f"@corquen.qui81{text}",
        "day": "7 March 2025",
        "clock": "22:01:57",
        "text": said,
    }
    two = {**one, "who": f"@ulzona.bre{text}", "clock": "22:02:03"}
    return pair.prepared(
        "pair-1", one, two, seconds=6.0, window_s=60, same=f"The same text{text}"
    )


def blocks(lang: str = "en", text: str = "") -> dict[str, str]:
    """Return a block of each kind; `text` is added to every text from outside."""
    data = {
        "map": map_data(text=text),
        "timeline": timeline_data(),
        "raster": raster_data(text=text),
        "pair": pair_data(text=text),
    }
    return {kind: figures.block(kind, one, words(kind, lang)) for kind, one in data.items()}


def page(shown: dict[str, str], lang: str = "en", extra: str = "") -> str:
    """Return a page that holds the blocks under the report's policy."""
    css = resources.files("fanal.reports").joinpath("page.css").read_text(encoding="utf-8")
    css += figures.style()
    style = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    sources = " ".join(f"'{digest}'" for digest in figures.csp_hashes())
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src {sources}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    body = "".join(
        f"<section><h2>{kind}</h2>{block}</section>" for kind, block in shown.items()
    )
    scripts = "".join(f'<script type="module">{text}</script>' for text in figures.scripts())
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>Figures</title>'
        f'<style>{css}</style></head><body><div class="sheet"><main><h1>Figures</h1>'
        f"{extra}{body}</main></div>{scripts}</body></html>\n"
    )
