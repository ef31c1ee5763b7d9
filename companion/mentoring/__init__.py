"""What the product is about: one module per concept; pure rules, no clock and no database."""
