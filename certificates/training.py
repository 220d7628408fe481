"""Names what a certificate says of every course.

For operators: these texts are copied into each certificate when it comes into being; a change here
touches future certificates only. Who gives the training is on the screen of the institution behind
the site (provider/models.py).
"""

# What article 21 of D.S. 040-2014-PCM makes every personnel office register, besides name, subject
# and duration.
TRAINING_TYPE = "Formación laboral"
MODALITY = "Virtual, a su ritmo"
COST = "Gratuito"
