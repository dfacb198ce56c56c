"""Pages that write: a token makes a double click harmless, a version makes a lost update impossible."""

import logging
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView

from ntm.audit import receipts
from ntm.audit.conflicts import conflict_of
from ntm.audit.log import writing
from ntm.core.access import AccessMixin
from ntm.core.errors import Closed, NotAllowed, Refused, Stale

logger = logging.getLogger("ntm.audit")

DAMAGED = "Biểu này đã hỏng hoặc quá cũ; hãy mở lại trang."
_STATUS = {NotAllowed: 403, Closed: 409}


def with_token(form: Any, *, required: bool = True) -> Any:
    """The form with the hidden token of a `CreatePage`, for pages that hold several forms."""
    form.fields["token"] = forms.UUIDField(
        initial=uuid.uuid4,
        required=required,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "required"), DAMAGED),
    )
    return form


class FormPage(AccessMixin, FormView):  # type: ignore[type-arg]
    """A form in the standard layout. `perform(form)` calls the verb and returns where to go next.

    A verb's refusal is shown beside its field and everything typed stays (422; 403 for `NotAllowed`, 409 for
    `Closed`).
    """

    title = ""
    submit_label = "Lưu"
    success_message = ""
    template_name = "layouts/form.html"

    def get_title(self) -> str:
        return self.title

    def get_cancel_url(self) -> str:
        return "/"

    def perform(self, form: Any) -> str:
        """Do it; return the address to show next. May raise `Refused`."""
        raise NotImplementedError

    def run(self, form: Any) -> str:
        return self.perform(form)

    def run_once(self, form: Any) -> str:
        """With the form's token used up in the verb's own transaction."""
        with writing():
            content = receipts.content_of(self.request)
            receipt = receipts.use(form.cleaned_data["token"], self.request.user, content)
            url = self.perform(form)
            receipts.finish(receipt, url)
        return url

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            url = self.run(form)
        except Refused as refusal:
            return self.refuse(form, refusal)
        except IntegrityError:
            logger.info("The database refused what the checks had passed.", exc_info=True)
            return self.refuse(form, Refused(receipts.RACE))
        if self.success_message:
            messages.success(self.request, self.success_message)
        return HttpResponseRedirect(url)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def refuse(self, form: Any, refusal: Refused) -> HttpResponse:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        response = self.form_invalid(form)
        if response.status_code == 422:
            response.status_code = _STATUS.get(type(refusal), 422)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.get_title(), submit_label=self.submit_label, cancel_url=self.get_cancel_url(), **kwargs
        )


class CreatePage(FormPage):
    """A form that creates. The hidden token is used up in the verb's own transaction: the second click of two
    finds the receipt of the first and goes where that one went. Other content under a used-up token: 409."""

    def get_form(self, form_class: Any = None) -> Any:
        return with_token(super().get_form(form_class))

    def run(self, form: Any) -> str:
        return self.run_once(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Refused perhaps only because the first of two clicks has stored what this one brings."""
        token = form.data.get(form.add_prefix("token"))
        done = receipts.earlier(token, self.request.user)
        if done is None:
            return super().form_invalid(form)
        if done.content == receipts.content_of(self.request):
            return HttpResponseRedirect(done.url)
        form.errors.clear()
        form.add_error(None, receipts.AlreadyDone(done.url).message)
        return self.render_to_response(self.get_context_data(form=form), status=409)


class EditPage(FormPage):
    """A form over a versioned row. Saved from an old version: 409, both values, and what was typed kept.

    The second of two clicks goes where the first one went, also where the row can no longer be changed then. A
    script may send a form without a token; it is held by the version alone.
    """

    conflict_template = "layouts/conflict.html"

    def get_object(self) -> Any:
        """The row, only among those the user may see."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object: Any = None
        return super().dispatch(request, *args, **kwargs)

    def setup_object(self) -> Any:
        if self.object is None:
            self.object = self.get_object()
        return self.object

    def get_form(self, form_class: Any = None) -> Any:
        row = self.setup_object()
        form = super().get_form(form_class)
        form.fields["version"] = forms.IntegerField(initial=row.version, widget=forms.HiddenInput)
        return with_token(form, required=False)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.first_click() or super().post(request, *args, **kwargs)

    def run(self, form: Any) -> str:
        token = form.cleaned_data.get("token")
        # Other content under a used-up token: the version says what has changed since.
        once = token and receipts.earlier(token, self.request.user) is None
        return self.run_once(form) if once else self.perform(form)

    def first_click(self) -> HttpResponse | None:
        """The way to where an earlier click with the same token and content went; None: there was none."""
        done = receipts.earlier(self.request.POST.get("token", ""), self.request.user)
        if done is None or done.content != receipts.content_of(self.request):
            return None
        return HttpResponseRedirect(done.url)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as stale:
            return self.first_click() or self.conflict(form, stale.current)

    def refuse(self, form: Any, refusal: Refused) -> HttpResponse:
        return self.first_click() or super().refuse(form, refusal)

    def conflict(self, form: Any, current: Any) -> HttpResponse:
        """The form again with the row's new version in it, and a table of typed against stored."""
        data = form.data.copy()
        data[form.add_prefix("version")] = current.version
        again = type(form)(data, **{k: v for k, v in self.get_form_kwargs().items() if k != "data"})
        with_token(again, required=False).fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        context = self.get_context_data(form=again) | {
            "conflict": conflict_of(form, current),
            "reload_url": self.request.path,
        }
        return TemplateResponse(self.request, self.conflict_template, context, status=409)


def safe_next(request: HttpRequest, default: str) -> str:
    """Where the form was opened from, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and ours else default
