"""The words of the demo's story, French first. A sentence is a template with named fields."""

from __future__ import annotations

from collections.abc import Mapping

_FRENCH = {
    "notice": (
        "Ce monde est inventé : comptes, textes et adresses ; toute ressemblance est un hasard. "
        "Il montre ce que Fanal trouve, ce qu'il manque, et qui il relie sans qu'il y ait eu accord."
    ),
    # 1. what was captured
    "capture.title": "Ce que la capture contient",
    "capture": (
        "{posts} messages, {accounts} comptes, une rumeur inventée : « le vieux bac de Tavélune "
        "serait déjà vendu ». Personne ici n'existe."
    ),
    "capture.line": "{first} {line} {last}",
    "capture.key": "messages par quart de jour (UTC) ; le plus chargé : {most}, le {busiest}",
    # 2. one finding
    "finding.title": "Un résultat",
    "finding.text": "{accounts} comptes, {objects} mêmes textes.",
    "finding.repost": "{accounts} comptes, {objects} mêmes messages repartagés.",
    "finding.url": "{accounts} comptes, {objects} mêmes liens.",
    "finding.hashtag": "{accounts} comptes, {objects} mêmes mots-dièse.",
    "finding.pair": (
        "Deux d'entre eux se sont suivis {n} fois en moins de {window} s ; leur activité, la "
        "popularité de ces contenus et l'heure en laissaient attendre {expected} (q {q})."
    ),
    "finding.seconds": "{seconds} s plus tard :",
    "finding.none": "Aucune paire de comptes ne se distingue dans ce monde.",
    # 3. the innocents
    "innocents.title": "Des innocents qui se ressemblent",
    "innocents.plain": (
        "Un outil à seuil, « la même chose en moins de {window} s, au moins deux fois », relie "
        "{pairs} paires de ces comptes, qui ne se sont accordés sur rien :"
    ),
    "innocents.head": "comptes|paires|outil à seuil|examen des paires|résultats de Fanal",
    "innocents.kept": "Dans les résultats de Fanal, il en reste {kept}.",
    "innocents.fans": (
        "Pourquoi : l'attente est calculée une seconde fois parmi ceux qui suivent les mêmes "
        "sources ; ce qu'un intérêt commun explique quitte les résultats."
    ),
    "innocents.left": (
        "Restent {names} : rien dans le fichier ne les distingue de comptes qui agissent de "
        "concert. La lecture des messages, si : elle vient avant tout nom."
    ),
    "innocents.untested": (
        "L'examen de l'intérêt commun (mêmes sources) n'a pas été fait ici : ces paires sont dans "
        "les résultats. Il faut lire les messages avant de nommer quiconque."
    ),
    # 4. the truth
    "truth.title": "La vérité de ce monde inventé",
    "truth.found": "Groupes cachés trouvés : {found} sur {all}.",
    "truth.accused": "Comptes innocents mis en cause : {named} sur {all} ({parts}).",
    "truth.others": "tous les autres {named} sur {all}",
    "truth.part": "{name} {named} sur {all}",
    "truth.by.links": "Trouvés : {linked} de leurs {pairs} paires sont reliées.",
    "truth.by.bursts": "Trouvés par l'examen des rafales.",
    "truth.by.groups": (
        "Trouvés par l'examen des groupes ; {linked} de leurs {pairs} paires sont reliées."
    ),
    "truth.missed": "Manqués : {why} {linked} de leurs {pairs} paires sont reliées.",
    "truth.group": "{name}, {accounts} comptes qui {about}. {what}",
    "truth.viral": (
        "Un message est devenu viral, repartagé {reposts} fois : à lui seul il relie {links} des "
        "{all} paires."
    ),
    # 5. the paragraph
    "copy.title": "Le paragraphe à copier",
    "copy": (
        "Dans {posts} messages de {accounts} comptes, du {first} au {last} (UTC), {n} comptes ont "
        "{did} à quelques secondes d'intervalle. {pair} Agir ensemble ne dit ni qui tient ces "
        "comptes, ni pourquoi. Méthode : {tested} paires de comptes comparées, fenêtre de "
        "{window} s, taux de fausses découvertes fixé à {fdr} (Benjamini-Hochberg), Fanal {version}. "
        "Monde inventé."
    ),
    "did.text": "publié les mêmes {objects} textes",
    "did.repost": "repartagé les mêmes {objects} messages",
    "did.url": "partagé les mêmes {objects} liens",
    "did.hashtag": "employé les mêmes {objects} mots-dièse",
    # small words
    "and": " ; ",
    "quote": "« {text} »",
    "below": "< 0,001",
    "below.one": "moins de {number}",
}

