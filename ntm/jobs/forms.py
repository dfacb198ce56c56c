"""Asking for the file of a list."""

from django import forms


class ListFileForm(forms.Form):
    """Nothing to type: the list and its filter stand in the address."""
