"""The movements on an account that nobody wrote down: rows made from a plan in a data file.

Owns the plans' schema, the habits behind them (pay, rent, groceries, card bills, instalments,
contributions) and the books kept of them: a row belongs to a day, depends on the person and that
day alone, and so stays the same row whenever it is asked for. A transfer is written in both
accounts with opposite amounts, and every account ends at the balance its plan names. It never
reads a clock nor the ambient randomness and never writes anything; `mikomo.person_file` calls it.
"""
