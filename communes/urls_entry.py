"""Addresses of the entry grid, its cells and their evidence."""

from django.urls import URLPattern

entry_urls: list[URLPattern] = []
