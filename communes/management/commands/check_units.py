"""Checks the register of units: the counts that the law fixes, then every rule that must hold at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from communes.selectors.soundness import FAULTS, actual_count, expected_counts, read_register


class Command(BaseCommand):
    help = (
        "Kiểm tra địa bàn: số đơn vị từng thời điểm, kế thừa, trùng mã, mồ côi. Có lỗi thì kết thúc với mã 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if self._wrong_counts() + self._faults():
            raise SystemExit(1)

    def _wrong_counts(self) -> int:
        wrong = 0
        for expected in expected_counts():
            count = actual_count(expected)
            what = f"{expected.day.isoformat()} {expected.what}"
            self.stdout.write(f"{what} {count}")
            if count != expected.count:
                wrong += 1
                self.stderr.write(f"{what}: có {count}, đúng ra là {expected.count}")
        return wrong

    def _faults(self) -> int:
        register, total = read_register(), 0
        for what, find in FAULTS.items():
            faults = list(find(register))
            self.stdout.write(f"{what} {len(faults)}")
            for fault in faults:
                self.stderr.write(f"{what}: {fault}")
            total += len(faults)
        return total
