"""`mode=standard`: an account's or transaction's values in FDX's words and RFC 3339.

Owns which fields are brought to the standard and what happens to the bank's own word: it stays in
`fiAttributes`, so that nothing is lost; where no member of the enumeration fits, the field itself
is left out. Amounts, names and everything else stay as the bank wrote them. Called by the product
families that offer the mode; `raw` never comes here.
"""
