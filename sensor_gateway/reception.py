"""The worker's end of the uplink: chunks on disk before they count, each one once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import StridecueError
from sensor_gateway.chunk_file import ChunkFile
from sensor_gateway.chunks import (
    RecordingHeader,
    events_in,
    header_in,
    mark_in,
    sealed_events,
)
from sensor_gateway.events import RadioEvent
from sensor_gateway.strands import GATEWAY, Shares, Strand
from sensor_gateway.uplink_message import DONE, UplinkMessage
from sensor_gateway.wire import PacketError

UNDER_WAY = ".part"  # ends the name of a session's file until the session is over
JOINED = ".joined"  # an empty file: what was sent under this name is in another session's


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a message brought.

    Attributes
    ----------
    session : str
        Whose events they are: the message's own, or the one that its strand has joined.
    wanted : int
        The answer to the sender: the number wanted next.
    opens : RecordingHeader or None
        A session begins, or another gateway's share of one; `Reception.open` or `Reception.join`
        must follow at once.
    events : tuple of RadioEvent
        To be analysed now: they are on disk.
    closes : bool
        The session is over; `Reception.close` says that it is dealt with.
    """

    session: str
    wanted: int
    opens: RecordingHeader | None = None
    events: tuple[RadioEvent, ...] = ()
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A session that was under way when the worker ended; `over`: it only has to be closed."""

    header: RecordingHeader
    runner: str
    events: tuple[RadioEvent, ...]
    over: bool


@dataclass(slots=True)
class _Session:
    file: ChunkFile
    shares: Shares


class Reception:
    """Sessions being received, one file each in a folder; the files are recordings.

    Whatever was acknowledged stands in a file: a worker that was killed goes on from there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._sessions: dict[tuple[str, str], _Session] = {}

    def left(self) -> Iterator[Left]:
        """Take up what was under way when the worker ended."""
        for path in sorted(self._folder.glob(f"*{UNDER_WAY}")):
            try:
                file, header, chunks = ChunkFile.again(path)
            except StridecueError:
                path.replace(path.with_suffix(".damaged"))
                continue
            runner = str(header.context["runner"])
            shares = Shares(header)
            self._sessions[header.session, runner] = _Session(file, shares)
            events = tuple(event for chunk in chunks for event in _again(shares, chunk))
            yield Left(header=header, runner=runner, events=events, over=shares.over)

    def take(self, message: UplinkMessage) -> Received:
        """Take a message in; `PacketError` if its chunk is none."""
        found = self._find(message.session, message.runner)
        if found is None:
            return self._first(message)
        session, strand = found
        host = session.shares.header.session
        if strand.over:
            return Received(session=host, wanted=DONE)
        if message.number > strand.wanted and message.oldest:
            self._leave_out(session, strand, up_to=message.number)
        if message.number != strand.wanted:
            return Received(session=host, wanted=strand.wanted)
        events = tuple(session.shares.fit(strand, events_in(message.chunk)))
        alone = len(session.shares.strands) == 1 and not message.last
        mark = strand.mark(message.number, last=message.last)
        session.file.append(message.chunk if alone else sealed_events(events, mark))
        strand.wanted += 1
        strand.over = message.last
        return Received(
            session=host,
            wanted=DONE if message.last else strand.wanted,
            events=events,
            closes=session.shares.over,
        )

    def keep(self, session: str, runner: str, event: RadioEvent) -> None:
        """Keep what was told here, not by a gateway."""
        found = self._sessions[session, runner]
        strand = found.shares.strands[session]
        mark = strand.mark(strand.wanted - 1, last=strand.over)
        found.file.append(sealed_events([event], mark))

    def open_strands(self, session: str, runner: str) -> list[str]:
        """Return the names under which gateways still send a session."""
        strands = self._sessions[session, runner].shares.strands
        return [name for name, strand in strands.items() if not strand.over]

    def under_way(self, header: RecordingHeader, runner: str) -> str | None:
        """Return the session that what a gateway begins belongs to, if there is one."""
        for (name, who), session in self._sessions.items():
            if who == runner and session.shares.takes(header):
                return name
        return None

    def open(self, runner: str, header: RecordingHeader) -> None:
        """Begin the file of a session; its header is the worker's, the events the gateway's."""
        file = ChunkFile.new(self._path(header.session, runner, UNDER_WAY), header)
        self._sessions[header.session, runner] = _Session(file, Shares(header))

    def join(self, runner: str, header: RecordingHeader, *, session: str) -> None:
        """Begin another gateway's share of a session."""
        found = self._sessions[session, runner]
        shift_s = found.shares.shift_s(header)
        strand = found.shares.add(header.session, str(header.context[GATEWAY]), shift_s=shift_s)
        found.file.append(sealed_events([], strand.mark(0, last=False)))

    def close(self, *, session: str, runner: str) -> Path:
        """Put the file of a finished session under its final name and return that."""
        closed = self._sessions.pop((session, runner))
        closed.file.close()
        for joined in closed.shares.strands:
            if joined != session:
                self._path(joined, runner, JOINED).touch()
        final = self._path(session, runner)
        return self._path(session, runner, UNDER_WAY).replace(final)

    def release(self) -> None:
        """Close the files of the sessions under way; `left` takes them up another time."""
        for session in self._sessions.values():
            session.file.close()
        self._sessions.clear()

    def _find(self, strand: str, runner: str) -> tuple[_Session, Strand] | None:
        for (_, who), session in self._sessions.items():
            if who == runner and strand in session.shares.strands:
                return session, session.shares.strands[strand]
        return None

    def _first(self, message: UplinkMessage) -> Received:
        """Answer a message of a session that is not under way here."""
        name = message.session
        if any(self._path(name, message.runner, end).exists() for end in ("", JOINED)):
            return Received(session=name, wanted=DONE)
        if message.number == 0:
            header = header_in(message.chunk)
            if header.session != name:
                what = "opens another session than it names"
                raise PacketError(what)
            return Received(session=name, wanted=1, opens=header)
        # Without its opening a session cannot be read; if that is gone, so is the session.
        return Received(session=name, wanted=DONE if message.oldest else 0)

    def _leave_out(self, session: _Session, strand: Strand, *, up_to: int) -> None:
        """Keep the count of chunks where some are lost for good: the samples show as a gap."""
        nothing = sealed_events([], strand.mark(up_to - 1, last=False))
        session.file.append(nothing)
        strand.wanted = up_to

    def _path(self, session: str, runner: str, more: str = "") -> Path:
        if not _is_name(session) or not _is_name(runner):
            message = "names a session or runner that cannot be a file's name"
            raise PacketError(message)
        return self._folder / f"{session}-{runner}.scue{more}"


def _again(shares: Shares, chunk: bytes) -> list[RadioEvent]:
    """Return a chunk's events and note what it says of the strands."""
    mark, events = mark_in(chunk), events_in(chunk)
    strand = shares.strands.get(shares.header.session if mark is None else mark.strand)
    if mark is not None:
        strand = strand or shares.add(mark.strand, mark.gateway, shift_s=mark.shift_s)
        strand.wanted, strand.over = mark.number + 1, mark.last
    else:
        assert strand is not None  # noqa: S101 - the opening one is always there
        strand.wanted += 1
    for event in events:
        shares.heard(strand, event)
    return events


def _is_name(text: str) -> bool:
    return bool(text) and not text.startswith(".") and not set(text) & set("/\\\0")
