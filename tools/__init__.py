"""Tools of who builds Puriq: none of them is part of the product."""
