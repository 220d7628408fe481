"""Notes in the trail what the editor does to several files at once."""

from wagtail import hooks

from content.models import CustomDocument, CustomImage
from operations.editor_changes import note_act_on_file


@hooks.register("after_bulk_action")
def note_files_by_the_dozen(request, action_type, objects, action_class_instance) -> None:
    """Leave one line for each file that got a tag or another collection; Wagtail stores both
    without saving the file.
    """
    if action_type != "delete" and action_class_instance.model in {CustomDocument, CustomImage}:
        for file in objects:
            note_act_on_file(file, "changed", request.user.learner_key)
