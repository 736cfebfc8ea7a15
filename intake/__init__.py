"""Intake and checking of care invoices that providers without a contract mail to a Dutch
municipality.
"""
