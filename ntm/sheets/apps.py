"""Spreadsheets in and out, whatever the subject."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "ntm.sheets"
    verbose_name = "Bảng tính"
