"""Addresses of criteria sets, thresholds and duties."""

from django.urls import URLPattern

criteria_urls: list[URLPattern] = []
