import { query } from "./database.js";

export interface Product {
  sku: string;
  name: string;
  priceMinor: number;
  currency: string;
  inStock: number;
}

const COLUMNS = `sku, name, price_minor AS "priceMinor", currency, in_stock AS "inStock"`;

export async function searchProducts(words: string, limit: number): Promise<Product[]> {
  return query<Product>(`SELECT ${COLUMNS} FROM products WHERE name ILIKE $1 ORDER BY name LIMIT $2`, [`%${words}%`, limit]);
}

export async function findProduct(sku: string): Promise<Product | undefined> {
  const rows = await query<Product>(`SELECT ${COLUMNS} FROM products WHERE sku = $1`, [sku]);
  return rows[0];
}

export async function setPrice(sku: string, priceMinor: number): Promise<void> {
  if (!Number.isSafeInteger(priceMinor) || priceMinor < 0) {
    throw new RangeError("a price is a whole number of minor units");
  }
  await query("UPDATE products SET price_minor = $2 WHERE sku = $1", [sku, priceMinor]);
}

export async function popularIn(region: string, limit: number): Promise<{ sku: string; sold: number }[]> {
  return query(
    `SELECT l.sku, sum(l.quantity)::int AS sold
       FROM order_lines l JOIN orders o ON o.id = l.order_id
      WHERE o.shipping_region = $1 AND o.placed_at > now() - interval '30 days'
      GROUP BY l.sku ORDER BY sold DESC LIMIT $2`,
    [region, limit],
  );
}
