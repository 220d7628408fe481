"""Opens the chooser of norms to editors."""

from wagtail import hooks

from norms.choosers import norm_chooser_viewset


@hooks.register("register_admin_viewset")
def register_norm_chooser():
    return norm_chooser_viewset
