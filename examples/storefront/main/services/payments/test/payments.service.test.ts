import assert from "node:assert/strict";
import { test } from "node:test";

import type { LedgerRepository } from "../src/ledger.repository";
import { LIMIT_MINOR, PaymentsService } from "../src/payments.service";

const ledger = {
  add: async (customerId: string, amountMinor: number, currency: string) => ({
    id: "a1", customerId, amountMinor, currency, state: "authorised",
  }),
} as unknown as LedgerRepository;

test("an amount within the limit is authorised", async () => {
  const made = await new PaymentsService(ledger).authorise({ customerId: "c1", amountMinor: 1999, currency: "EUR" });
  assert.equal(made.state, "authorised");
});

test("an amount above the limit is not", async () => {
  const asked = { customerId: "c1", amountMinor: LIMIT_MINOR + 1, currency: "EUR" };
  await assert.rejects(new PaymentsService(ledger).authorise(asked));
});
