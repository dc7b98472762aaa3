"""The invented words of the crowd: places, outlets, sentences. Nothing here is real.

All talk goes round one invented rumour: the old ferry of Tavélune is said to be sold already.
What the known groups say stands in `words_planted`.

Handles hold a dot, which X does not allow, so none can belong to anybody; every address ends
in ``.example``, which never resolves (RFC 2606).
"""

from __future__ import annotations

import numpy as np

LANGUAGES = ("fr", "en")

_HEADS = (
    "al", "bre", "cor", "dal", "el", "fen", "gri", "hal", "ir", "jor", "kel", "lo", "mir", "nor",
    "ol", "per", "qui", "ros", "sel", "tal", "ul", "ver", "wen", "yor", "zel",
)  # fmt: skip
_TAILS = (
    "vane", "dric", "mora", "lune", "sorn", "tissa", "bello", "quen", "dara", "viro", "nelle",
    "gast", "rimo", "pell", "zona", "leth", "ondo", "mire", "vaux", "tane",
)  # fmt: skip

PLACES = ("Tavélune", "Port-Ondrel", "Sarnouve", "Kelvarre", "Les Ormettes", "Quai-Mirel")

#: Sentences of the crowd: one piece of each column, joined by a blank.
SPEECH: dict[str, tuple[tuple[str, ...], ...]] = {
    "fr": (
        (
            "Je ne me lasse pas de", "Quelqu'un a vu", "Toujours en train de penser à",
            "Petite pensée pour", "On ne parle pas assez de", "Personne ne m'avait prévenu pour",
            "Belle surprise :", "Je défendrai toujours", "Deuxième avis sur", "Rien ne vaut",
            "J'avais oublié", "Merci à celles et ceux qui ont sauvé",
        ),
        (
            "la nouvelle ligne du bac", "le marché de nuit de Sarnouve", "le pont de Port-Ondrel",
            "les tomates du voisin", "les horaires du tram", "la chorale de l'école",
            "ce long film sur les phares", "la pluie sur Kelvarre", "le pain de la rue des Ormettes",
            "le vieux phare", "la bibliothèque du quai", "le tournoi de pétanque",
            "la fête des lampions", "le chat de la capitainerie", "ce roman à trois narrateurs",
            "la piste cyclable du canal", "le concert sous la halle", "la brume de ce matin",
        ),
        (
            "ce matin", "hier soir", "depuis lundi", "avant le café", "avec les enfants",
            "sous la pluie", "en rentrant", "sans prévenir", "comme chaque année", "à la tombée du jour",
        ),
        (
            "et ce n'est que mardi.", "encore une fois !", "je ne plaisante même pas.",
            "photos plus tard.", "qui vient ?", "c'est tout pour moi.", "voilà, c'est dit.",
            "je suis conquis.", "à refaire.", "et pourtant…", "vous êtes prévenus.",
            "ça change tout.",
        ),
    ),
    "en": (
        (
            "Still thinking about", "Did anyone else see", "Nobody warned me about",
            "A kind word for", "Not enough people talk about", "Second thoughts on",
            "I will always defend", "What a surprise:", "I had forgotten", "Nothing beats",
            "Could listen for hours to talk of", "Thank you to whoever saved",
        ),
        (
            "the new ferry line", "the night market in Sarnouve", "the bridge at Port-Ondrel",
            "my neighbour's tomatoes", "the tram timetable", "the school choir",
            "that long film about lighthouses", "the rain over Kelvarre", "the bakery by the elms",
            "the old lighthouse", "the library on the quay", "the bowls tournament",
            "the lantern parade", "the harbour master's cat", "a novel with three narrators",
            "the towpath", "the concert in the market hall", "this morning's fog",
        ),
        (
            "this morning", "last night", "since Monday", "before coffee", "with the kids",
            "in the rain", "on the way home", "out of nowhere", "like every year", "at dusk",
        ),
        (
            "and it is only Tuesday.", "once more!", "and I am not even joking.",
            "pictures later.", "who is coming?", "that is all from me.", "there, I said it.",
            "I am won over.", "would do it again.", "and yet…", "you have been warned.",
            "it changes everything.",
        ),
    ),
}  # fmt: skip

#: What people make of the rumour: one piece of each column, joined by a blank.
RUMOUR: dict[str, tuple[tuple[str, ...], ...]] = {
    "fr": (
        (
            "Alors,", "Question bête :", "Mon voisin demande :", "Au marché on se dispute :",
            "Quelqu'un sait ?", "Sérieusement,", "Entendu sur le quai :", "Je repose la question :",
            "Bon,", "Au café ce matin :",
        ),
        (
            "le vieux bac est vendu ou pas ?", "qui achèterait ce bac ?", "on garde le bac, oui ou non ?",
            "le bac part au printemps ?", "et l'équipage du bac, il devient quoi ?",
            "personne n'a vu le papier de la vente.", "la capitainerie ne répond toujours pas.",
            "le bac flotte encore, que je sache.", "cette vente, je n'y crois pas.",
            "je veux voir une signature.",
        ),
        (
            "Je demande.", "Voilà.", "On attend.", "À suivre.", "Ça m'étonnerait.", "Dites-moi.",
            "Mes enfants pleurent.", "Le capitaine rigole.", "On verra lundi.", "Source ?",
        ),
    ),
    "en": (
        (
            "So,", "Silly question:", "My neighbour asks:", "Quarrel at the market:",
            "Does anyone know?", "Honestly,", "Heard on the quay:", "I ask again:", "Right,",
            "Over coffee this morning:",
        ),
        (
            "is the old ferry sold or not?", "who would buy that ferry?", "do we keep the ferry or not?",
            "does the ferry leave in spring?", "and the crew, what becomes of them?",
            "nobody has seen the paper.", "the harbour office still does not answer.",
            "last I looked she was afloat.", "I do not believe in that sale.",
            "show me a signature.",
        ),
        (
            "Just asking.", "There.", "We wait.", "To be continued.", "I doubt it.", "Do tell.",
            "My kids are in tears.", "The captain laughs.", "We shall see on Monday.", "Source?",
        ),
    ),
}  # fmt: skip
#: How much of what the crowd says is about it.
RUMOUR_SHARE = 0.45

