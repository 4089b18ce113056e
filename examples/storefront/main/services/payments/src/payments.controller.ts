import { Body, Controller, Get, HttpCode, Param, Post, UseGuards } from "@nestjs/common";

import { AuthorisationRequest, PaymentsService } from "./payments.service";
import { ServiceTokenGuard } from "./service-token.guard";

@Controller("payments")
@UseGuards(ServiceTokenGuard)
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Post("authorisations")
  @HttpCode(201)
  authorise(@Body() request: AuthorisationRequest) {
    return this.payments.authorise(request);
  }

  @Post("authorisations/:id/capture")
  capture(@Param("id") id: string) {
    return this.payments.capture(id);
  }

  @Get("authorisations/:id")
  show(@Param("id") id: string) {
    return this.payments.find(id);
  }
}
