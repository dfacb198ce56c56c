"""Load the reference and demonstration data, and the demonstration accounts."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from communes.loading.reference import load_reference
from communes.models import Place
from funding.loading import load_allocations, load_amounts, load_purposes, load_sources
from ntm.audit.commands import RecordedCommand
from ntm.core.bulk import without_collecting
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.reports.demonstration import recognitions, results
from ntm.reports.demonstration.accounts import load_accounts
from targets.loading import Named, home_province, load_plans


class Command(RecordedCommand):
    """Safe to repeat: what is there stays as it is, except passwords when `DEMO_PASSWORD` says so."""

    help = "Nạp dữ liệu tham chiếu, dữ liệu dùng thử và các tài khoản dùng thử (chạy lại không đổi gì)."

    @without_collecting()
    def work(self, **options: Any) -> None:
        self._refuse_real_server()
        load_reference()
        load_sources()
        load_purposes()
        province = self._home_province()
        chosen = recognitions.chosen_communes(province)
        recognitions.load_difficulties(province, chosen)
        registered = Named(
            "ntm", recognitions.registered_units(province, chosen), Trust.ILLUSTRATIVE, recognitions.RULE
        )
        load_plans({recognitions.YEAR: [registered]})
        load_amounts()
        load_allocations()
        recognitions.load_recognitions(province, chosen)
        results.load_results(province, chosen)
        lines = load_accounts(province, chosen.ntm_new[:2], os.environ.get("DEMO_PASSWORD", ""))
        for line in lines:
            self.stdout.write(line)

    @staticmethod
    def _home_province() -> Place:
        try:
            return home_province()
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    @staticmethod
    def _refuse_real_server() -> None:
        """The trial's accounts share one password and its rows are partly illustrative: never beside real work."""
        if settings.HTTPS:
            raise CommandError(
                "Cấu hình này là của máy chủ thật (HTTPS=on) nên không nạp dữ liệu và tài khoản dùng thử. "
                "Muốn dùng thử, đặt HTTPS=off trong một bản cài riêng."
            )