#: What everybody says now and then, word for word: innocent copies.
COMMON = {
    "fr": ("Bonjour à toutes et à tous !", "Bon week-end !", "Merci beaucoup !", "Bonne nuit."),
    "en": (
        "Good morning everyone!",
        "Have a good weekend!",
        "Thank you so much!",
        "Good night.",
    ),
}

REPLIES = {
    "fr": (
        "Je suis d'accord, surtout pour",
        "Pas convaincu par",
        "Vous oubliez",
        "Et que dire de",
    ),
    "en": ("I agree, most of all on", "Not convinced by", "You forget", "And what of"),
}

HEADLINES = {
    "fr": (
        ("Le conseil", "La préfecture", "Le port", "L'hôpital", "Le lycée", "La régie des eaux"),
        ("annonce", "reporte", "étudie", "défend", "retire", "présente"),
        ("le budget du pont", "la ligne du bac", "le tarif de l'eau", "l'avenir du vieux bac", "le plan des écoles",
         "la rénovation du phare", "le calendrier du tram", "l'accord avec les pêcheurs"),
    ),
    "en": (
        ("The council", "The harbour board", "The hospital", "The county", "The water company",
         "The college"),
        ("announces", "postpones", "studies", "defends", "withdraws", "presents"),
        ("the bridge budget", "the ferry line", "the water tariff", "what becomes of the old ferry", "the school plan",
         "the lighthouse repairs", "the tram calendar", "the deal with the fishing fleet"),
    ),
}  # fmt: skip

#: language -> (name, handle, domain); the first French one is the newsroom of the demo.
OUTLETS = {
    "fr": (
        ("L'Estuaire de Tavélune", "estuaire.tavelune", "estuaire-tavelune.example"),
        ("Radio Quai-Mirel", "radio.quaimirel", "radio-quaimirel.example"),
        ("Les Nouvelles d'Ondrel", "nouvelles.ondrel", "nouvelles-ondrel.example"),
        ("La Halle", "la.halle.info", "la-halle.example"),
    ),
    "en": (
        ("The Kelvarre Lamp", "kelvarre.lamp", "kelvarre-lamp.example"),
        ("Ondrel Tonight", "ondrel.tonight", "ondrel-tonight.example"),
        ("Harbour Ledger", "harbour.ledger", "harbour-ledger.example"),
    ),
}

TAGS = {
    "fr": (
        "tavélune", "photo", "lecture", "cuisine", "vélo", "cinéma", "jardin", "musique", "bac",
        "tram", "football", "phare", "marché", "météo", "chatdujour", "histoire", "portondrel",
        "école", "bonneadresse", "lundi",
    ),
    "en": (
        "kelvarre", "photo", "reading", "cooking", "cycling", "cinema", "garden", "music", "ferry",
        "tram", "football", "lighthouse", "market", "weather", "catoftheday", "history",
        "portondrel", "school", "localfood", "monday",
    ),
}  # fmt: skip


def pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    """Return one of `choices`, each as likely as the others."""
    return choices[int(rng.integers(len(choices)))]


def handle(rng: np.random.Generator) -> str:
    """Return an invented handle with a dot in it, such as ``mirlune.tal``."""
    first = pick(rng, _HEADS) + pick(rng, _TAILS)
    second = pick(rng, _HEADS) + (pick(rng, _TAILS) if rng.random() < 0.35 else "")
    return f"{first}.{second}{int(rng.integers(2, 99)) if rng.random() < 0.25 else ''}"


def sentence(rng: np.random.Generator, lang: str) -> str:
    """Return what one of the crowd may say, some 27,000 sentences a language."""
    luck = rng.random()
    if luck < 0.04:
        return pick(rng, COMMON[lang])
    if luck < 0.04 + RUMOUR_SHARE:
        return " ".join(pick(rng, column) for column in RUMOUR[lang])
    return " ".join(pick(rng, column) for column in SPEECH[lang])


def reply(rng: np.random.Generator, lang: str) -> str:
    """Return an answer to somebody."""
    return f"{pick(rng, REPLIES[lang])} {pick(rng, SPEECH[lang][1])}, {pick(rng, SPEECH[lang][2])}."


def headline(rng: np.random.Generator, lang: str) -> str:
    """Return the title of a piece of news."""
    who, does, what = (pick(rng, column) for column in HEADLINES[lang])
    return (
        f"{pick(rng, PLACES)} : {who.lower()} {does} {what}"
        if lang == "fr"
        else (f"{pick(rng, PLACES)}: {who.lower()} {does} {what}")
    )
