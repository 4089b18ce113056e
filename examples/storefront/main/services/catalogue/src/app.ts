import express, { type Express, type NextFunction, type Request, type Response } from "express";

import { findProduct, popularIn, searchProducts, setPrice } from "./products.js";
import { displayPrice } from "./prices.js";
import { requireRole } from "./session.js";

export function buildApp(): Express {
  const app = express();
  app.use(express.json({ limit: "64kb" }));

  app.get("/products", async (request: Request, response: Response) => {
    const found = await searchProducts(String(request.query.q ?? ""), 50);
    response.json(found.map((product) => ({ ...product, price: displayPrice(product.priceMinor, product.currency) })));
  });

  app.get("/products/:sku", async (request: Request, response: Response) => {
    const product = await findProduct(request.params.sku);
    if (!product) {
      response.status(404).json({ error: "no such product" });
      return;
    }
    response.json({ ...product, price: displayPrice(product.priceMinor, product.currency) });
  });

  app.get("/regions/:region/popular", async (request: Request, response: Response) => {
    response.json(await popularIn(request.params.region, 10));
  });

  app.put("/products/:sku/price", requireRole("merchandiser"), async (request: Request, response: Response) => {
    await setPrice(request.params.sku, Number(request.body.priceMinor));
    response.status(204).end();
  });

  app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
    console.error(error);
    response.status(500).json({ error: "something went wrong" });
  });
  return app;
}
