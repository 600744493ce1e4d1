"""Web archives: WACZ written and checked."""
