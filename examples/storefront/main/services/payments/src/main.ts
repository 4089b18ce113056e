import "reflect-metadata";

import { NestFactory } from "@nestjs/core";

import { PaymentsModule } from "./payments.module";

async function main(): Promise<void> {
  const app = await NestFactory.create(PaymentsModule);
  await app.listen(Number(process.env.PORT ?? 8080));
}

void main();
