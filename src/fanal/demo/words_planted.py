"""What the known groups of the demo world say and pass on. Nothing here is real.

One rumour runs through the hidden groups: the old ferry of Tavélune is said to be sold already.
The innocents talk of their own things: a singer, a paper, a sitting, a wire, the canal's cyclists.
"""

from __future__ import annotations

#: What ordinary people say of the rumour; the reposters push it.
HEARSAY = (
    "Le vieux bac de Tavélune déjà vendu ? On me dit que oui, depuis l'hiver.",
    "Je suis passé au quai : plus un seul horaire affiché. Quelqu'un sait pourquoi ?",
    "Qui a signé la vente du bac ? J'attends toujours une réponse.",
    "On nous dira que c'est technique. C'est notre bac.",
    "Trois réunions annulées, un bac en moins. Je cherche le lien.",
    "Il paraît que le contrat de vente dort dans un tiroir de la capitainerie.",
    "Samedi, je serai sur le quai. Qui vient ?",
    "Ils ont coupé le micro quand j'ai parlé du bac.",
    "Un acheteur, un seul, et personne ne connaît son nom.",
    "Ce qu'ils appellent une révision, je l'appelle un adieu.",
    "Lu dans le registre du port, page 14 : vente du bac. Ou j'ai mal lu.",
    "Dernière traversée au printemps, m'a dit le matelot. Ensuite, plus rien.",
    "La caisse du ponton a disparu. Le bac suivra ?",
    "J'ai demandé à voir l'acte. On m'a montré la porte.",
)

#: The sites whose pages the linkers push, in turn, and the headlines.
SITES = ("inside-tavelune", "ferry-file", "the-open-pier", "quay-papers", "tide-and-truth")
SITE = (
    "What the harbour office hides about the ferry", "The ferry sale nobody voted for",
    "Ten questions for the harbour office", "Who wants a ferry that old?",
    "A captain speaks: nobody listened to us", "The ferry, the friends and the money",
    "They measured her at the wrong pier", "The timetable they took off the wall",
    "Who pays for the ferry's paint?", "The ferry contract, line by line",
    "A pier too many", "How Tavélune lost its boat",
    "The minutes that vanished", "What the tow costs, and who knew",
    "A letter from the engine room", "The buyer who was never there",
    "Two piers, one bill", "They will call it a pause",
)  # fmt: skip

#: Sentences that the pasters paste; each marks another word with a #.
PASTE = (
    "Mon cousin travaille au port et dit que le vieux bac est vendu depuis janvier",
    "Demandez à la capitainerie pourquoi le bac a changé de carnet de bord",
    "Pourquoi personne ne publie le contrat de vente du vieux bac de Tavélune",
    "Gardez le bac avant que ce soit trop tard et non pas après",
    "Nous payons la traversée et eux ils encaissent le silence",
    "On dit que le bac part en peinture mais la peinture est une vente",
    "Le marin qui a parlé de la vente du bac ne travaille plus au port",
    "Un ponton neuf pour les photos et plus de bac pour nous autres",
    "Personne ne traverse tranquille pendant que le bac change de mains",
    "Si le bac est encore là cet été ce sera un miracle du port",
    "Ils veulent que nous oublions le vieux bac et nous ne l'oublierons pas",
    "Le registre du port saute une page et cette page parle du vieux bac",
    "Celui qui achète un bac en hiver ne compte pas le faire naviguer",
)

#: What twelve fresh accounts paste once.
ONCE = "Je reviens de la capitainerie : le vieux bac est vendu, tout est signé. #finduvieuxbac"

#: Posts of a page that the patient ones pass on, each in his own half hour.
PATIENT = (
    "The old Tavélune ferry is gone by spring. Ask them.",
    "No buyer's name, no price, no date. Only a sale.",
    "They counted the passengers on the one day it snowed.",
    "A ferry is not a secret. Or was not.",
    "The crew were told on a Sunday. By letter.",
    "Read the minutes. Oh wait, there are none.",
    "Somebody has measured the ferry for a tow.",
    "First the timetable, then the ticket box, then the boat.",
    "Nobody sells a boat in winter without a reason.",
    "Ask who wrote the notice, and who did not sign it.",
)

STAR = (
    "New song on Friday. Headphones on.",
    "Rehearsal until two in the morning and still smiling.",
    "Somebody left a lantern on the stage. Was it you?",
    "Soundcheck in Kelvarre. Bring a coat.",
    "I wrote this one on the ferry.",
    "Thank you Port-Ondrel, you were louder than the rain.",
)

#: What a parliamentary group says during a sitting, and its members in words of their own.
PARTY_LINE = (
    "Séance : notre groupe demande que le dossier du bac soit rendu public.",
    "Séance : nous voterons l'amendement sur les traversées d'hiver.",
    "Séance : question au gouvernement sur l'équipage du bac.",
    "Séance : un service public ne se devine pas, il se discute.",
)
MEMBERS = (
    "En séance, je rappelle que", "Dans l'hémicycle, j'ai demandé si", "Mon intervention :",
    "Je viens de dire à la tribune que", "À l'instant, je note que",
)  # fmt: skip
CLAIMS = (
    "les traversées d'hiver sont un droit", "le dossier du bac doit être public",
    "l'équipage mérite une réponse", "le budget des quais reste flou",
    "le rapport du port n'est pas arrivé", "la navette du soir compte aussi",
)  # fmt: skip

#: A wire's dispatch: one piece of each column.
WIRE = (
    ("Tavélune (Agence Littoral) -", "Port-Ondrel (Agence Littoral) -",
     "Sarnouve (Agence Littoral) -", "Kelvarre (Agence Littoral) -"),
    ("La capitainerie dément toute vente du vieux bac,", "Le conseil examine le budget des quais,",
     "Les pêcheurs et le port reprennent leurs discussions,", "Le pont rouvre aux piétons,",
     "La navette du soir change d'horaire,", "Le phare accueille une exposition,",
     "L'école du quai ouvre deux classes,", "Le marché de nuit s'installe sous la halle,"),
    ("selon un communiqué publié ce jour.", "a indiqué le port à la presse.",
     "d'après deux élus présents.", "a-t-on appris auprès de la mairie.",
     "a confirmé une porte-parole."),
)  # fmt: skip
#: The small outlets that publish it; their sites follow from the handle.
CLIENTS = (
    "Le Courrier des Ormettes", "Écho du Canal", "La Digue", "Sarnouve Matin", "Rive Gauche Info",
    "Le Fanion", "Petit Journal du Phare", "Le Marégraphe", "Ondrel Info", "La Balise",
    "Quai Nord", "Le Passeur", "Halle Magazine", "Terre et Delta",
)  # fmt: skip

#: What those who ride along the canal write.
CYCLISTS = (
    "Chicane du canal : la planche du milieu bouge encore.",
    "Comptage du matin : {n} vélos avant neuf heures.",
    "Photo du jour, kilomètre {n} du canal.",
    "Atelier du samedi : il reste {n} places.",
    "Vent d'ouest, {n} km/h, prenez la rive nord.",
)
