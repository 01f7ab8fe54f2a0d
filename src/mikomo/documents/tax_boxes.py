"""The boxes of the tax forms that the bank has a layout for: number, label, field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """How a form is called and what its boxes are, in their order."""

    name: str
    title: str
    payer: str
    recipient: str
    boxes: tuple[tuple[str, str, str], ...]


_STATE = (
    ("", "State and local", "stateAndLocal"),
    ("", "Account number", "accountNumber"),
)

LAYOUTS = {
    "tax1099Div": Layout(
        "1099-DIV",
        "Dividends and distributions",
        "Payer",
        "Recipient",
        (
            ("1a", "Total ordinary dividends", "ordinaryDividends"),
            ("1b", "Qualified dividends", "qualifiedDividends"),
            ("2a", "Total capital gain distributions", "totalCapitalGain"),
            ("2b", "Unrecaptured section 1250 gain", "unrecaptured1250Gain"),
            ("2c", "Section 1202 gain", "section1202Gain"),
            ("2d", "Collectibles (28%) gain", "collectiblesGain"),
            ("2e", "Section 897 ordinary dividends", "section897Dividends"),
            ("2f", "Section 897 capital gain", "section897CapitalGain"),
            ("3", "Nondividend distributions", "nonTaxableDistribution"),
            ("4", "Federal income tax withheld", "federalTaxWithheld"),
            ("5", "Section 199A dividends", "section199ADividends"),
            ("6", "Investment expenses", "investmentExpenses"),
            ("7", "Foreign tax paid", "foreignTaxPaid"),
            ("8", "Foreign country or U.S. possession", "foreignCountry"),
            ("9", "Cash liquidation distributions", "cashLiquidation"),
            ("10", "Noncash liquidation distributions", "nonCashLiquidation"),
            ("11", "FATCA filing requirement", "foreignAccountTaxCompliance"),
            ("12", "Exempt-interest dividends", "taxExemptInterestDividend"),
            ("13", "Private activity bond interest dividends", "specifiedPabInterestDividend"),
            *_STATE,
        ),
    ),
    "tax1099Int": Layout(
        "1099-INT",
        "Interest income",
        "Payer",
        "Recipient",
        (
            ("1", "Interest income", "interestIncome"),
            ("2", "Early withdrawal penalty", "earlyWithdrawalPenalty"),
            ("3", "Interest on U.S. savings bonds and Treasuries", "usBondInterest"),
            ("4", "Federal income tax withheld", "federalTaxWithheld"),
            ("5", "Investment expenses", "investmentExpenses"),
            ("6", "Foreign tax paid", "foreignTaxPaid"),
            ("7", "Foreign country or U.S. possession", "foreignCountry"),
            ("8", "Tax-exempt interest", "taxExemptInterest"),
            ("9", "Private activity bond interest", "specifiedPabInterest"),
            ("10", "Market discount", "marketDiscount"),
            ("11", "Bond premium", "bondPremium"),
            ("12", "Bond premium on Treasuries", "usBondPremium"),
            ("13", "Bond premium on tax-exempt bond", "taxExemptBondPremium"),
            ("14", "CUSIP of a tax-exempt bond", "cusipNumber"),
            ("", "Payer's routing number", "payerRtn"),
            *_STATE,
        ),
    ),
    "taxW2": Layout(
        "W-2",
        "Wage and tax statement",
        "Employer",
        "Employee",
        (
            ("d", "Control number", "controlNumber"),
            ("1", "Wages, tips, other compensation", "wages"),
            ("2", "Federal income tax withheld", "federalTaxWithheld"),
            ("3", "Social security wages", "socialSecurityWages"),
            ("4", "Social security tax withheld", "socialSecurityTaxWithheld"),
            ("5", "Medicare wages and tips", "medicareWages"),
            ("6", "Medicare tax withheld", "medicareTaxWithheld"),
            ("7", "Social security tips", "socialSecurityTips"),
            ("8", "Allocated tips", "allocatedTips"),
            ("10", "Dependent care benefits", "dependentCareBenefit"),
            ("11", "Nonqualified plans", "nonQualifiedPlan"),
            ("12", "Code", "codes"),
            ("13", "Statutory employee", "statutory"),
            ("13", "Retirement plan", "retirementPlan"),
            ("13", "Third-party sick pay", "thirdPartySickPay"),
            ("14", "Other", "other"),
            ("15-20", "State and local", "stateAndLocal"),
        ),
    ),
    "tax1042S": Layout(
        "1042-S",
        "Foreign person's U.S. source income subject to withholding",
        "Withholding agent",
        "Recipient",
        (
            ("", "Unique form identifier", "formId"),
            ("", "Amended", "amended"),
            ("", "Amendment number", "amendmentNumber"),
            ("1", "Income code", "incomeTypeCode"),
            ("2", "Gross income", "grossIncome"),
            ("3", "Chapter indicator", "chapterIndicator"),
            ("3a", "Chapter 3 exemption code", "ch3ExemptionCode"),
            ("3b", "Chapter 3 tax rate", "ch3TaxRate"),
            ("4a", "Chapter 4 exemption code", "ch4ExemptionCode"),
            ("4b", "Chapter 4 tax rate", "ch4TaxRate"),
            ("5", "Withholding allowance", "withholdingAllowance"),
            ("6", "Net income", "netIncome"),
            ("7a", "Federal tax withheld", "federalTaxWithheld"),
            ("7b", "Escrow procedures applied", "escrowProceduresApplied"),
            ("7c", "Withholding occurred in subsequent year", "subsequentYear"),
            ("8", "Tax withheld by other agents", "otherAgentsTaxWithheld"),
            ("9", "Repaid to recipient", "recipientRepaidAmount"),
            ("10", "Total withholding credit", "totalTaxWithholdingCredit"),
            ("11", "Tax paid by withholding agent", "withholdingAgentTaxPaid"),
            ("12", "Withholding agent", "withholdingAgent"),
            ("13", "Recipient", "form1042Recipient"),
            ("13k", "Recipient's account number", "accountNumber"),
            ("14", "Primary withholding agent", "primary"),
            ("15", "Intermediary or flow-through entity", "intermediary"),
            ("15", "Pro-rata basis reporting", "prorataBasisReporting"),
            ("16", "Payer", "payer"),
            ("17", "State income tax", "stateAndLocal"),
        ),
    ),
}
"""By the form's JSON member."""
