import unittest

from commerce.database import pool_options
from commerce.settings import DatabaseSettings


class PoolTest(unittest.TestCase):
    def test_the_settings_reach_the_pool(self) -> None:
        options = pool_options(DatabaseSettings(url="postgresql:///shop", pool_size=7))
        self.assertEqual((options["conninfo"], options["max_size"]), ("postgresql:///shop", 7))

    def test_every_statement_has_a_time_limit(self) -> None:
        options = pool_options(DatabaseSettings(url="postgresql:///shop"))
        self.assertIn("statement_timeout=5000", str(options["kwargs"]))


if __name__ == "__main__":
    unittest.main()
