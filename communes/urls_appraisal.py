"""Addresses of rounds, submissions, appraisal and what waits for whom."""

from django.urls import URLPattern

appraisal_urls: list[URLPattern] = []
