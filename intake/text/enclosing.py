"""Words by which a letter says that an invoice is enclosed, as pieces of regular expressions."""

BILL = r"(?:factu+r|faktuur|nota|declaratie|rekening|invoice|rechnung)"
ENCLOSED = (
    r"(?:hierbij|hiermee|bijgaand|bijgevoegd|bijgesloten|ingesloten|(?:in|als) (?:de |een )?bijlage"
    r"|attached|enclosed|please find|anbei|im anhang|beigef[uü]gt|beiliegend)"
)
