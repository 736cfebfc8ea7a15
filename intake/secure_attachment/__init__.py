"""The secured attachment (beveiligde bijlage): one file a container, our keys, the care lines in
it, and whose it is.
"""
