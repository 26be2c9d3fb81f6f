"""Find the statement a quotation comes from, align the two and judge the differences."""
