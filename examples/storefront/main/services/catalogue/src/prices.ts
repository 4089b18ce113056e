const MINOR_UNITS: Record<string, number> = { EUR: 2, GBP: 2, USD: 2, JPY: 0 };

/** The price as the shop shows it: `19.99 EUR`, `1200 JPY`. */
export function displayPrice(minor: number, currency: string): string {
  const places = MINOR_UNITS[currency] ?? 2;
  return `${(minor / 10 ** places).toFixed(places)} ${currency}`;
}
