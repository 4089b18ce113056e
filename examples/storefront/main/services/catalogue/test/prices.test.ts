import assert from "node:assert/strict";
import { test } from "node:test";

import { displayPrice } from "../src/prices.js";

test("euros have two places", () => assert.equal(displayPrice(1999, "EUR"), "19.99 EUR"));
test("yen have none", () => assert.equal(displayPrice(1200, "JPY"), "1200 JPY"));
