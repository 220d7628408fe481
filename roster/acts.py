"""Lists what can be changed in another person's account, and says in words what was, or why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.corrections import (
    HoldsRole,
    NothingChanges,
    activate_person,
    correct_email,
    correct_name,
    deactivate_person,
    end_post,
    give_document,
    settle_document,
    take_second_factor,
    transfer_person,
)
from accounts.merging import AlreadyMerged, SameAccount, merge_people
from accounts.models import User
from accounts.permissions import STEWARDS, Role
from accounts.role_acts import ServesNowhere, give_role, make_liaison, take_role
from accounts.services import BeyondTheCeiling, LastOperator, PostBeganLater
from certificates.on_behalf import replace_for, revoke_for
from learning.services import CourseClosed, NotInOutline, enrol_again, withdraw_person
from lib.letters import leads_out
from privacy.erasure import ErasureWaits
from quizzes.services import AttemptIsOpen, NeedsNoAttempt, NeedsNoTime, give_attempt, give_time
from roster.forms import (
    ClaimForm,
    DocumentForm,
    EmailForm,
    LiaisonForm,
    MergeForm,
    NameForm,
    PostForm,
    ReasonForm,
)
from roster.leaving_forms import PostEndForm
from roster.study_forms import (
    AttemptForm,
    CertificateForm,
    DepartureForm,
    OutdatedCertificateForm,
    ReturnForm,
    RevokedCertificateForm,
    TimeForm,
)


def _told_of_email() -> str:
    """Return what another e-mail means: no letter is promised where none leaves the site."""
    if leads_out():
        return _(
            "A ese correo le llega el enlace para elegir contraseña: comprueba que es suyo. Al "
            "correo de antes le llegará un aviso."
        )
    return _(
        "Desde ahora ingresa también con ese correo: comprueba que es suyo. Este sitio todavía no "
        "envía correos: díselo tú."
    )


told_of_email = lazy(_told_of_email, str)


@dataclass(frozen=True)
class Act:
    """One act on an account: its form and how that begins, what does it, and what is told before
    and afterwards.

    `taken` names the field that another account may have already; `roles` are those that do it.
    """

    title: Any
    form: type[ReasonForm]
    do: Callable[..., object]
    done: Any
    button: Any = ""
    told_before: Any = ""
    taken: str = ""
    roles: tuple[str, ...] = STEWARDS
    initial: Callable[[User], dict[str, Any]] = lambda person: {}


MOVE = Act(
    title=gettext_lazy("Cambia su entidad o su cargo"),
    form=PostForm,
    do=transfer_person,
    done=gettext_lazy("Guardamos su entidad y su cargo."),
)
MERGE = Act(
    title=gettext_lazy("Une dos cuentas"),
    form=MergeForm,
    do=merge_people,
    done=gettext_lazy("Unimos las dos cuentas: todo está en esta ficha."),
    button=gettext_lazy("Une las dos cuentas"),
    told_before=gettext_lazy(
        "Solo si las dos son de la misma persona. Todo lo que hizo con ambas queda en una ficha, y "
        "no se deshace."
    ),
)
GIVE_ROLE = Act(
    title=gettext_lazy("Dale un rol"),
    form=ReasonForm,
    do=give_role,
    done=gettext_lazy("Guardamos su rol."),
    button=gettext_lazy("Da el rol"),
    told_before=gettext_lazy(
        "Da lo menos que haga falta, y hasta cuándo. Si ya tiene ese rol, cambian dónde vale y su "
        "último día."
    ),
)
END_ROLE = Act(
    title=gettext_lazy("Quita un rol"),
    form=ReasonForm,
    do=take_role,
    done=gettext_lazy("Quitamos el rol desde hoy."),
    button=gettext_lazy("Quita el rol"),
    told_before=gettext_lazy("Deja de valer ahora mismo. Lo que hizo con él queda."),
)
ACTS: dict[str, Act] = {
    "nombre": Act(
        title=gettext_lazy("Corrige su nombre"),
        form=NameForm,
        do=correct_name,
        done=gettext_lazy("Corregimos su nombre."),
        told_before=gettext_lazy(
            "Escríbelo como está en su documento. Los certificados que ya tiene no cambian solos: "
            "los emites otra vez en su ficha, o esta persona en «Certificados»."
        ),
        initial=lambda person: {"first_name": person.first_name, "last_name": person.last_name},
    ),
    "documento": Act(
        title=gettext_lazy("Corrige o agrega su documento"),
        form=DocumentForm,
        do=give_document,
        done=gettext_lazy("Guardamos su documento."),
        told_before=gettext_lazy(
            "Desde ahora ingresa con este número. Los certificados que ya tiene no cambian solos: "
            "los emites otra vez en su ficha, o esta persona en «Certificados»."
        ),
        taken="number",
        initial=lambda person: {"document_type": person.document_type or "dni"},
    ),
    "documento-suyo": Act(
        title=gettext_lazy("Dale un documento que tiene otra cuenta"),
        form=ClaimForm,
        do=settle_document,
        done=gettext_lazy("El documento ya está en su cuenta. Los dos recibirán un aviso."),
        button=gettext_lazy("Da el documento"),
        told_before=gettext_lazy(
            "Solo con el documento a la vista, y si sabes que es de esta persona. Antes de "
            "quitárselo a la otra cuenta te decimos de quién es. Tu motivo queda en las dos fichas."
        ),
        taken="number",
        initial=lambda person: {"document_type": person.document_type or "dni"},
    ),
    "correo": Act(
        title=gettext_lazy("Corrige su correo"),
        form=EmailForm,
        do=correct_email,
        done=gettext_lazy("Guardamos su correo."),
        told_before=told_of_email(),
        taken="email",
        initial=lambda person: {"email": person.email},
    ),
    "intento": Act(
        title=gettext_lazy("Dale un intento más"),
        form=AttemptForm,
        do=give_attempt,
        done=gettext_lazy("Le diste un intento más: ya puede empezarlo."),
        button=gettext_lazy("Da el intento"),
        told_before=gettext_lazy(
            "Puede empezarlo ahora mismo y cuando quiera, sin esperar. Avísale: no le llega un "
            "correo."
        ),
    ),
    "tiempo": Act(
        title=gettext_lazy("Dale más tiempo"),
        form=TimeForm,
        do=give_time,
        done=gettext_lazy("Le diste más tiempo."),
        button=gettext_lazy("Da el tiempo"),
        told_before=gettext_lazy(
            "Si tiene un intento abierto, se cierra más tarde desde ahora. Si no, vale para el "
            "próximo que empiece. Avísale: no le llega un correo."
        ),
    ),
    "retirar": Act(
        title=gettext_lazy("Retírala de un curso"),
        form=DepartureForm,
        do=withdraw_person,
        done=gettext_lazy("La retiramos del curso. Le llegará un aviso."),
        button=gettext_lazy("Retira del curso"),
        told_before=gettext_lazy(
            "Deja de verlo en sus cursos, y su intento abierto se cierra sin nota. Lo que hizo "
            "queda guardado: si la inscribes otra vez, sigue donde estaba."
        ),
    ),
    "inscribir": Act(
        title=gettext_lazy("Inscríbela otra vez"),
        form=ReturnForm,
        do=enrol_again,
        done=gettext_lazy("La inscribimos otra vez. Le llegará un aviso."),
        button=gettext_lazy("Inscribe otra vez"),
        told_before=gettext_lazy(
            "Sigue donde estaba cuando se la retiró, con los intentos que le quedaban. Si no había "
            "hecho nada, empieza por el primer paso."
        ),
    ),
    "emitir-certificado": Act(
        title=gettext_lazy("Emite otra vez su certificado"),
        form=OutdatedCertificateForm,
        do=replace_for,
        done=gettext_lazy("Emitimos su certificado otra vez. Le llegará un aviso."),
        button=gettext_lazy("Emite otra vez"),
        told_before=gettext_lazy(
            "El nuevo lleva su nombre y su documento de hoy. El anterior dirá «Reemplazado» y "
            "llevará al nuevo."
        ),
    ),
    "revocar-certificado": Act(
        title=gettext_lazy("Revoca su certificado"),
        form=CertificateForm,
        roles=(Role.OPERATOR,),
        do=revoke_for,
        done=gettext_lazy("Revocamos su certificado. Le llegará un aviso."),
        button=gettext_lazy("Revoca el certificado"),
        told_before=gettext_lazy(
            "Deja de valer ahora mismo, y quien lo verifique lo verá. Esta persona lee el motivo. "
            "Si fue un error, emítelo otra vez en su ficha."
        ),
    ),
    "reponer-certificado": Act(
        title=gettext_lazy("Emite otra vez un certificado revocado"),
        form=RevokedCertificateForm,
        roles=(Role.OPERATOR,),
        do=replace_for,
        done=gettext_lazy("Emitimos su certificado otra vez. Le llegará un aviso."),
        button=gettext_lazy("Emite otra vez"),
        told_before=gettext_lazy(
            "El nuevo vale y lleva otro código. El revocado dirá «Reemplazado» y llevará al nuevo."
        ),
    ),
    "fin-del-cargo": Act(
        title=gettext_lazy("Termina su cargo"),
        form=PostEndForm,
        do=end_post,
        done=gettext_lazy("Terminamos su cargo. Le llegará un aviso."),
        button=gettext_lazy("Termina el cargo"),
        told_before=gettext_lazy(
            "Si pasa a otra entidad, cambia su entidad en vez de esto. Sin entidad sigue en sus "
            "cursos, la ve solo quien opera todo el país, y deja de ser enlace si lo era. Si te "
            "equivocas, pones su cargo otra vez durante 30 días, en la página de la entidad."
        ),
    ),
    "enlace": Act(
        title=gettext_lazy("Hazla enlace de su entidad"),
        form=LiaisonForm,
        do=make_liaison,
        done=gettext_lazy("Ya es enlace de su entidad."),
        button=gettext_lazy("Hazla enlace"),
        told_before=gettext_lazy(
            "Verá la ficha y las listas para llamar de quienes trabajan en su entidad, y de nadie "
            "más. No cambia datos ni da roles."
        ),
    ),
    "segundo-factor": Act(
        title=gettext_lazy("Quita su segundo factor"),
        form=ReasonForm,
        roles=(Role.OPERATOR,),
        do=take_second_factor,
        done=gettext_lazy("Quitamos su segundo factor y cerramos sus sesiones."),
        button=gettext_lazy("Quita el segundo factor"),
        told_before=gettext_lazy(
            "Solo si perdió su teléfono y sus códigos de reserva, y sabes que es esa persona quien "
            "lo pide: desde ahora basta su contraseña. Si es operadora, activa otro al ingresar."
        ),
    ),
    "desactivar": Act(
        title=gettext_lazy("Desactiva su cuenta"),
        form=ReasonForm,
        do=deactivate_person,
        done=gettext_lazy("Desactivamos su cuenta y cerramos sus sesiones."),
        button=gettext_lazy("Desactiva la cuenta"),
        told_before=gettext_lazy(
            "No podrá ingresar y sus sesiones se cierran ahora. Su avance y sus certificados "
            "quedan; puedes activarla otra vez."
        ),
    ),
    "activar": Act(
        title=gettext_lazy("Activa su cuenta otra vez"),
        form=ReasonForm,
        do=activate_person,
        done=gettext_lazy("Activamos su cuenta: ya puede ingresar."),
        button=gettext_lazy("Activa la cuenta"),
        told_before=gettext_lazy("Podrá ingresar con la contraseña que tenía."),
    ),
}
# What the trail calls a field that another account has already.
FIELDS_TAKEN = {"number": "document", "email": "email"}


# Why an act is not done, told where it was asked for; others say it themselves.
REFUSALS: dict[type[Exception], Any] = {
    AlreadyMerged: gettext_lazy(
        "Una de las dos ya se unió a otra cuenta. Búscala por su documento o su correo y mira en "
        "qué ficha está."
    ),
    AttemptIsOpen: gettext_lazy(
        "Tiene un cuestionario abierto en una de las cuentas, y lo que responde se perdería. Une "
        "las cuentas cuando lo entregue. Si ya no lo hará, retírala de ese curso en su ficha."
    ),
    ErasureWaits: gettext_lazy(
        "Desde una de las cuentas pidió que se borren sus datos. Une las cuentas cuando un "
        "operador responda ese pedido."
    ),
    SameAccount: gettext_lazy("Es la misma cuenta: elige la otra."),
    CourseClosed: gettext_lazy(
        "El curso está cerrado: nadie se inscribe mientras no se publique otra vez."
    ),
    HoldsRole: gettext_lazy(
        "Tiene un rol, y con su correo se entra a ese rol. Lo cambia esta persona en «Mi cuenta», "
        "o termina primero su rol."
    ),
    LastOperator: gettext_lazy(
        "Es la única persona con el rol de operador sin fecha de fin: sin ella nadie podría dar "
        "roles. Da antes ese rol a otra persona, en todo el país y sin fecha de fin."
    ),
    NeedsNoAttempt: gettext_lazy(
        "No le diste otro intento: ya aprobó, tiene uno abierto o por calificar, o puede empezar "
        "uno ahora."
    ),
    NeedsNoTime: gettext_lazy(
        "No le diste más tiempo: ya aprobó, el cuestionario no tiene límite, o no le queda ningún "
        "intento. En ese caso dale antes un intento más."
    ),
    NothingChanges: gettext_lazy("Así está ya: no cambiaste nada."),
    NotInOutline: gettext_lazy(
        "Ese cuestionario ya no está en el curso. Mira en su ficha qué le falta."
    ),
    PostBeganLater: gettext_lazy(
        "Su cargo empezó después de ese día. Mira en su ficha desde cuándo, y escribe otro día."
    ),
    ServesNowhere: gettext_lazy(
        "No trabaja en ninguna entidad. Pon antes dónde trabaja, en su ficha."
    ),
}


def refusal_of(error: Exception) -> str:
    """Return why an act was not done, and what to do."""
    if isinstance(error, BeyondTheCeiling):
        return _(
            "La otra cuenta tiene un rol que tú no puedes quitar, o es la tuya. Las une quien "
            "tiene un rol más amplio: escribe en «Ayuda»."
        )
    return str(REFUSALS.get(type(error), error))


def refusal_of_taken(field: str) -> str:
    """Return that another account has the same, without naming it, and what to do."""
    if field == "number":
        return _(
            "Ese documento ya está en otra cuenta. Compara el número con el documento a la vista. "
            "Si las dos cuentas son suyas, únelas desde su ficha; si la otra es de otra persona, "
            "dale ahí su documento. Si la otra no es de tu ámbito, escribe en «Ayuda»."
        )
    return _(
        "Ese correo ya está en otra cuenta. Compruébalo con la persona. Si es el suyo, quizá "
        "tiene dos cuentas: únelas desde su ficha. Si no encuentras la otra, escribe en «Ayuda»."
    )
