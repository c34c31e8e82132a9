"""An answer in, pixels out."""
