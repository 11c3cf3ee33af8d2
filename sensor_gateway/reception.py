"""The worker's end of the uplink: chunks on disk before they count, each one once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import StridecueError
from sensor_gateway.chunk_file import ChunkFile
from sensor_gateway.chunks import RecordingHeader, events_in, header_in, sealed_events
from sensor_gateway.events import RadioEvent
from sensor_gateway.uplink_message import DONE, UplinkMessage
from sensor_gateway.wire import PacketError

UNDER_WAY = ".part"  # ends the name of a session's file until the session is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a message brought.

    Attributes
    ----------
    wanted : int
        The answer to the sender: the number wanted next.
    opens : RecordingHeader or None
        The session begins; `Reception.open` makes its file.
    events : list of RadioEvent
        To be analysed now: they are on disk.
    closes : bool
        The session is over; `Reception.close` says that it is dealt with.
    """

    wanted: int
    opens: RecordingHeader | None = None
    events: tuple[RadioEvent, ...] = ()
    closes: bool = False


@dataclass(slots=True)
class _Session:
    file: ChunkFile
    wanted: int


class Reception:
    """Sessions being received, one file each in a folder; the files are recordings.

    Whatever was acknowledged stands in a file: a worker that was killed goes on from there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._sessions: dict[tuple[str, str], _Session] = {}

    def left(self) -> Iterator[tuple[RecordingHeader, str, list[RadioEvent]]]:
        """Take up what was under way when the worker ended: header, runner, events so far."""
        for path in sorted(self._folder.glob(f"*{UNDER_WAY}")):
            try:
                file, header, chunks = ChunkFile.again(path)
            except StridecueError:
                path.replace(path.with_suffix(".damaged"))
                continue
            runner = str(header.context["runner"])
            self._sessions[header.session, runner] = _Session(file, 1 + len(chunks))
            yield header, runner, [event for chunk in chunks for event in events_in(chunk)]

    def take(self, message: UplinkMessage) -> Received:
        """Take a message in; `PacketError` if its chunk is none.

        An `opens` in the answer must be followed by `open`, at once.
        """
        session = self._sessions.get((message.session, message.runner))
        if session is None:
            return self._first(message)
        if message.number > session.wanted and message.oldest:
            self._leave_out(session, up_to=message.number)
        if message.number != session.wanted:
            return Received(wanted=session.wanted)
        events = events_in(message.chunk)
        session.file.append(message.chunk)
        session.wanted += 1
        wanted = DONE if message.last else session.wanted
        return Received(wanted=wanted, events=tuple(events), closes=message.last)

    def open(self, runner: str, header: RecordingHeader) -> None:
        """Begin the file of a session; its header is the worker's, the events the gateway's."""
        file = ChunkFile.new(self._path(header.session, runner, UNDER_WAY), header)
        self._sessions[header.session, runner] = _Session(file, 1)

    def close(self, *, session: str, runner: str) -> Path:
        """Put the file of a finished session under its final name and return that."""
        self._sessions.pop((session, runner)).file.close()
        final = self._path(session, runner)
        return self._path(session, runner, UNDER_WAY).replace(final)

    def release(self) -> None:
        """Close the files of the sessions under way; `left` takes them up another time."""
        for session in self._sessions.values():
            session.file.close()
        self._sessions.clear()

    def _first(self, message: UplinkMessage) -> Received:
        """Answer a message of a session that is not under way here."""
        if self._path(message.session, message.runner).exists():
            return Received(wanted=DONE)
        if message.number == 0:
            header = header_in(message.chunk)
            if header.session != message.session:
                what = "opens another session than it names"
                raise PacketError(what)
            return Received(wanted=1, opens=header)
        # Without its opening a session cannot be read; if that is gone, so is the session.
        return Received(wanted=DONE if message.oldest else 0)

    def _leave_out(self, session: _Session, *, up_to: int) -> None:
        """Keep the count of chunks where some are lost for good: the samples show as a gap."""
        nothing = sealed_events([])
        while session.wanted < up_to:
            session.file.append(nothing)
            session.wanted += 1

    def _path(self, session: str, runner: str, more: str = "") -> Path:
        if not _is_name(session) or not _is_name(runner):
            message = "names a session or runner that cannot be a file's name"
            raise PacketError(message)
        return self._folder / f"{session}-{runner}.scue{more}"


def _is_name(text: str) -> bool:
    return bool(text) and not text.startswith(".") and not set(text) & set("/\\\0")
