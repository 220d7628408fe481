"""Gives the addresses of people. The plain names are those that the sign-in library asks for."""

from django.urls import include, path, re_path

from accounts import views
from lib import routes as routes  # gives <number:…>

ours = (
    [
        path("", views.account, name="account"),
        path("ingresar/", views.sign_in, name="sign_in"),
        path("salir/", views.sign_out, name="sign_out"),
        path("salida/", views.signed_out, name="signed_out"),
        path("sesion/", views.session, name="session"),
        path("salir/de-los-demas/", views.end_other_sessions, name="end_other_sessions"),
        path("registro/", views.register, name="register"),
        path("registro/datos/", views.register_data, name="register_data"),
        path("registro/listo/", views.registered, name="registered"),
        path("primer-ingreso/", views.first_entry, name="first_entry"),
        path("primer-dia/<str:token>/", views.open_site, name="open_site"),
        path("aviso/", views.confirm_notice, name="confirm_notice"),
        path("datos/", views.correct, name="correct"),
        path("entidad/", views.change_institution, name="change_institution"),
        path("ayudar-a-ingresar/", views.help_person, name="help_person"),
        path("ayudar-a-ingresar/<str:username>/", views.give_code, name="give_code"),
        path("recuperar/codigo/", views.use_recovery_code, name="use_recovery_code"),
        path("correo/", views.change_email, name="change_email"),
        path("correo/<str:token>/", views.confirm_email, name="confirm_email"),
    ],
    "accounts",
)
urlpatterns = [
    path("", include(ours)),
    path("ingresar/", views.sign_in, name="account_login"),
    path("salir/", views.sign_out, name="account_logout"),
    path("registro/", views.register, name="account_signup"),
    path("contrasena/", views.change_password, name="account_change_password"),
    path("ingresar/codigo/", views.challenge, name="mfa_authenticate"),
    path("segundo-factor/", views.second_factor, name="mfa_index"),
    path("segundo-factor/activar/", views.activate_second_factor, name="mfa_activate_totp"),
    path("segundo-factor/quitar/", views.remove_second_factor, name="mfa_deactivate_totp"),
    path("segundo-factor/llaves/nueva/", views.add_passkey, name="mfa_add_webauthn"),
    path(
        "segundo-factor/llaves/<number:pk>/quitar/",
        views.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path("segundo-factor/codigos/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "segundo-factor/codigos/nuevos/",
        views.fresh_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("inactiva/", views.inactive, name="account_inactive"),
    path("recuperar/", views.recover, name="account_reset_password"),
    path("recuperar/enviado/", views.recover_sent, name="account_reset_password_done"),
    path("recuperar/listo/", views.new_password_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^recuperar/clave/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z\-]+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
]
