"""The words of `fanal demo about`, French first. A sentence is a template with named fields."""

from __future__ import annotations

_FRENCH = {
    "world.title": "Une plateforme inventée",
    "world": (
        "{accounts} comptes, leurs connexions de 400 jours. Personne n'y existe, et la vérité est "
        "connue. Pendant un an, une publication par mois, montrée à tous ; une fiche ne nomme un "
        "pays que tant que {k} comptes au moins le partagent."
    ),
    "world.rule": (
        "À côté, une règle comme celle de X semble l'être, car X n'a pas publié la sienne : le pays "
        "de la plupart des connexions de 30 jours, sorties de VPN comprises, toujours montré."
    ),
    "people.title": "Sept comptes, deux règles",
    "people.head": "compte|en vérité|règle à la X|fiche de Fanal",
    "people.key": "✗ : faux",
    "role.journalist": "journaliste en France, derrière le VPN permanent de son entreprise",
    "role.resident": "habite en France, sans VPN",
    "role.traveller": "habite en Allemagne ; trois semaines en Thaïlande, à la fin",
    "role.abroad": "se dit de Tavélune, en France ; tenu depuis le Canada",
    "role.danger": "en danger en Russie, derrière un VPN qui tombe un jour sur trente environ",
    "role.mislocated": "radio en Espagne, sur un réseau que la base place au Mexique",
    "role.unlisted": "bureau en France, derrière le VPN d'une entreprise qu'aucune liste ne connaît",
    "who": "@{handle} : {role}.",
    "why.proxy": (
        "{proxy} de ses {days} jours de six mois sont passés par un VPN que la liste connaît : rien "
        "n'est communiqué, et les autres jours ne sont pas regardés."
    ),
    "why.shown": "{place} : {plain} de ses {days} jours d'un an, sans VPN connu.",
    "why.region": "Trop peu de comptes partagent ce pays, ou la région a été choisie.",
    "why.journey": (
        "Le dernier examen s'arrêtait au {date} : le voyage n'y est pas, et trois semaines ne font "
        "pas un domicile."
    ),
    "why.wrong": "Fanal se trompe ici aussi : il ne reconnaît que les VPN de ses listes.",
    "why.leaks": (
        "La règle de la dernière connexion aurait écrit « {place} » {times} jours dans l'année ; "
        "la fiche, aucun, et sans ces jours elle serait la même."
    ),
    "journalist.title": "La journaliste",
    "journalist.rule": (
        "La règle à la X écrit « {place} » : toutes ses connexions sortent par son entreprise."
    ),
    "journalist.ours": "Fanal écrit « non communiqué ». Pourquoi, dit à elle et à l'administration :",
    "journalist.others": (
        "Le public ne l'apprend pas : au nom près, sa fiche est mot pour mot celle de {withheld} "
        "autres comptes, avec trop peu de jours, trop peu de semblables, un VPN."
    ),
    "journalist.firm": (
        "Parmi {all} employés derrière le VPN de leur entreprise, la règle à la X se trompe {most} "
        "fois, Fanal {ours} : là où la liste ne connaît pas la sortie."
    ),
    "counts.title": "Sur 100 000 comptes de ce monde",
    "counts.head": "règle|lieu montré|montré et faux|intervalle à 95 %",
    "counts.last": "dernière connexion",
    "counts.most": "30 jours, à la X",
    "counts.ours": "fiches de Fanal",
    "counts.between": "{low} à {high}",
    "counts.states": (
        "Les fiches : un pays pour {country}, une région pour {region}, rien pour {withheld}."
    ),
    "counts.why": "Fiches fausses, {wrong} sur {all} : {parts}.",
    "cause.moved": "{n} ont déménagé, et la fiche attend, pour ne trahir aucun voyage",
    "cause.vpn": "{n} sortent par un VPN que la liste ne connaît pas",
    "cause.mislocated": "{n} par un réseau que la base place mal",
    "cause.other": "{n} pour une autre cause",
    "counts.small": (
        "Sur une si petite plateforme, peu de réseaux ont les huit comptes qu'il faut pour voir que "
        "la base se trompe. Ces nombres valent pour ce monde inventé ; `fanal about calibrate` "
        "mesure un vrai serveur."
    ),
    "serve.title": "Pour voir les fiches servies",
    "serve.page": "puis http://127.0.0.1:8000/@{handle}",
    "serve.holder": "ce qu'elle seule voit, par un lien : {command}",
    "list.and": " ; ",
    "table.page": "fiche",
    "table.folder": "dossier",
}

