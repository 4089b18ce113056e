"""The frozen values everything else is said in, and pure functions over them; standard library only."""
