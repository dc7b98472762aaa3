"""The invented words of the demo world: places, outlets, sentences. Nothing here is real.

Handles hold a dot, which X does not allow, so none can belong to anybody; every address ends
in ``.example``, which never resolves (RFC 2606).
"""

from __future__ import annotations

import numpy as np

LANGUAGES = ("fr", "en", "es")

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
    "es": (
        (
            "Sigo pensando en", "¿Alguien más ha visto", "Nadie me avisó de",
            "Una palabra amable para", "Se habla poco de", "Segunda opinión sobre",
            "Siempre defenderé", "Qué sorpresa:", "Había olvidado", "Nada como",
            "Podría hablar horas de", "Gracias a quien salvó",
        ),
        (
            "la nueva línea del barco", "el mercado nocturno de Sarnouve", "el puente de Port-Ondrel",
            "los tomates del vecino", "el horario del tranvía", "el coro de la escuela",
            "esa película larga sobre faros", "la lluvia en Kelvarre", "el pan de los olmos",
            "el viejo faro", "la biblioteca del muelle", "el torneo de bolos",
            "la fiesta de los faroles", "el gato del puerto", "esa novela de tres voces",
            "el camino del canal", "el concierto de la lonja", "la niebla de hoy",
        ),
        (
            "esta mañana", "anoche", "desde el lunes", "antes del café", "con los niños",
            "bajo la lluvia", "de vuelta a casa", "sin avisar", "como cada año", "al caer la tarde",
        ),
        (
            "y solo es martes.", "¡otra vez!", "y no es broma.", "fotos luego.", "¿quién viene?",
            "eso es todo.", "ya está dicho.", "me ha ganado.", "repetiría.", "y sin embargo…",
            "quedáis avisados.", "lo cambia todo.",
        ),
    ),
}  # fmt: skip

