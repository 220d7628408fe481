from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("quizzes", "0005_count_the_attempts_that_were_given")]

    operations = [migrations.RemoveField(model_name="attempt", name="opens_another")]
