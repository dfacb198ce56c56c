"""The members of a .xlsx file, unpacked by what is really in them and not by what the file says of itself."""

import io
import zipfile
import zlib

from ntm.sheets.reading import limits
from ntm.sheets.reading.inside.recognise import refuse_other_packages
from ntm.sheets.reading.inside.refusing import LOCKED, TOO_LARGE, Unreadable, damaged

_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_LOCAL_SIZE = 30
_ENCRYPTED = 0x1


class Archive:
    """Looks members up by their name in small letters, as spreadsheets do."""

    def __init__(self, content: bytes) -> None:
        # Counted before the list is made: the list of a million members is itself a bomb.
        if content.count(_ENTRY) > limits.MEMBERS:
            raise Unreadable(TOO_LARGE)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Unreadable(
                "Tệp bị hỏng: không mở được, có thể chưa tải hoặc chép xong. Hãy mở và lưu lại bằng Excel."
            ) from error
        self.content = content
        self.unpacked = 0
        self.members = {member.filename.lower(): member for member in members}
        self._refuse_by_claims(members)
        refuse_other_packages(self.members)
        if len(self.members) < len(members):
            # Two members of one name: programs differ in which of them they show.
            raise damaged()
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise Unreadable(LOCKED)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.members

    def read(self, name: str) -> bytes:
        """What a member holds. Raises `Unreadable` once it is larger than allowed, and if it is damaged."""
        try:
            member = self.members[name.lower()]
        except KeyError as error:
            raise damaged() from error
        head = self.content[member.header_offset : member.header_offset + _LOCAL_SIZE]
        if len(head) < _LOCAL_SIZE or not head.startswith(_LOCAL):
            raise damaged()
        start = member.header_offset + _LOCAL_SIZE
        start += int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        packed = memoryview(self.content)[start : start + member.compress_size]
        data = self._inflated(packed, member.compress_type)
        if zlib.crc32(data) != member.CRC:
            raise damaged()
        self.unpacked += len(data)
        return data

    def _inflated(self, packed: memoryview, method: int) -> bytes:
        room = limits.UNPACKED - self.unpacked
        if method == zipfile.ZIP_STORED:
            return bytes(packed)
        if method != zipfile.ZIP_DEFLATED:
            raise damaged()
        most = min(room, max(limits.MEBI, limits.RATIO * len(packed)))
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = inflater.decompress(packed, most + 1)
        except zlib.error as error:
            raise damaged() from error
        if len(data) > most:
            raise Unreadable(TOO_LARGE)
        if not inflater.eof:
            raise damaged()
        return data

    @staticmethod
    def _refuse_by_claims(members: list[zipfile.ZipInfo]) -> None:
        """What a file itself admits needs no unpacking to be refused."""
        too_dense = any(
            member.file_size > limits.MEBI and member.file_size > limits.RATIO * max(1, member.compress_size)
            for member in members
        )
        unpacked = sum(member.file_size for member in members)
        if len(members) > limits.MEMBERS or unpacked > limits.UNPACKED or too_dense:
            raise Unreadable(TOO_LARGE)


def packed_again(parts: dict[str, bytes]) -> io.BytesIO:
    """A plain archive of just these members, so that nobody unpacks anything that was not measured."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    out.seek(0)
    return out
