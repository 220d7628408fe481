"""Reads what authors and reviewers of questions send."""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from accounts.free_texts import WarnsOfDocuments
from content.addresses import plain_slug
from courses.models import CoursePage, LessonPage, ModulePage
from lib.folding import folded
from lib.text_fields import FreeTextField, LineField
from norms.models import Norm
from questions.kinds import kind_labels
from questions.kinds.choices.content import MOST_CHOICES, Choice, choices_in, content_with
from questions.models import Bank, Question
from questions.models.topic import TopicFormField
from questions.question_rules import QuestionContent, problems_of, tidied
from questions.services import Opened


class FindForm(forms.Form):
    """What an author looks for in a bank: words and a state; what is neither finds as if it were
    empty.
    """

    q = LineField(required=False)
    estado = forms.ChoiceField(choices=Question.ShownState.choices, required=False)
    pagina = forms.IntegerField(min_value=1, max_value=10**6, required=False)

    def found(self, name: str) -> Any:
        """Return what was sent for one field, or nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class StateForm(forms.Form):
    """The state a question is to have, and the one that its screen showed."""

    state = forms.ChoiceField(choices=Question.State.choices)
    opened = forms.CharField(max_length=8, required=False)


class SendAgainForm(forms.Form):
    """The version that its author sends to review again as it is."""

    number = forms.IntegerField(min_value=1)


class NormField(forms.ModelChoiceField):
    """Lets an author choose a norm by its code, number and title, with the day up to which its text
    is known; one that is not in force says so.
    """

    def label_from_instance(self, norm: Norm) -> str:
        known = _("texto al %(day)s") % {"day": date_format(norm.known_on, "SHORT_DATE_FORMAT")}
        state = "" if norm.is_in_force else f" · {norm.get_state_display()}"
        return f"{norm.code} · {norm.cited}{state} · {known}"


class BankForm(forms.ModelForm):
    """The title of a bank of questions; its short name is made from the first one and does not
    change.
    """

    class Meta:
        model = Bank
        fields = ["title"]
        field_classes = {"title": LineField}

    # The bank that people would take for this one: its title is the same but for capitals and
    # accents.
    same: Bank | None = None

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        others = Bank.objects.exclude(pk=self.instance.pk)
        self.same = next((bank for bank in others if folded(bank.title) == folded(title)), None)
        if not any(letter.isalnum() for letter in title):
            raise forms.ValidationError(_("Escribe el título con letras o números."))
        if self.same:
            raise forms.ValidationError(
                _(
                    "Ya hay un banco con ese título, y nadie los distinguiría. Escribe otro, o "
                    "usa el que ya existe."
                )
            )
        return title

    def save(self, commit: bool = True) -> Bank:
        if self.instance.pk:
            return super().save(commit)
        slugs = set(Bank.objects.values_list("slug", flat=True))
        self.instance.slug = plain_slug(self.instance.title, _("banco"), slugs)
        return super().save(commit)


class QuestionReviewForm(WarnsOfDocuments):
    """What a reviewer decided about the version before their eyes; sending back, and approving
    alone, need a comment.
    """

    free_texts = ("comment",)

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    decision = forms.ChoiceField(
        choices=[("approve", gettext_lazy("Aprueba")), ("return", gettext_lazy("Devuelve"))]
    )
    comment = FreeTextField(
        label=gettext_lazy("Comentario"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.needs_reason = needs_reason

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("comment") and (self.needs_reason or data.get("decision") == "return"):
            self.add_error("comment", _("Escribe por qué: quien la escribió lo leerá."))
        return data


def offered_lessons(current: str) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the lessons an author may name, by module; the one a question names already stays,
    even when its page is gone.
    """
    steplen = LessonPage.steplen
    titles = dict(Page.objects.type(CoursePage, ModulePage).values_list("path", "title"))
    groups: dict[str, list[tuple[str, str]]] = {}
    keys = set()
    for key, path, title in (
        LessonPage.objects.filter(alias_of=None)
        .order_by("path")
        .values_list("translation_key", "path", "title")
    ):
        module = path[:-steplen]
        names = [titles[place] for place in (module[:-steplen], module) if place in titles]
        groups.setdefault(" · ".join(names), []).append((str(key), title))
        keys.add(str(key))
    former = (
        [(current, _("La que tenía: ya no está en el sitio"))]
        if current and current not in keys
        else []
    )
    return [("", _("Ninguna")), *former, *groups.items()]