_ENGLISH = {
    "notice": (
        "This world is made up: every account, text and address in it is invented, and any "
        "likeness is chance. It shows what Fanal finds, what it misses, and whom it links though "
        "they agreed on nothing."
    ),
    "capture.title": "What the capture holds",
    "capture": (
        "{posts} posts, {accounts} accounts, one invented rumour: “the old Tavélune ferry has "
        "been sold already”. Nobody in it exists."
    ),
    "capture.line": "{first} {line} {last}",
    "capture.key": "posts by quarter of a day (UTC); the busiest: {most}, on {busiest}",
    "finding.title": "One finding",
    "finding.text": "{accounts} accounts, {objects} same texts.",
    "finding.repost": "{accounts} accounts, {objects} same posts reposted.",
    "finding.url": "{accounts} accounts, {objects} same links.",
    "finding.hashtag": "{accounts} accounts, {objects} same hashtags.",
    "finding.pair": (
        "Two of them followed each other {n} times within {window} s; their activity, the "
        "popularity of these things and the hour let {expected} be expected (q {q})."
    ),
    "finding.seconds": "{seconds} s later:",
    "finding.none": "No pair of accounts stands out in this world.",
    "innocents.title": "Innocents who look alike",
    "innocents.plain": (
        "A threshold tool, “the same thing within {window} s, at least twice”, links {pairs} "
        "pairs of these accounts, who have agreed on nothing:"
    ),
    "innocents.head": "accounts|pairs|threshold tool|test of pairs|findings of Fanal",
    "innocents.kept": "In the findings of Fanal {kept} of them remain.",
    "innocents.fans": (
        "Why: what to expect is computed a second time among those who follow the same sources; "
        "what a shared interest explains leaves the findings."
    ),
    "innocents.left": (
        "Left: {names}. Nothing in the file tells them from accounts that act in concert. Reading "
        "the posts does; it comes before any name."
    ),
    "innocents.untested": (
        "The test of shared interest (same sources) was not made here: these pairs are in the "
        "findings. Read the posts before you name anyone."
    ),
    "truth.title": "The truth of this made-up world",
    "truth.found": "Hidden groups found: {found} of {all}.",
    "truth.accused": "Innocent accounts accused: {named} of {all} ({parts}).",
    "truth.others": "all others {named} of {all}",
    "truth.part": "{name} {named} of {all}",
    "truth.by.links": "Found: {linked} of their {pairs} pairs are linked.",
    "truth.by.bursts": "Found by the test of bursts.",
    "truth.by.groups": "Found by the test of groups; {linked} of their {pairs} pairs are linked.",
    "truth.missed": "Missed: {why} {linked} of their {pairs} pairs are linked.",
    "truth.group": "{name}, {accounts} accounts that {about}. {what}",
    "truth.viral": (
        "One post went viral, reposted {reposts} times: it alone links {links} of {all} pairs."
    ),
    "copy.title": "The paragraph to copy",
    "copy": (
        "In {posts} posts by {accounts} accounts, {first} to {last} (UTC), {n} accounts {did} "
        "seconds apart. {pair} Acting together says neither who is behind these accounts nor why. "
        "Method: {tested} pairs of accounts compared, window {window} s, false discovery rate "
        "held at {fdr} (Benjamini-Hochberg), Fanal {version}. A made-up world."
    ),
    "did.text": "posted the same {objects} texts",
    "did.repost": "reposted the same {objects} posts",
    "did.url": "shared the same {objects} links",
    "did.hashtag": "used the same {objects} hashtags",
    "and": "; ",
    "quote": "“{text}”",
    "below": "< 0.001",
    "below.one": "less than {number}",
}

#: Language -> name of a sentence -> its template.
TOUR: dict[str, dict[str, str]] = {"fr": _FRENCH, "en": _ENGLISH}
MONTHS = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}  # fmt: skip


def spoken(environment: Mapping[str, str]) -> str:
    """Return ``fr`` or ``en``, as the locale variables of an environment ask.

    Parameters
    ----------
    environment
        Such as ``os.environ``: the first of LC_ALL, LC_MESSAGES, LANG that is set decides.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "fr" if environment[name].lower().startswith("fr") else "en"
    return "en"
