"""What is kept between runs in the user's cache folder, and can always be worked out again."""