class QuestionForm(forms.Form):
    """A question with up to six choices, as plain rows.

    `key` and `expected` keep a double press from making two; `expected` and what is named `opened_`
    say what its author had before their eyes.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    opened_state = forms.CharField(widget=forms.HiddenInput, max_length=8, required=False)
    opened_topic = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Tipo"), choices=kind_labels)
    stem = FreeTextField(
        label=gettext_lazy("Enunciado"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    feedback = FreeTextField(
        label=gettext_lazy("Explicación"),
        help_text=gettext_lazy("Por qué, en una o dos frases, con la base legal o práctica."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    norm = NormField(
        label=gettext_lazy("Norma que la respalda"),
        queryset=Norm.objects.order_by("code"),
        required=False,
        empty_label=gettext_lazy("Ninguna"),
    )
    locator = LineField(label=gettext_lazy("Artículos"), max_length=120, required=False)
    source = LineField(
        label=gettext_lazy("Fuente"),
        help_text=gettext_lazy("Para quien revisa; no se muestra a quien responde."),
        max_length=300,
        required=False,
    )
    topic = TopicFormField(label=gettext_lazy("Tema"), max_length=60, required=False)
    lesson = forms.ChoiceField(
        label=gettext_lazy("Lección que lo enseña"),
        help_text=gettext_lazy("La recomendamos a quien todavía no acierta."),
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Estado"), choices=Question.State.choices, initial=Question.State.DRAFT
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.differences: list[Difference] = []
        self.fields["lesson"].choices = offered_lessons(self.initial.get("lesson", ""))
        for place, letter in enumerate(ascii_uppercase[:MOST_CHOICES]):
            label = _("Opción %(letter)s") % {"letter": letter}
            self.fields[f"choice_{place}"] = LineField(
                label=label, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"correct_{place}"] = forms.BooleanField(
                label=_("Es correcta"), required=False
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The choices: text and mark."""
        return [
            (self[f"choice_{place}"], self[f"correct_{place}"]) for place in range(MOST_CHOICES)
        ]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every error once, with the identifier of the field it leads to."""
        return [
            (f"#{self[name if name in self.fields else 'choice_0'].id_for_label}", str(error))
            for name, errors in self.errors.items()
            for error in errors
        ]

    def opened(self) -> Opened:
        """Return what its author had before their eyes."""
        data = self.cleaned_data
        return Opened(data["expected"], data["opened_state"], data["opened_topic"])

    def is_newly_opened(self, question: Question) -> list[str]:
        """Let a form that came too late be one of what is stored now.

        What its author did not touch becomes what the other person chose, so that saving again
        does not take that back. Returns those fields, as people read them.
        """
        stored = initial_of(question)
        taken = [
            name
            for name in ("state", "topic")
            if self.cleaned_data[name] == self.cleaned_data[f"opened_{name}"] != stored[name]
        ]
        names = ["expected", "opened_state", "opened_topic", *taken]
        self.data = {**self.data, **{name: stored[name] for name in names}}
        self.cleaned_data |= {name: stored[name] for name in taken}
        return [f"{self.fields[name].label}: {', '.join(_told(self, name))}" for name in taken]

    def content(self) -> QuestionContent:
        """Return what the author wrote."""
        data = self.cleaned_data
        choices = tuple(
            Choice(" ".join(data[f"choice_{place}"].split()), data[f"correct_{place}"])
            for place in range(MOST_CHOICES)
        )
        return QuestionContent(
            content=content_with(choices),
            norm=data["norm"].code if data["norm"] else "",
            **{
                name: data[name]
                for name in ("kind", "stem", "feedback", "locator", "source", "lesson")
            },
        )

    def clean(self) -> dict[str, Any]:
        """Tell every problem of the question at once, beside the field it belongs to."""
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in problems_of(self.content()):
                self.add_error(
                    None if problem.field == "choices" else problem.field, problem.message
                )
            self.refuse_marks_of_nothing()
        return data

    def refuse_marks_of_nothing(self) -> None:
        """Tell which empty choice is marked: an empty one is left out, and its mark would go with
        it unsaid.
        """
        sentence = _(
            "Marcaste como correcta la opción %(letter)s, que está vacía. Escríbela o quita la "
            "marca."
        )
        for place, letter in enumerate(ascii_uppercase[:MOST_CHOICES]):
            text = self.cleaned_data.get(f"choice_{place}", "")
            if self.cleaned_data.get(f"correct_{place}") and not text.strip():
                self.add_error(None, sentence % {"letter": letter})


@dataclass(frozen=True)
class Difference:
    """One field that two people wrote differently: what the other one stored, and what this form
    says, line by line.
    """

    label: str
    theirs: list[str]
    mine: list[str]


def differences_from(question: Question, form: QuestionForm) -> list[Difference]:
    """Return where a valid form differs from what is stored by now, in the order of the form."""
    theirs = QuestionForm(initial_of(question), initial=initial_of(question))
    theirs.is_valid()
    names = (
        "kind",
        "stem",
        "choices",
        "feedback",
        "norm",
        "locator",
        "source",
        "topic",
        "lesson",
        "state",
    )
    differences = []
    for name in names:
        label = str(_("Opciones") if name == "choices" else form.fields[name].label)
        difference = Difference(label, _told(theirs, name), _told(form, name))
        if difference.theirs != difference.mine:
            differences.append(difference)
    return differences


def _told(form: QuestionForm, name: str) -> list[str]:
    """Return a field as people read it, line by line."""
    if name == "choices":
        choices = choices_in(tidied(form.content()).content)
        return [
            f"{choice.text} ({_('correcta')})" if choice.is_correct else choice.text
            for choice in choices
        ]
    value = form.cleaned_data.get(name)
    if name in {"kind", "state", "lesson"}:
        return [_choice_label(form.fields[name].choices, value)]
    return str(value or "—").splitlines()


def _choice_label(choices: Any, value: str) -> str:
    flat = [
        pair
        for key, label in choices
        for pair in (label if isinstance(label, list) else [(key, label)])
    ]
    return str(dict(flat).get(value, "—"))


def initial_of(question: Question) -> dict[str, Any]:
    """Return the form's values of a stored question."""
    values: dict[str, Any] = {
        "key": question.key,
        "expected": 0,
        "topic": question.topic,
        "state": question.state,
        "opened_topic": question.topic,
        "opened_state": question.state,
    }
    if question.current is None:
        return values
    names = ("kind", "stem", "feedback", "norm", "locator", "source")
    values |= {
        "expected": question.current.number,
        **{name: getattr(question.current, name) for name in names},
    }
    values["lesson"] = str(question.current.lesson_key or "")
    for place, choice in enumerate(choices_in(question.current.content)):
        values |= {f"choice_{place}": choice.text, f"correct_{place}": choice.is_correct}
    return values
