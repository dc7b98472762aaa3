"""Telegram Desktop's export: ``result.json`` of one chat, or of a whole account.

1. Messages are cut out of their lists one by one; what stands before a list names the chat.
2. Service messages, and private conversations, are skipped by kind.
3. `date_unixtime` is the time; `date` is local, and needs a zone that the user says.
4. A forward names its source and gives no id: which message was forwarded is not made up. Forwards
   of one text count as copies of it.
5. Messages are counted for each chat: keys are chat and number.
6. With ``images = true`` in the mapping, photos beside the export are hashed (readers/pictures.py).
"""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import Struct, field

from fanal.errors import ReaderError
from fanal.model.time import SECOND_US, parse_time, plausible, time_zone
from fanal.model.url import url_key
from fanal.readers.base import Head, Reader, Row, Rows, Settings, Source
from fanal.readers.documents import Cutter, cut, depth_of
from fanal.readers.lines import MAX_LINE_BYTES
from fanal.readers.mapping import check_mapping
from fanal.readers.pictures import Pictures
from fanal.readers.seen import LastSeen
from fanal.readers.sources import head as head_of
from fanal.readers.typed import Typed
from fanal.readers.undisturbed import calmly
from fanal.readers.values import hashtags_in, mentions_in, urls_in

PLATFORM: Final = "telegram"
#: Where the messages of a whole account lie: {chats: {list: [{messages: [.
_ACCOUNT_DEPTH: Final = 5
#: What stands before a list of messages is shorter.
_HEADER_BYTES: Final = 64 * 1024
_LIST: Final = re.compile(rb'"messages"\s*:\s*\[')
_ID: Final = re.compile(rb'"id"\s*:\s*(-?\d{1,20})')
_TYPE: Final = re.compile(rb'"type"\s*:\s*"(\w{1,40})"')
_ACTION: Final = re.compile(r"[a-z_]{1,40}")
_PRIVATE: Final = frozenset({"personal_chat", "bot_chat", "saved_messages"})
_REMEMBERED: Final = 200_000


class Message(Struct):
    """A message; texts are a text, or a list of texts and objects with a text."""

    id: int | str | None = None
    type: str | None = None
    date: str | None = None
    date_unixtime: str | int | None = None
    actor: str | None = None
    action: str | None = None
    from_: str | None = field(name="from", default=None)
    from_id: str | int | None = None
    forwarded_from: Any = None
    reply_to_message_id: int | str | None = None
    reply_to_peer_id: Any = None
    via_bot: str | None = None
    photo: Any = None
    text: Any = None


_MESSAGE: Final = Typed(Message)


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if not start.startswith(b"{"):
        return 0.0
    if b'"chats"' in start and b'"personal_information"' in start:
        return 1.0
    if not _LIST.search(start):
        return 0.0
    keys = (b'"date_unixtime"', b'"from_id"', b'"text_entities"', b'"actor_id"')
    return 1.0 if sum(key in start for key in keys) >= 2 else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    check_mapping(settings.mapping, source.name)
    zone = settings.mapping.get("time_zone")
    head = head_of(source)
    depth = depth_of(head, ("messages",)) or _ACCOUNT_DEPTH
    chats = _Chats(depth)
    # 6. photos
    photos = None
    if settings.mapping.get("images"):
        photos = Pictures(source.path.parent, source.name)
    export = _Export(source.name, rows, time_zone(zone) if zone else None, photos)
    with source.open() as stream:
        for number, raw in calmly(cut(stream, source.name, rows, chats)):
            export.message(raw, number, *chats.now())
            rows.flush_if_full()
    export.tell()


class _Chats(Cutter):
    """Cuts out messages, and reads which chat they are of."""

    def __init__(self, depth: int) -> None:
        super().__init__(depth, MAX_LINE_BYTES)
        self._header = b""
        self._chat = ("", "")

    def _gap(self, piece: bytes) -> None:
        super()._gap(piece)
        if len(piece) > 8 or self._header:
            self._header = (self._header + piece)[-_HEADER_BYTES:]

    def now(self) -> tuple[str, str]:
        """Return the native id and the type of the chat that the last message is of."""
        # 1. the last list that opened
        if self._header:
            lists = [found.start() for found in _LIST.finditer(self._header)]
            if lists:
                start = lists[-2] if len(lists) > 1 else 0
                header = self._header[start : lists[-1]]
                kinds, ids = _TYPE.findall(header), _ID.findall(header)
                kind = kinds[-1].decode() if kinds else ""
                self._chat = (_peer(kind, ids[-1].decode() if ids else ""), kind)
            self._header = b""
        return self._chat


def _peer(kind: str, number: str) -> str:
    """Return a chat's id as messages name who sent them: channel1, user2."""
    if not number:
        return ""
    prefix = "channel" if "channel" in kind or "supergroup" in kind else "chat"
    return f"{'user' if kind in _PRIVATE else prefix}{number.lstrip('-')}"


