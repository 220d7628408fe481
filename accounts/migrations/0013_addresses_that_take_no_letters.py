from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_people_know_how_much_they_have_not_read'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='bounced_email',
            field=models.EmailField(blank=True, default='', editable=False, max_length=254),
        ),
    ]