#: What everybody says now and then, word for word: innocent copies.
COMMON = {
    "fr": ("Bonjour à toutes et à tous !", "Bon week-end !", "Merci beaucoup !", "Bonne nuit."),
    "en": (
        "Good morning everyone!",
        "Have a good weekend!",
        "Thank you so much!",
        "Good night.",
    ),
    "es": (
        "¡Buenos días a todos!",
        "¡Buen fin de semana!",
        "¡Muchas gracias!",
        "Buenas noches.",
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
    "es": ("De acuerdo, sobre todo con", "No me convence", "Se olvida de", "¿Y qué decir de"),
}

HEADLINES = {
    "fr": (
        ("Le conseil", "La préfecture", "Le port", "L'hôpital", "Le lycée", "La régie des eaux"),
        ("annonce", "reporte", "étudie", "défend", "retire", "présente"),
        ("le budget du pont", "la ligne du bac", "le tarif de l'eau", "le plan des écoles",
         "la rénovation du phare", "le calendrier du tram", "l'accord avec les pêcheurs"),
    ),
    "en": (
        ("The council", "The harbour board", "The hospital", "The county", "The water company",
         "The college"),
        ("announces", "postpones", "studies", "defends", "withdraws", "presents"),
        ("the bridge budget", "the ferry line", "the water tariff", "the school plan",
         "the lighthouse repairs", "the tram calendar", "the deal with the fishing fleet"),
    ),
    "es": (
        ("El consejo", "El puerto", "El hospital", "La provincia", "La compañía de aguas",
         "El instituto"),
        ("anuncia", "aplaza", "estudia", "defiende", "retira", "presenta"),
        ("el presupuesto del puente", "la línea del barco", "la tarifa del agua",
         "el plan de escuelas", "la obra del faro", "el calendario del tranvía",
         "el acuerdo con los pescadores"),
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
    "es": (
        ("El Muelle de Sarnouve", "muelle.sarnouve", "muelle-sarnouve.example"),
        ("Diario de los Olmos", "diario.olmos", "diario-olmos.example"),
        ("Farola", "farola.info", "farola.example"),
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
    "es": (
        "sarnouve", "foto", "lectura", "cocina", "bici", "cine", "jardín", "música", "barco",
        "tranvía", "fútbol", "faro", "mercado", "tiempo", "gatodeldía", "historia", "portondrel",
        "escuela", "buenamesa", "lunes",
    ),
}  # fmt: skip

#: Posts that the hidden repost group pushes, by a page that is not one of its members.
WATER = (
    "Tarif de l'eau : ils savaient depuis deux ans et n'ont rien dit.",
    "Regardez votre facture d'eau. Maintenant regardez le nouveau siège de la régie.",
    "Qui a signé le contrat de l'eau de Tavélune ? Toujours aucune réponse.",
    "Chaque litre payé deux fois. Chaque question restée sans réponse.",
    "La régie des eaux ferme son guichet. Devinez quand ? La veille du vote.",
    "Le rapport sur l'eau existe. Il dort dans un tiroir.",
    "On vous dira que c'est technique. C'est votre argent.",
    "Trois réunions annulées, un tarif en hausse. Cherchez le lien.",
    "Ils ont coupé le micro quand on a parlé de l'eau.",
    "À Tavélune l'eau monte, surtout sur la facture.",
    "Samedi, tout le monde devant la régie. Faites passer.",
    "Le tarif de l'eau sera voté de nuit. Encore.",
    "Demandez à vos élus combien coûte un litre. Ils l'ignorent.",
    "Une seule entreprise a répondu à l'appel d'offres. Une seule.",
    "Ce qu'ils appellent une réforme, nous l'appelons une facture.",
    "Partagez avant que ce soit effacé : le contrat de l'eau, page 14.",
)

#: Headlines of the site that the hidden url group pushes.
INSIDE = (
    "What the harbour board hides about the ferry", "The ferry deal nobody voted for",
    "Ten questions for the harbour board", "Why the ferry will never pay for itself",
    "A captain speaks: nobody listened to us", "The ferry, the friends and the money",
    "They measured the tide at the wrong pier", "The map they took off the wall",
    "Who owns the ferry's fuel?", "The ferry report, line by line",
    "A pier too many", "How Kelvarre was sold a boat", "The minutes that vanished",
    "The night the old ferry was sunk",
)  # fmt: skip

#: Sentences that the hidden text group pastes.
PASTE = (
    "El puente de Port-Ondrel no es seguro y lo saben desde hace un año.",
    "Mi primo trabaja en el puente y dice que los pilares se mueven.",
    "¿Por qué nadie publica las fotos de los pilares del puente?",
    "Cerrad el puente antes de que sea tarde, no después.",
    "Pagamos el peaje y ellos pagan el silencio.",
    "Dicen que las grietas son pintura. Id a verlas.",
    "El ingeniero que avisó del puente ya no trabaja allí.",
    "Un puente nuevo para las fotos, uno viejo para nosotros.",
    "Nadie cruza ese puente tranquilo, y ellos brindan.",
    "Preguntad en el ayuntamiento por el informe del puente.",
    "Si el puente aguanta será de milagro.",
    "Quieren que olvidemos el puente. No lo olvidaremos.",
)

#: Tags that the hidden hashtag group raises, one a burst; the last ones are everybody's.
RAISED = (
    "videlaurégie", "lestarifsçasuffit", "coupezlesrobinets", "unlitreunvoix", "régiedelombre",
    "leaudabord", "nuitdesfactures", "guichetfermé", "stopautarif", "météo", "marché",
)  # fmt: skip

ONCE = "Je reviens de la capitainerie : le vieux bac est déjà vendu, tout est signé depuis l'hiver."

STAR = (
    "New song on Friday. Headphones on.",
    "Rehearsal until two in the morning and still smiling.",
    "Somebody left a lantern on the stage. Was it you?",
    "Soundcheck in Kelvarre. Bring a coat.",
    "I wrote this one on the ferry.",
    "Thank you Port-Ondrel, you were louder than the rain.",
)


def pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    """Return one of `choices`, each as likely as the others."""
    return choices[int(rng.integers(len(choices)))]


def handle(rng: np.random.Generator) -> str:
    """Return an invented handle with a dot in it, such as ``mirlune.tal``."""
    first = pick(rng, _HEADS) + pick(rng, _TAILS)
    second = pick(rng, _HEADS) + (pick(rng, _TAILS) if rng.random() < 0.35 else "")
    return f"{first}.{second}{int(rng.integers(2, 99)) if rng.random() < 0.25 else ''}"


def sentence(rng: np.random.Generator, lang: str) -> str:
    """Return what one of the crowd may say, some 26,000 sentences a language."""
    if rng.random() < 0.04:
        return pick(rng, COMMON[lang])
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