_ENGLISH = {
    "world.title": "A made-up platform",
    "world": (
        "{accounts} accounts, their connections of 400 days. Nobody in it exists, and the truth is "
        "known. For a year, one publication a month, shown to everybody; a card names a country "
        "only while {k} accounts at least share it."
    ),
    "world.rule": (
        "Beside it, a rule as X's seems to be, for X has not published its own: the country of most "
        "connections of 30 days, exits of VPNs included, always shown."
    ),
    "people.title": "Seven accounts, two rules",
    "people.head": "account|in truth|rule like X's|Fanal's card",
    "people.key": "✗: wrong",
    "role.journalist": "a journalist in France, behind her firm's always-on VPN",
    "role.resident": "lives in France, no VPN",
    "role.traveller": "lives in Germany; three weeks in Thailand at the end",
    "role.abroad": "says it is from Tavélune in France; run from Canada",
    "role.danger": "in danger in Russia, behind a VPN that fails on about one day in thirty",
    "role.mislocated": "a radio in Spain, on a network that the database puts in Mexico",
    "role.unlisted": "an office in France, behind a firm's VPN that no list knows",
    "who": "@{handle}: {role}.",
    "why.proxy": (
        "{proxy} of its {days} days of six months went through a VPN that the list knows: nothing "
        "is disclosed, and the other days are not looked at."
    ),
    "why.shown": "{place}: {plain} of its {days} days of a year, through no known VPN.",
    "why.region": "Too few accounts share the country, or the region was chosen.",
    "why.journey": (
        "The last look ended on {date}: the journey is not in it, and three weeks make no home."
    ),
    "why.wrong": "Fanal is wrong here too: it recognises only the VPNs of its lists.",
    "why.leaks": (
        "The rule of the last connection would have said “{place}” on {times} days of the year; "
        "the card on none, and without those days it would be the same."
    ),
    "journalist.title": "The journalist",
    "journalist.rule": (
        "The rule like X's says “{place}”: all her connections come out of her firm's network."
    ),
    "journalist.ours": "Fanal says “not disclosed”. Why, told to her and to the operator:",
    "journalist.others": (
        "The public does not learn it: but for the handle her card is word for word that of "
        "{withheld} other accounts, with too few days, too few others alike, a VPN."
    ),
    "journalist.firm": (
        "Of {all} employees behind their firm's VPN the rule like X's gets {most} wrong, Fanal "
        "{ours}: where the list does not know the exit."
    ),
    "counts.title": "Of 100,000 accounts of this world",
    "counts.head": "rule|place shown|shown and wrong|95% interval",
    "counts.last": "last connection",
    "counts.most": "30 days, like X's",
    "counts.ours": "Fanal's cards",
    "counts.between": "{low} to {high}",
    "counts.states": "The cards: a country for {country}, a region for {region}, nothing for {withheld}.",
    "counts.why": "Wrong cards, {wrong} of {all}: {parts}.",
    "cause.moved": "{n} moved, and the card waits, so as to betray no journey",
    "cause.vpn": "{n} come out of a VPN that the list does not know",
    "cause.mislocated": "{n} of a network that the database misplaces",
    "cause.other": "{n} for another cause",
    "counts.small": (
        "On so small a platform few networks have the eight accounts it takes to see that the "
        "database is wrong. These numbers are of this made-up world; `fanal about calibrate` "
        "measures a real server."
    ),
    "serve.title": "To see the cards served",
    "serve.page": "then http://127.0.0.1:8000/@{handle}",
    "serve.holder": "what she alone sees, by a link: {command}",
    "list.and": "; ",
    "table.page": "card",
    "table.folder": "folder",
}

#: Language -> name of a sentence -> its template.
ABOUT: dict[str, dict[str, str]] = {"fr": _FRENCH, "en": _ENGLISH}
