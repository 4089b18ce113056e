import { Module } from "@nestjs/common";

import { LedgerRepository } from "./ledger.repository";
import { PaymentsController } from "./payments.controller";
import { PaymentsService } from "./payments.service";
import { ServiceTokenGuard } from "./service-token.guard";

@Module({
  controllers: [PaymentsController],
  providers: [PaymentsService, LedgerRepository, ServiceTokenGuard],
})
export class PaymentsModule {}
