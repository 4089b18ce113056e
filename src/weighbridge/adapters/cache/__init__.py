"""What is kept between runs in the user's cache folder: recomputable, checked, bounded, safe under many processes."""
