from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_transfers_may_be_rejected'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='unread_notices',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='Counted by the room of notices; here because each page reads this row anyhow'),
        ),
    ]
