import unittest

from commerce.auth import NotAllowedError, User, require_role


class RoleTest(unittest.TestCase):
    def test_somebody_with_the_role_goes_through(self) -> None:
        user = User(id="u1", roles=frozenset({"finance"}))
        self.assertIs(require_role(user, "finance"), user)

    def test_somebody_without_it_does_not(self) -> None:
        with self.assertRaises(NotAllowedError):
            require_role(User(id="u2", roles=frozenset()), "finance")


if __name__ == "__main__":
    unittest.main()