class _Export:
    """One file being read."""

    def __init__(self, name: str, rows: Rows, zone: Any, photos: Pictures | None) -> None:
        self._name = name
        self._photos = photos
        self._rows = rows
        self._zone = zone
        self._forwards = 0
        self._names = LastSeen(_REMEMBERED)

    def tell(self) -> None:
        """Say what forwards cannot, and what became of the photos."""
        if self._photos is not None:
            self._photos.tell(self._rows)
        if self._forwards:
            self._rows.note(
                f"Forwards: {self._forwards:,}. Telegram names their source and gives no id, so which "
                "message was forwarded is not known."
            )

    def message(self, raw: bytes, number: int, chat: str, kind: str) -> None:
        """Turn one message into rows, a skip or a reject."""
        where = f"{self._name}:{number}"
        message = _MESSAGE.of(raw, where, self._rows)
        if message is None:
            return
        # 2. what is no post
        if message.type == "service" or message.action is not None:
            action = message.action or ""
            self._rows.skip(
                f"service message {action if _ACTION.fullmatch(action) else ''}".strip()
            )
        elif kind in _PRIVATE:
            self._rows.skip("message of a private conversation")
        elif message.id is None:
            self._rows.reject(where, "id", "a message without an id", raw)
        else:
            self._post(message, message.id, raw, number, chat)

    def _post(
        self, message: Message, own: int | str, raw: bytes, number: int, chat: str
    ) -> None:
        where = f"{self._name}:{number}"
        sender = str(message.from_id) if message.from_id else chat
        if not sender:
            self._rows.reject(where, "from_id", "no account", raw)
            return
        try:
            times = self._times(message)
        except ValueError:
            self._rows.reject(where, "date_unixtime", "not a time", raw)
            return
        text, marked = _text(message.text)
        urls = marked
        if "://" in text:
            urls = list(dict.fromkeys([*marked, *urls_in(text)]))
        # 4. forwards
        forward = message.forwarded_from is not None
        self._forwards += forward
        reply_to = self._reply(message, chat)
        rows, post = self._rows, _key(chat, own, sender)
        rows.posts.append(
            (
                f"{PLATFORM}:{post}", PLATFORM, post, f"{PLATFORM}:{sender}", *times,
                "forward" if forward else "reply" if reply_to else "post", text or None, None,
                None, reply_to, None,
                urls or None, [url_key(url) for url in urls] or None, hashtags_in(text) or None,
                mentions_in(text) or None, self._photos.of(message.photo) if self._photos else None,
                message.via_bot, rows.input_id, number,
            )
        )  # fmt: skip
        self._account(sender, message.from_, number)

    def _reply(self, message: Message, chat: str) -> str | None:
        # 5. of the same chat
        if (
            message.reply_to_message_id is None
            or message.reply_to_peer_id is not None
            or not chat
        ):
            return None
        return f"{PLATFORM}:{_key(chat, message.reply_to_message_id, chat)}"

    def _times(self, message: Message) -> Row:
        """Return time, claimed time, source, precision, whether it fits."""
        # 3. seconds since 1970, else the local clock
        seconds = message.date_unixtime
        if type(seconds) is str and len(seconds) == 10 and seconds.isdecimal():
            us, precision = int(seconds) * SECOND_US, 1.0  # as every export has it
        elif seconds is not None:
            us, precision = parse_time(seconds, unit="s")
        elif message.date is None:
            self._rows.implausible_times += 1
            return None, None, None, None, False
        elif self._zone is None:
            raise ReaderError(
                f"{self._name}: `date` is the local clock of the computer that made this export, and"
                " there is no `date_unixtime`; a wrong zone would shift every co-action",
                hint='Say where that clock stood: time_zone = "Europe/Paris" in the mapping.',
            )
        else:
            us, precision = parse_time(message.date, zone=self._zone)
        fits = plausible(us)
        self._rows.implausible_times += not fits
        return us, us, "field", precision, fits

    def _account(self, sender: str, name: str | None, number: int) -> None:
        if not name or self._names.again(sender, name):
            return
        nothing = (None,) * 7
        self._rows.accounts.append(
            (
                f"{PLATFORM}:{sender}", PLATFORM, sender, None, name, *nothing,
                self._rows.input_id, number,
            )
        )  # fmt: skip


def _key(chat: str, number: int | str, sender: str) -> str:
    return f"{chat or sender}/{number}"


def _text(given: Any) -> tuple[str, list[str]]:
    """Return a text put together, and the links behind its words."""
    if isinstance(given, str):
        return given, []
    if not isinstance(given, list):
        return "", []
    pieces, links = [], []
    for part in given:
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, dict):
            pieces.append(str(part.get("text") or ""))
            if part.get("type") == "text_link" and isinstance(part.get("href"), str):
                links.append(part["href"])
            elif part.get("type") == "link":
                links.append(pieces[-1])
    return "".join(pieces), links


READER = Reader(
    name="telegram",
    version=1,
    title="Telegram Desktop's export (result.json of one chat or of a whole account)",
    blind_spot=(
        "An export holds what one member of a chat could see on the day of the export: deleted messages, "
        "views, and who forwarded a message elsewhere are not in it."
    ),
    sniff=_sniff,
    read=_read,
)
