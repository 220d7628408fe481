from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_posts_that_somebody_ended'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='unread_notices',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
