"""Says in words what the trail holds, for people who read their own copy: programs get the names
that the trail keeps.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant

ACTS = {
    "account_merged": _("Cuenta unida a otra tuya"),
    "accounts_merged": _("Dos cuentas tuyas, unidas en una"),
    "attempt_given": _("Intento adicional dado"),
    "enrolled_by_list": _("Inscripción en cursos con la lista de tu entidad"),
    "enrolled_again": _("Inscripción de nuevo en un curso"),
    "enrolment_withdrawn": _("Retiro de un curso"),
    "time_given": _("Tiempo adicional dado"),
    "attempt_reopened": _("Un intento se volvió a abrir"),
    "bank_added": _("Banco de preguntas nuevo"),
    "bank_renamed": _("Cambio de título de un banco de preguntas"),
    "card_opened": _("Alguien abrió tu ficha"),
    "certificate_created": _("Certificado emitido"),
    "certificate_mended": _("Certificado arreglado"),
    "certificate_replaced": _("Certificado emitido otra vez"),
    "certificate_revoked": _("Certificado anulado"),
    "conditions_seen": _("Alguien miró qué te falta en un curso"),
    "editor_exported": _("Archivo descargado del editor"),
    "erasure_asked": _("Pedido de borrado"),
    "erasure_declined": _("Pedido de borrado que no procede"),
    "erasure_done": _("Datos borrados"),
    "erasure_reapplied": _("Datos borrados otra vez, tras restaurar una copia"),
    "erasure_request_seen": _("Alguien miró tu pedido de borrado"),
    "evidence_taken": _("Alguien sacó evidencia de lo que hiciste"),
    "erasure_withdrawn": _("Pedido de borrado retirado"),
    "figures_exported": _("Archivo de cifras descargado"),
    "first_entry_confirmed": _("Primer ingreso confirmado"),
    "help_answered": _("Pregunta de Ayuda respondida"),
    "help_handed_on": _("Pregunta de Ayuda, pasada a quien coordina"),
    "help_request_seen": _("Alguien miró lo que pediste en Ayuda"),
    "incident_closed": _("Incidente cerrado"),
    "incident_noted": _("Anotación en un incidente"),
    "incident_opened": _("Incidente abierto"),
    "letters_chosen": _("Correos que quieres recibir, elegidos"),
    "backup_restored": _("Sitio restaurado de una copia"),
    "held_letters_discarded": _("Cartas retenidas tras una restauración, descartadas"),
    "held_letters_released": _("Cartas retenidas tras una restauración, enviadas"),
    "short_messages_agreed": _("Mensajes a tu celular, aceptados"),
    "short_messages_withdrawn": _("Mensajes a tu celular, retirados"),
    "letter_sent_again": _("Carta enviada otra vez por un operador"),
    "maintenance_announced": _("Aviso de mantenimiento, puesto"),
    "maintenance_withdrawn": _("Aviso de mantenimiento, quitado"),
    "organisation_added": _("Entidad agregada"),
    "organisation_closed": _("Entidad cerrada"),
    "organisation_corrected": _("Datos de una entidad corregidos"),
    "organisation_counted": _("Personal de una entidad anotado"),
    "organisation_joined": _("Una entidad se unió a otra"),
    "organisation_merged": _("Entidad unida a otra"),
    "organisation_moved": _("Cambio de tipo o de distrito de una entidad"),
    "organisation_renamed": _("Cambio de nombre de una entidad"),
    "organisation_reopened": _("Entidad abierta otra vez"),
    "other_sessions_ended": _("Sesiones cerradas en los demás equipos"),
    "correction_refused": _("Corrección que no se pudo hacer"),
    "own_data_taken": _("Copia de tus datos descargada"),
    "password_link_given": _("Enlace dado para elegir contraseña"),
    "person_called": _("Alguien te llamó para que sigas tu curso"),
    "people_listed": _("Lista de personas abierta"),
    "people_sought": _("Búsqueda de personas"),
    "person_activated": _("Cuenta activada otra vez"),
    "person_added": _("Cuenta creada por un operador"),
    "person_changed": _("Datos cambiados por un operador"),
    "person_corrected": _("Datos corregidos"),
    "person_deactivated": _("Cuenta desactivada"),
    "person_deleted": _("Cuenta eliminada"),
    "person_document_given": _("Documento que es tuyo, puesto en tu cuenta"),
    "person_document_taken": _("Documento que es de otra persona, quitado de tu cuenta"),
    "person_found": _("Alguien te buscó para ayudarte a ingresar"),
    "person_moved": _("Cambio de entidad"),
    "person_opened": _("Alguien abrió tus datos"),
    "post_confirmed": _("Entidad confirmada por quien coordina"),
    "post_ended": _("Cargo terminado"),
    "post_put_back": _("Cargo que se terminó por error, puesto otra vez"),
    "privacy_notice_confirmed": _("Aviso de privacidad confirmado"),
    "progress_mended": _("Avance arreglado"),
    "published_without_review": _("Página publicada sin revisión"),
    "question_approved": _("Pregunta aprobada"),
    "question_returned": _("Pregunta devuelta con cambios"),
    "question_sent_again": _("Pregunta enviada otra vez a revisión"),
    "question_saved": _("Pregunta guardada"),
    "question_state_set": _("Cambio de estado de una pregunta"),
    "passkey_added": _("Llave de acceso nueva"),
    "passkey_removed": _("Llave de acceso quitada"),
    "recovery_codes_made": _("Códigos de reserva nuevos"),
    "recovery_code_issued": _("Código dado para recuperar tu contraseña"),
    "recovery_code_used": _("Código usado para recuperar tu contraseña"),
    "failed_task_put_aside": _("Tarea que falló, quitada de la lista"),
    "failed_task_repeated": _("Tarea que falló, hecha otra vez"),
    "chain_checked": _("Historial comprobado"),
    "training_exported": _("Archivo de la capacitación de una entidad, descargado"),
    "transfer_rejected": _("Traslado rechazado: vuelve a la entidad de antes"),
    "trail_searched": _("Búsqueda en el historial"),
    "trail_seen": _("Alguien miró el historial de tus datos"),
    "test_letter_sent": _("Carta de prueba enviada"),
    "registration_repeated": _("Alguien se registró con tu documento o tu correo"),
    "request_declined": _("Pedido que no procede"),
    "request_granted": _("Pedido aceptado"),
    "request_seen": _("Alguien miró un pedido tuyo"),
    "roster_outsiders_named": _("Lista que nombra a personas con cuenta fuera de su ámbito"),
    "roster_confirmed": _("Lista de personas o entidades confirmada"),
    "roster_imported": _("Lista de personas o entidades importada"),
    "roster_taken_back": _("Lista de personas o entidades deshecha"),
    "roster_undone": _("Pedido de deshacer una lista de personas"),
    "roster_uploaded": _("Lista de personas o entidades subida"),
    "slips_printed": _("Papeletas para ingresar, impresas"),
    "second_factor_activated": _("Segundo factor activado"),
    "second_factor_removed": _("Segundo factor quitado"),
    "revision_approved": _("Página aprobada"),
    "role_ended": _("Rol terminado"),
    "role_kept": _("Rol revisado: se mantiene"),
    "role_granted": _("Rol dado"),
}
# What is told to the person of the record, as others read it.
ACTS_ON_OTHERS = {
    "card_opened": _("Ficha abierta"),
    "conditions_seen": _("Requisitos de un curso de otra persona, vistos"),
    "erasure_request_seen": _("Pedido de borrado visto"),
    "evidence_taken": _("Evidencia de lo que hizo una persona, sacada del historial"),
    "help_request_seen": _("Pedido de ayuda visto"),
    "letters_chosen": _("Correos que quiere recibir, elegidos"),
    "short_messages_agreed": _("Mensajes a su celular, aceptados"),
    "short_messages_withdrawn": _("Mensajes a su celular, retirados"),
    "own_data_taken": _("Copia de sus datos descargada"),
    "person_called": _("Llamada para que siga su curso"),
    "person_document_given": _("Documento dado a quien es"),
    "person_document_taken": _("Documento quitado, que es de otra persona"),
    "person_found": _("Búsqueda para ayudar a ingresar"),
    "person_opened": _("Datos abiertos"),
    "recovery_code_issued": _("Código dado para recuperar una contraseña"),
    "recovery_code_used": _("Código usado para recuperar una contraseña"),
    "registration_repeated": _("Registro con el documento o el correo de otra cuenta"),
    "request_seen": _("Pedido visto"),
    "trail_seen": _("Historial de una persona, visto"),
}
# What the editor does to these is told by the kind alone: Wagtail names dozens of acts.
KINDS = {
    "collection": _("Cambio en una colección del editor"),
    "document": _("Cambio en un documento"),
    "image": _("Cambio en una imagen"),
    "page": _("Cambio en una página"),
    "provider": _("Cambio en la institución responsable del sitio"),
    "site": _("Cambio en la dirección del sitio"),
    "task": _("Cambio en una tarea de revisión"),
    "workflow": _("Cambio en los pasos de revisión"),
}
FACTS = {
    "document": _("Documento"),
    "email": _("Correo"),
    "first_name": _("Nombres"),
    "is_active": _("Si la cuenta está activa"),
    "last_name": _("Apellidos"),
    "post": _("Cargo"),
    # Why evidence was taken.
    "incident": _("Por un incidente"),
    "authority": _("Lo pide una autoridad"),
    "person_asks": _("Lo pide la persona dueña de los datos"),
    "review": _("Por una revisión interna"),
    **dict(RoleGrant.Role.choices),
}


def act_in_words(action: str) -> str:
    """Return what was done; a name that nobody gave words to stays as it is."""
    return str(ACTS.get(action) or KINDS.get(action.split("_")[0], action))


def act_for_others(action: str) -> str:
    """Return what was done, as somebody reads it whose record it is not."""
    return str(ACTS_ON_OTHERS.get(action) or act_in_words(action))


def acts_for_others() -> dict[str, str]:
    """Return every act that has words of its own, as others read it."""
    return {action: act_for_others(action) for action in ACTS}


def facts_in_words(details: dict[str, Any]) -> str:
    """Return which data were changed, which role it was, or why evidence was taken; keys and
    numbers of rows tell a person nothing.
    """
    names = [*details.get("fields", ()), details.get("role"), details.get("why")]
    return ", ".join(str(FACTS[name]) for name in names if name in FACTS)
