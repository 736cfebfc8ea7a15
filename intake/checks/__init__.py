"""The checks: one file a requirement.

``collected`` runs and guards them all; the children that only ask a file here load no more than
that.
"""
