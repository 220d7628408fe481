"""Names who gives the training, and what a certificate says of every course.

For operators: these texts are copied into each certificate when it comes into being; a change here
touches future certificates only. The RUC of the provider is unknown and left out; write it after
the name once there is one (“Municipalidad X, RUC 20…”).
"""

PROVIDER = "Puriq"

# What article 21 of D.S. 040-2014-PCM makes every personnel office register, besides name, subject
# and duration.
TRAINING_TYPE = "Formación laboral"
MODALITY = "Virtual, a su ritmo"
COST = "Gratuito"
