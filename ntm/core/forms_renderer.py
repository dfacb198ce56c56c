"""How every form is drawn: label, help, error, control, in that order, from the project's own templates."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Set as FORM_RENDERER. The widgets stay Django's own, so the admin keeps working."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
