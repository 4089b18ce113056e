import { BadRequestException, Injectable, NotFoundException } from "@nestjs/common";

import { Authorisation, LedgerRepository } from "./ledger.repository";

export interface AuthorisationRequest {
  customerId: string;
  amountMinor: number;
  currency: string;
}

export const LIMIT_MINOR = 500_000;

@Injectable()
export class PaymentsService {
  constructor(private readonly ledger: LedgerRepository) {}

  async authorise(request: AuthorisationRequest): Promise<Authorisation> {
    if (!Number.isSafeInteger(request.amountMinor) || request.amountMinor <= 0) {
      throw new BadRequestException("an amount is a positive whole number of minor units");
    }
    if (request.amountMinor > LIMIT_MINOR) {
      throw new BadRequestException("above the limit for one payment");
    }
    return this.ledger.add(request.customerId, request.amountMinor, request.currency);
  }

  async capture(id: string): Promise<Authorisation> {
    const found = await this.find(id);
    return this.ledger.move(found.id, "authorised", "captured");
  }

  async find(id: string): Promise<Authorisation> {
    const found = await this.ledger.find(id);
    if (!found) throw new NotFoundException("no such authorisation");
    return found;
  }
}
